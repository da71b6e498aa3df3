package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// A file's content as programs see it: its holes are zeros.
final class LogicalContent {
    private static final int ZEROS_AT_ONCE = 64 * 1024;

    private LogicalContent() {}

    /// How many bytes of it the archive holds: all but the holes.
    static long storedBytes(TarMember member) {
        return member.regions().isEmpty()
                ? member.sizeBytes()
                : member.regions().stream().mapToLong(ArchiveEntry.DataRegion::length).sum();
    }

    /// Writes it.
    static void copy(TarMember member, InputStream content, OutputStream target)
            throws IOException {
        List<ArchiveEntry.DataRegion> regions =
                member.regions().isEmpty()
                        ? List.of(new ArchiveEntry.DataRegion(0, member.sizeBytes()))
                        : member.regions();
        long at = 0;
        for (ArchiveEntry.DataRegion region : regions) {
            zeros(region.offset() - at, target);
            copy(content, region.length(), target);
            at = region.offset() + region.length();
        }
        zeros(member.sizeBytes() - at, target);
    }

    private static void copy(InputStream content, long length, OutputStream target)
            throws IOException {
        byte[] block = new byte[ZEROS_AT_ONCE];
        for (long left = length; left > 0; ) {
            int count = content.read(block, 0, (int) Math.min(left, block.length));
            if (count < 0) {
                throw new ArchiveException(Kind.TRUNCATED, "archive ends inside a file");
            }
            target.write(block, 0, count);
            left -= count;
        }
    }

    private static void zeros(long count, OutputStream target) throws IOException {
        byte[] zeros = new byte[(int) Math.min(ZEROS_AT_ONCE, Math.max(0, count))];
        for (long left = count; left > 0; left -= zeros.length) {
            target.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }
}
