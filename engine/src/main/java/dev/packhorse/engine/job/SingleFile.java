package dev.packhorse.engine.job;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An archive in one file.
final class SingleFile implements Delivery {
    private final DigestedFile file;
    private final Path target;

    private SingleFile(DigestedFile file, Path target) {
        this.file = file;
        this.target = target;
    }

    /// Begins a file.
    ///
    /// @param temporary its path until it is whole; must not exist
    static SingleFile begin(Path temporary, Path target) throws IOException {
        return new SingleFile(DigestedFile.create(temporary), target);
    }

    @Override
    public WritableByteChannel channel() {
        return file;
    }

    @Override
    public List<Delivered> publish() throws IOException {
        Delivered delivered = file.seal(target);
        BackupDirectory.publish(file.path(), target);
        return List.of(delivered);
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(file.path());
    }
}
