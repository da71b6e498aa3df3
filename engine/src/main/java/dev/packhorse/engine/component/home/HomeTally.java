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
        bytes = sum(sizeBytes);
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
        bytes = sum(other.bytes);
    }

    /// Files with holes may say that they have more bytes than a number holds.
    private long sum(long more) {
        return more > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : bytes + more;
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
