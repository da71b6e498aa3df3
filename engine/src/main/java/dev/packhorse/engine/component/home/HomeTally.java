package dev.packhorse.engine.component.home;

import java.util.Map;

/// Counts what was packed or restored of a home, under the same names in both directions. One
/// thread.
final class HomeTally {
    private long files;
    private long folders;
    private long links;
    private long bytes;

    /// A regular file of this logical size.
    void file(long sizeBytes) {
        files++;
        bytes += sizeBytes;
    }

    /// A folder, the home itself among them.
    void folder() {
        folders++;
    }

    /// A symbolic link, or a further name of a file.
    void link() {
        links++;
    }

    /// All that another one counted.
    void add(HomeTally other) {
        files += other.files;
        folders += other.folders;
        links += other.links;
        bytes += other.bytes;
    }

    /// With the number of those that were there already.
    Map<String, Long> counts(long kept) {
        return Map.of(
                "files", files, "folders", folders, "links", links, "bytes", bytes, "kept", kept);
    }

    Map<String, Long> counts() {
        return Map.of("files", files, "folders", folders, "links", links, "bytes", bytes);
    }
}
