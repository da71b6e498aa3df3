package dev.packhorse.engine.staging;

import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/// The folder below the state folder in which runs work. One process owns it: what is there when it
/// is opened was left by a process that died, and is removed. Safe for many threads.
public final class StagingArea {
    private static final FileAttribute<Set<PosixFilePermission>> ROOT_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path folder;
    private final ByteSize floor;

    private StagingArea(Path folder, ByteSize floor) {
        this.folder = folder;
        this.floor = floor;
    }

    /// Opens the area and sweeps it.
    ///
    /// @param folder made if it is missing, mode 0700
    /// @param floor the free space under which no new working folder is given out
    /// @throws IOException if it cannot be made or swept
    public static StagingArea open(Path folder, ByteSize floor) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, ROOT_ONLY);
        }
        StagingArea area = new StagingArea(folder, floor);
        try (var left = Files.newDirectoryStream(folder)) {
            for (Path old : left) {
                WorkFolder.removeTree(old);
            }
        }
        return area;
    }

    /// A new working folder, mode 0700, removed when it is closed.
    ///
    /// @throws InsufficientSpaceException if less than the floor is free
    public WorkFolder newFolder() throws IOException {
        requireSpace(folder, 0);
        return new WorkFolder(
                Files.createDirectory(folder.resolve(UUID.randomUUID().toString()), ROOT_ONLY));
    }

    /// The free space beyond the floor; negative below it.
    ///
    /// @param place a folder of the file system that is asked, or one that is yet to be made
    public long room(Path place) throws IOException {
        Path there = place;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.getFileStore(there).getUsableSpace() - floor.bytes();
    }

    /// Checks that a file of this size can be written and the floor is still free afterwards.
    ///
    /// @param place a folder of the file system that is asked
    /// @throws InsufficientSpaceException if not; the message names the place, what is needed and
    ///   what is free
    public void requireSpace(Path place, long bytes) throws IOException {
        if (room(place) < bytes) {
            long free = Files.getFileStore(place).getUsableSpace();
            throw new InsufficientSpaceException(
                    "not enough space in %s: %s needed besides the floor of %s, %s free"
                            .formatted(place, new ByteSize(bytes), floor, new ByteSize(free)));
        }
    }
}
