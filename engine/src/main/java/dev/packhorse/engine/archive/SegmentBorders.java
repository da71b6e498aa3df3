package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.IndexWriter;
import dev.packhorse.engine.index.IndexedSegment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The segments of an archive that is being read, from the first that was not written to the index
/// yet. One thread.
final class SegmentBorders {
    private final List<Segment> waiting = new ArrayList<>();
    private int written;

    private static final class Segment {
        final long offset;
        final long rawStart;
        final List<IndexEntry> ending = new ArrayList<>();
        long packedBytes;
        long rawEnd = Long.MAX_VALUE;
        int crc32c;

        Segment(long offset, long rawStart) {
            this.offset = offset;
            this.rawStart = rawStart;
        }
    }

    void begin(long offset, long rawStart) {
        waiting.add(new Segment(offset, rawStart));
    }

    /// Ends the last segment; nothing happens if it has ended or there is none.
    void end(long offset, long rawEnd, int crc32c) {
        if (!waiting.isEmpty() && waiting.getLast().rawEnd == Long.MAX_VALUE) {
            Segment last = waiting.getLast();
            last.packedBytes = offset - last.offset;
            last.rawEnd = rawEnd;
            last.crc32c = crc32c;
        }
    }

    /// Where the last segment begins in the unpacked stream.
    long lastStart() {
        return waiting.isEmpty() ? 0 : waiting.getLast().rawStart;
    }

    /// The number of the segment that holds a byte of the unpacked stream which was read already.
    int at(long rawOffset) {
        for (int i = waiting.size() - 1; i >= 0; i--) {
            if (waiting.get(i).rawStart <= rawOffset) {
                return written + i;
            }
        }
        throw new IllegalStateException("byte " + rawOffset + " lies before all that is kept");
    }

    /// Where a segment begins in the unpacked stream.
    long start(int number) {
        return waiting.get(number - written).rawStart;
    }

    /// Where a segment ends, beyond all if that is not known yet.
    long end(int number) {
        return waiting.get(number - written).rawEnd;
    }

    void add(int segment, IndexEntry entry) {
        waiting.get(segment - written).ending.add(entry);
    }

    /// Writes the segments that end at a place or before it.
    void write(IndexWriter index, long rawOffset) throws IOException {
        int done = 0;
        while (done < waiting.size() && waiting.get(done).rawEnd <= rawOffset) {
            Segment each = waiting.get(done++);
            index.add(
                    new IndexedSegment(
                            each.offset,
                            each.packedBytes,
                            each.rawEnd - each.rawStart,
                            each.crc32c,
                            Optional.empty()),
                    each.ending);
        }
        waiting.subList(0, done).clear();
        written += done;
    }
}
