package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.FileStat;

/// A file of the account at one moment. As long as all of it stays the same, the file was not
/// written to.
///
/// @param path in the archive
/// @param stat what the kernel said of it
public record SourceFile(BytePath path, FileStat stat) {
    IndexEntry.Source identity() {
        return new IndexEntry.Source(
                stat.device(), stat.inode(), stat.ctimeSeconds(), stat.ctimeNanos());
    }
}
