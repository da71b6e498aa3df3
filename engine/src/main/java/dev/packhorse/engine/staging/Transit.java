package dev.packhorse.engine.staging;

import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The part of a staging area in which drivers work: what programs need, and objects on their way,
/// which must leave the floor of free space to everybody else.
record Transit(StagingArea area, Path path) implements WorkPlace {
    @Override
    public Path folder() throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path, StagingArea.ROOT_ONLY);
        }
        return path;
    }

    @Override
    public long roomBytes() throws IOException {
        return area.room(path);
    }

    @Override
    public void requireRoom(long bytes) throws IOException {
        if (bytes <= SMALL_BYTES) {
            return;
        }
        try {
            area.requireSpace(folder(), bytes);
        } catch (InsufficientSpaceException e) {
            throw new OwnSideException(e);
        }
    }
}
