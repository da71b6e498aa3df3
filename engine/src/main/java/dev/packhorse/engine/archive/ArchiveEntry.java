package dev.packhorse.engine.archive;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.List;

/// A member of an archive, without its content. Paths are relative to the archive's top folder.
public sealed interface ArchiveEntry {
    BytePath path();

    Attributes attributes();

    /// A regular file.
    ///
    /// @param sizeBytes its logical size
    /// @param data where its data lies when it has holes, ordered and not overlapping; empty for a
    ///   file without holes, one region of no length at the end for a file that is one hole
    record RegularFile(BytePath path, Attributes attributes, long sizeBytes, List<DataRegion> data)
            implements ArchiveEntry {
        public RegularFile {
            data = List.copyOf(data);
            if (sizeBytes < 0) {
                throw new IllegalArgumentException("negative size of " + path);
            }
        }

        /// A file without holes.
        public static RegularFile of(BytePath path, Attributes attributes, long sizeBytes) {
            return new RegularFile(path, attributes, sizeBytes, List.of());
        }
    }

    record Folder(BytePath path, Attributes attributes) implements ArchiveEntry {}

    /// A symbolic link; the target is any bytes and is never resolved while reading or writing an
    /// archive.
    record SymbolicLink(BytePath path, Attributes attributes, ByteString target)
            implements ArchiveEntry {}

    /// A further name of a regular file that came earlier in the archive.
    record HardLink(BytePath path, Attributes attributes, BytePath target)
            implements ArchiveEntry {}

    /// A run of bytes of a file with holes.
    record DataRegion(long offset, long length) {
        public DataRegion {
            if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
                throw new IllegalArgumentException("bad data region: " + offset + "+" + length);
            }
        }
    }
}
