package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Packs segments as pieces of one deflate stream: each begins at a byte border, refers to nothing
/// before it, and ends with an empty stored block. Only zlib can end a piece so. One thread.
///
/// Source: RFC 1951; zlib's manual on `Z_SYNC_FLUSH`.
final class StreamEncoder implements SegmentEncoder {
    private static final int FLUSH_BYTES = 16;

    private final Deflater deflater;
    private final UnitClassifier classifier = new UnitClassifier();
    private final CRC32 crc = new CRC32();

    StreamEncoder(GzipSettings settings) {
        deflater = new Deflater(settings.level(), true);
    }

    /// The space that any `rawBytes` fit into when packed.
    static int packedBound(int rawBytes) {
        int runs = rawBytes / MemberEncoder.UNIT_BYTES + 1;
        return StoredBlocks.bound(rawBytes, 2 * runs) + runs * FLUSH_BYTES;
    }

    @Override
    public int encode(ByteBuffer raw, ByteBuffer packed) {
        packed.clear().order(ByteOrder.LITTLE_ENDIAN);
        int end = raw.limit();
        int from = 0;
        while (from < end) {
            boolean stored = isStored(raw, from, end);
            int to = Math.min(end, from + MemberEncoder.UNIT_BYTES);
            while (to < end && isStored(raw, to, end) == stored) {
                to = Math.min(end, to + MemberEncoder.UNIT_BYTES);
            }
            piece(raw.slice(from, to - from), stored, packed);
            from = to;
        }
        packed.flip();
        crc.reset();
        crc.update(raw.duplicate());
        return (int) crc.getValue();
    }

    private boolean isStored(ByteBuffer raw, int from, int end) {
        int to = Math.min(end, from + MemberEncoder.UNIT_BYTES);
        int start = Math.max(0, Math.min(from, to - MemberEncoder.UNIT_BYTES));
        return classifier.classify(raw, start, to) == UnitClass.STORED;
    }

    private void piece(ByteBuffer raw, boolean stored, ByteBuffer packed) {
        if (stored || !deflate(raw.duplicate(), packed)) {
            StoredBlocks.put(raw.duplicate(), packed, false);
        }
    }

    /// Gives up as soon as storing is the shorter form.
    private boolean deflate(ByteBuffer raw, ByteBuffer packed) {
        ByteBuffer target = packed.slice(packed.position(), raw.remaining());
        deflater.reset();
        deflater.setInput(raw);
        while (target.hasRemaining()) {
            int count = deflater.deflate(target, Deflater.SYNC_FLUSH);
            if (target.hasRemaining() && (count == 0 || deflater.needsInput())) {
                packed.position(packed.position() + target.position());
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
