package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.SegmentKey;
import dev.packhorse.engine.posix.ByteString;
import java.security.MessageDigest;
import java.util.Optional;

/// A file that takes whole segments of its own. The source is set by the filling thread before the
/// last piece is handed on; the rest belongs to the writer's thread.
final class LargeFile {
    private final ArchiveEntry.RegularFile entry;
    private final MessageDigest digests = Digests.sha256();
    private ByteString first = EntryRecord.NO_DIGEST;
    private int pieces;
    private long rawBytes;
    private Optional<SourceFile> source = Optional.empty();

    LargeFile(ArchiveEntry.RegularFile entry) {
        this.entry = entry;
    }

    void source(Optional<SourceFile> file) {
        source = file;
    }

    void addPiece(ByteString digest, long bytes) {
        if (pieces == 0) {
            first = digest;
        }
        digests.update(digest.toBytes());
        pieces++;
        rawBytes += bytes;
    }

    int pieces() {
        return pieces;
    }

    Optional<SegmentKey> key() {
        return source.map(SourceKey::ofFile);
    }

    /// To be asked for once, after the last piece.
    IndexEntry entry() {
        ByteString digest = pieces == 1 ? first : ByteString.of(digests.digest());
        return EntryRecord.of(entry, digest, pieces - 1, 0, rawBytes, source);
    }
}
