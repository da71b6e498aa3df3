package dev.packhorse.engine.job;

import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexedSegment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Compares the bytes of an archive with the checksums that its index has of each segment, while
/// they pass. One thread, one pass.
final class SegmentWatch {
    private final ArchiveIndex index;
    private final CRC32C checksum = new CRC32C();
    private long before;
    private int segment;
    private long inSegment;
    private int firstDamaged = -1;

    SegmentWatch(ArchiveIndex index) {
        this.index = index;
        before = index.facts().firstSegment();
    }

    /// A damaged segment.
    ///
    /// @param number which one
    record Damage(int number, long offset, long bytes) {}

    /// Takes the next bytes of the archive.
    void take(byte[] block, int count) {
        int at = (int) Math.min(before, count);
        before -= at;
        while (at < count && segment < index.segments()) {
            IndexedSegment wanted = index.segment(segment);
            int part = (int) Math.min(count - at, wanted.packedBytes() - inSegment);
            checksum.update(block, at, part);
            at += part;
            inSegment += part;
            if (inSegment == wanted.packedBytes()) {
                end(wanted);
            }
        }
    }

    private void end(IndexedSegment wanted) {
        if (firstDamaged < 0 && (int) checksum.getValue() != wanted.crc32c()) {
            firstDamaged = segment;
        }
        segment++;
        inSegment = 0;
        checksum.reset();
    }

    /// The first segment that is not what it was; one that did not come to its end is damaged.
    Optional<Damage> firstDamage() {
        int number = firstDamaged >= 0 ? firstDamaged : segment;
        if (number >= index.segments()) {
            return Optional.empty();
        }
        IndexedSegment found = index.segment(number);
        return Optional.of(new Damage(number, found.offset(), found.packedBytes()));
    }

    /// The members of which a part lies in a segment, in the order of the archive.
    List<String> membersOf(int number) throws IOException {
        List<String> members = new ArrayList<>();
        index.forEach(found -> {
            int last = found.segment() + found.entry().segmentsBack();
            if (found.segment() <= number && number <= last) {
                members.add(found.entry().path().toString());
            }
        });
        return members;
    }
}
