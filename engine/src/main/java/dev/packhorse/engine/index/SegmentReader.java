package dev.packhorse.engine.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Reads single segments of an archive and unpacks them. One thread.
public final class SegmentReader implements AutoCloseable {
    private static final int MEMBER_HEADER_BYTES = 10;
    private static final int MEMBER_TRAILER_BYTES = 8;

    /// No segment has more, packed or not; what an index says beyond it is not believed.
    private static final int MOST_BYTES = 8 << 20;

    private final RangeSource archive;
    private final ArchiveIndex index;
    private final Inflater inflater = new Inflater(true);
    private long bytesRead;

    /// @param archive the archive that the index belongs to; stays the caller's
    public SegmentReader(RangeSource archive, ArchiveIndex index) {
        this.archive = archive;
        this.index = index;
    }

    /// The bytes of a segment, before packing.
    ///
    /// @throws IndexException if the archive does not hold what the index says
    public byte[] read(int number) throws IOException {
        IndexedSegment segment = index.segment(number);
        if (segment.packedBytes() > MOST_BYTES || segment.rawBytes() > MOST_BYTES) {
            throw ByteReader.damaged();
        }
        if (segment.offset() > archive.size() - segment.packedBytes()) {
            throw new IndexException(
                    "the archive ends before byte "
                            + segment.offset()
                            + ", where its index points");
        }
        ByteBuffer packed = ByteBuffer.allocate((int) segment.packedBytes());
        archive.readFully(packed, segment.offset());
        bytesRead += segment.packedBytes();
        CRC32C checksum = new CRC32C();
        checksum.update(packed.array());
        if ((int) checksum.getValue() != segment.crc32c()) {
            throw differs(segment);
        }
        String format = index.facts().format();
        int rawBytes = (int) segment.rawBytes();
        if (format.startsWith("plain")) {
            return packed.array();
        }
        try {
            return index.facts().isOneMember()
                    ? piece(packed.array(), rawBytes)
                    : members(packed.array(), rawBytes);
        } catch (DataFormatException e) {
            throw new IndexException("the archive is damaged at byte " + segment.offset(), e);
        }
    }

    /// How many bytes of the archive were read so far.
    public long bytesRead() {
        return bytesRead;
    }

    private byte[] members(byte[] packed, int rawBytes) throws DataFormatException, IndexException {
        byte[] raw = new byte[rawBytes];
        int at = 0;
        int done = 0;
        while (at < packed.length) {
            inflater.reset();
            int from = at + MEMBER_HEADER_BYTES;
            if (from > packed.length) {
                throw notHeld();
            }
            inflater.setInput(packed, from, packed.length - from);
            int start = done;
            done = inflate(raw, done);
            if (!inflater.finished()) {
                throw notHeld();
            }
            at = packed.length - inflater.getRemaining() + MEMBER_TRAILER_BYTES;
            requireChecksum(raw, start, done, packed, at);
        }
        if (done != rawBytes) {
            throw notHeld();
        }
        return raw;
    }

    private static void requireChecksum(byte[] raw, int start, int end, byte[] packed, int after)
            throws IndexException {
        if (after > packed.length) {
            throw notHeld();
        }
        CRC32 crc = new CRC32();
        crc.update(raw, start, end - start);
        int told = 0;
        for (int i = 3; i >= 0; i--) {
            told = told << 8 | (packed[after - MEMBER_TRAILER_BYTES + i] & 0xff);
        }
        if (told != (int) crc.getValue()) {
            throw notHeld();
        }
    }

    private byte[] piece(byte[] packed, int rawBytes) throws DataFormatException, IndexException {
        byte[] raw = new byte[rawBytes];
        inflater.reset();
        inflater.setInput(packed);
        if (inflate(raw, 0) != rawBytes) {
            throw notHeld();
        }
        return raw;
    }

    private int inflate(byte[] raw, int from) throws DataFormatException {
        int at = from;
        while (!inflater.finished()) {
            int count = inflater.inflate(raw, at, raw.length - at);
            if (count == 0) {
                break;
            }
            at += count;
        }
        return at;
    }

    private static IndexException differs(IndexedSegment segment) {
        return new IndexException(
                "the archive does not hold at byte "
                        + segment.offset()
                        + " what its index says: it was changed or damaged");
    }

    private static IndexException notHeld() {
        return new IndexException("the archive does not hold what its index says");
    }

    @Override
    public void close() {
        inflater.end();
    }
}
