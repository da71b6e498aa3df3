package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.RangeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A gzip file whose members tell where segments begin, by the header's field for the way of
/// compression.
///
/// Source: RFC 1952.
final class GzipSegments extends RawSegments {
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int XFL = 8;
    private static final int FIRST_OF_SEGMENT = 0;
    private static final int FURTHER = 4;
    private static final int OS_UNIX = 3;

    /// No segment of ours has more.
    private static final int MOST_BYTES = 8 << 20;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private boolean inMember;
    private boolean any;

    GzipSegments(RangeSource archive, SegmentBorders borders) {
        super(archive, borders);
    }

    /// Not that of any packing: nothing is taken over from an archive whose level nobody knows.
    @Override
    String format() {
        return "gzip/rebuilt";
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            if (!inMember && !beginMember()) {
                endSegment();
                return -1;
            }
            int count = inflate(target, offset, length);
            crc.update(target, offset, count);
            if (inflater.finished()) {
                endMember();
            }
            if (count > 0) {
                return count;
            }
        }
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        int ready = ready();
        if (ready == 0) {
            throw truncated();
        }
        inflater.setInput(buffer(), at(), ready);
        int count;
        try {
            count = inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new ArchiveException(Kind.DAMAGED, damage(), e);
        }
        use(ready - inflater.getRemaining());
        made(count);
        if (segmentBytes() > MOST_BYTES) {
            throw new ArchiveException(
                    Kind.NOT_AN_ARCHIVE,
                    "the archive was packed as one stream, or by another program: it cannot be read at random");
        }
        return count;
    }

    private boolean beginMember() throws IOException {
        if (ready() == 0) {
            return false;
        }
        byte[] header = peekHeader();
        boolean ours = header[0] == 0x1f && header[1] == (byte) 0x8b && header[2] == 8;
        for (int i = 3; i < XFL; i++) {
            ours &= header[i] == 0;
        }
        ours &= header[XFL + 1] == OS_UNIX;
        int mark = header[XFL];
        if (!ours || (mark != FIRST_OF_SEGMENT && (mark != FURTHER || !any))) {
            throw new ArchiveException(
                    Kind.NOT_AN_ARCHIVE,
                    "the archive was not packed by packhorse (see byte "
                            + (packedBytes() - HEADER_BYTES)
                            + "): it cannot be read at random");
        }
        any = true;
        inMember = true;
        inflater.reset();
        crc.reset();
        return true;
    }

    /// Reads a header. Whether a segment begins must be known before its bytes are counted, and the
    /// mark is in the same buffer or can be read at its place.
    private byte[] peekHeader() throws IOException {
        ByteBuffer mark = ByteBuffer.allocate(HEADER_BYTES);
        if (archive().size() - packedBytes() < HEADER_BYTES + TRAILER_BYTES) {
            throw truncated();
        }
        archive().readFully(mark, packedBytes());
        if (mark.get(XFL) == FIRST_OF_SEGMENT) {
            beginSegment();
        }
        take(new byte[HEADER_BYTES]);
        return mark.array();
    }

    private void endMember() throws IOException {
        byte[] trailer = new byte[TRAILER_BYTES];
        take(trailer);
        int told = 0;
        for (int i = 3; i >= 0; i--) {
            told = told << 8 | (trailer[i] & 0xff);
        }
        if (told != (int) crc.getValue()) {
            throw new ArchiveException(Kind.DAMAGED, damage());
        }
        inMember = false;
    }

    private void take(byte[] target) throws IOException {
        for (int done = 0; done < target.length; ) {
            int ready = ready();
            if (ready == 0) {
                throw truncated();
            }
            int count = Math.min(ready, target.length - done);
            System.arraycopy(buffer(), at(), target, done, count);
            use(count);
            done += count;
        }
    }

    private ArchiveException truncated() {
        return new ArchiveException(
                Kind.TRUNCATED, "archive ends inside a gzip member at byte " + packedBytes());
    }

    private String damage() {
        return "archive is damaged before byte " + packedBytes();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
