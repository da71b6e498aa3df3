package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.index.RangeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/// The unpacked bytes of an archive that this program packed, with the borders of its segments: a
/// border is known before the first byte behind it is given out. One thread.
abstract sealed class RawSegments extends InputStream permits PlainSegments, GzipSegments {
    private static final int BUFFER = 1 << 18;

    private final RangeSource archive;
    private final SegmentBorders borders;
    private final MessageDigest digest = Digests.sha256();
    private final CRC32C checksum = new CRC32C();
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private long packedBytes;
    private long rawBytes;

    RawSegments(RangeSource archive, SegmentBorders borders) {
        this.archive = archive;
        this.borders = borders;
    }

    /// The form of the archive, by its first bytes.
    static RawSegments open(RangeSource archive, SegmentBorders borders) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(2);
        try {
            archive.readFully(head, 0);
        } catch (IndexException e) {
            throw new ArchiveException(Kind.TRUNCATED, "archive is empty", e);
        }
        boolean gzip = head.get(0) == 0x1f && head.get(1) == (byte) 0x8b;
        return gzip ? new GzipSegments(archive, borders) : new PlainSegments(archive, borders);
    }

    /// How its segments are packed, as an index names it.
    abstract String format();

    /// The digest of the archive file, once it was read to the end; lower-case hex.
    final String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    final long packedBytes() {
        return packedBytes;
    }

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] target, int offset, int length) throws IOException;

    /// Packed bytes that are at hand, more being read if there are none.
    ///
    /// @return how many, 0 at the end
    final int ready() throws IOException {
        if (at == end) {
            int count = archive.read(ByteBuffer.wrap(buffer), packedBytes);
            at = 0;
            end = Math.max(count, 0);
        }
        return end - at;
    }

    final RangeSource archive() {
        return archive;
    }

    final byte[] buffer() {
        return buffer;
    }

    final int at() {
        return at;
    }

    /// Says that packed bytes were used.
    final void use(int count) {
        digest.update(buffer, at, count);
        checksum.update(buffer, at, count);
        at += count;
        packedBytes += count;
    }

    /// Says that unpacked bytes were made.
    final void made(int count) {
        rawBytes += count;
    }

    /// Says that a segment begins here.
    final void beginSegment() {
        endSegment();
        borders.begin(packedBytes, rawBytes);
        checksum.reset();
    }

    /// Says that the segment ends here, if there is one.
    final void endSegment() {
        borders.end(packedBytes, rawBytes, (int) checksum.getValue());
    }

    final long segmentBytes() {
        return rawBytes - borders.lastStart();
    }
}
