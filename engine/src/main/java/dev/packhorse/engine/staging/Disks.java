package dev.packhorse.engine.staging;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/// Finds the file system of a path.
final class Disks {
    private Disks() {}

    /// The file system of a folder, or that on which it would be made.
    static FileStore of(Path place) throws IOException {
        Path there = place;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.getFileStore(there);
    }
}
