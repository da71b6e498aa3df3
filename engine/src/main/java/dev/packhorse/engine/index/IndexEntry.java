package dev.packhorse.engine.index;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.Optional;

/// One entry of an archive, and where it lies.
///
/// @param path below the archive's top folder
/// @param sizeBytes logical size of a file, else 0
/// @param digest of a file's stored content, empty for anything else. Content within one segment:
///   its SHA-256. Content of several: the SHA-256 over the SHA-256 of each segment's part
/// @param proof SHA-256 of what its headers say besides these columns: link target, extended
///   attributes, holes; empty if they say nothing more, or if the index is of a version that has
///   none
/// @param segmentsBack how many segments before the one that this entry is listed with it begins
/// @param rawOffset where its headers begin in that segment, before packing
/// @param rawBytes headers, content and filling together
/// @param source which file it was packed from, empty for what no file stood for
public record IndexEntry(
        BytePath path,
        EntryKind kind,
        int mode,
        int uid,
        int gid,
        long mtimeSeconds,
        int mtimeNanos,
        long sizeBytes,
        ByteString digest,
        ByteString proof,
        int segmentsBack,
        long rawOffset,
        long rawBytes,
        Optional<Source> source) {

    /// A file as it was when it was packed.
    public record Source(long device, long inode, long ctimeSeconds, int ctimeNanos) {}
}
