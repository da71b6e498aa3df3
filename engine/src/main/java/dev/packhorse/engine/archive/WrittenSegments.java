package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.PackedSegment;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.IndexWriter;
import dev.packhorse.engine.index.IndexedSegment;
import dev.packhorse.engine.index.SegmentKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Keeps count of the segments that are in the archive, and lists them in the index. Changed by the
/// writer's thread; others read it when that is at rest.
final class WrittenSegments {
    private final Optional<IndexWriter> index;
    private ArchiveTotals totals = ArchiveTotals.NONE;
    private ReuseReport reuse = ReuseReport.NONE;
    private long rawBytes;

    WrittenSegments(Optional<IndexWriter> index) {
        this.index = index;
    }

    /// Whether anybody will want to know what the segments were made of.
    boolean isListed() {
        return index.isPresent();
    }

    synchronized void add(PackedSegment segment, Optional<SegmentKey> key, List<IndexEntry> entries)
            throws IOException {
        rawBytes += segment.rawBytes();
        if (segment.taken()) {
            reuse = reuse.taken(segment.packedBytes());
        }
        for (IndexEntry entry : entries) {
            totals = totals.plus(entry);
        }
        if (index.isPresent()) {
            index.get()
                    .add(
                            new IndexedSegment(
                                    segment.offset(),
                                    segment.packedBytes(),
                                    segment.rawBytes(),
                                    segment.crc32c(),
                                    key),
                            entries);
        }
    }

    /// Says that the last segments are one file.
    synchronized void file(SegmentKey key, int segments) {
        index.ifPresent(writer -> writer.file(key, segments));
    }

    synchronized void proven(boolean same) {
        reuse = reuse.proven(same);
    }

    synchronized ArchiveTotals totals() {
        return totals;
    }

    synchronized ReuseReport reuse() {
        return reuse;
    }

    synchronized long rawBytes() {
        return rawBytes;
    }
}
