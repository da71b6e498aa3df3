package dev.packhorse.engine.job;

import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexedSegment;
import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares the segments of two archives by length and checksum. Stateless.
final class SharedSegments {
    /// A million of them are a quarter of a TiB; the table of more would take too much memory.
    private static final int MOST_SEGMENTS = 2_000_000;

    private SharedSegments() {}

    /// The ranges of an archive that most likely lie in an earlier one, too; those that follow each
    /// other in both are one.
    ///
    /// @param object the earlier archive at its destination
    static List<AlikeRange> between(ArchiveIndex earlier, ArchiveIndex later, ObjectKey object) {
        List<AlikeRange> alike = new ArrayList<>();
        if (earlier.segments() > MOST_SEGMENTS) {
            return alike;
        }
        Map<Long, Integer> known = new HashMap<>();
        for (int number = 0; number < earlier.segments(); number++) {
            known.putIfAbsent(look(earlier.segment(number)), number);
        }
        int expected = -1;
        for (int number = 0; number < later.segments(); number++) {
            IndexedSegment segment = later.segment(number);
            int found = find(earlier, known, expected, segment);
            if (found >= 0 && segment.packedBytes() > 0) {
                add(alike, segment, earlier.segment(found), object);
            }
            expected = found < 0 ? -1 : found + 1;
        }
        return alike;
    }

    /// The one that comes next in the earlier archive is asked first: of several alike, that one
    /// makes the longest range.
    private static int find(
            ArchiveIndex earlier, Map<Long, Integer> known, int expected, IndexedSegment segment) {
        if (expected >= 0
                && expected < earlier.segments()
                && look(earlier.segment(expected)) == look(segment)) {
            return expected;
        }
        return known.getOrDefault(look(segment), -1);
    }

    private static long look(IndexedSegment segment) {
        return segment.packedBytes() << 32 ^ Integer.toUnsignedLong(segment.crc32c());
    }

    private static void add(
            List<AlikeRange> alike,
            IndexedSegment segment,
            IndexedSegment earlier,
            ObjectKey object) {
        if (!alike.isEmpty()) {
            AlikeRange last = alike.getLast();
            if (last.end() == segment.offset()
                    && last.objectOffset() + last.sizeBytes() == earlier.offset()) {
                alike.removeLast();
                long size = last.sizeBytes() + segment.packedBytes();
                alike.add(new AlikeRange(last.offset(), size, object, last.objectOffset()));
                return;
            }
        }
        alike.add(
                new AlikeRange(segment.offset(), segment.packedBytes(), object, earlier.offset()));
    }
}
