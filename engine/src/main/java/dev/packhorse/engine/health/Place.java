package dev.packhorse.engine.health;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file system that must not fill up.
///
/// @param name in words, as `backup directory`
/// @param path where
public record Place(String name, Path path) {
    /// How much room there is.
    public record Space(Place place, long freeBytes, long totalBytes) {}

    /// Looks. A folder that is not there yet counts as the one that it will be made in.
    ///
    /// @throws IOException if the file system tells nothing
    public Space space() throws IOException {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        FileStore store = Files.getFileStore(there);
        return new Space(this, store.getUsableSpace(), store.getTotalSpace());
    }
}
