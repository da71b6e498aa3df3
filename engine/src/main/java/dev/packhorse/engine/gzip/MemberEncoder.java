package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/// Turns a segment into gzip members: one for each run of units of one class, so that what cannot
/// shrink costs nothing but a copy. The first member of a segment has 0 in the header's field for
/// the way of compression, all others 4, so that the segments of a file can be found without an
/// index. One thread.
///
/// Source: RFC 1952 (member format; XFL 4 stands for the fastest algorithm), RFC 1951 3.2.4 (stored
/// blocks).
final class MemberEncoder implements SegmentEncoder {
    /// The grain of the classing.
    static final int UNIT_BYTES = 16 * 1024;

    static final int FIRST_OF_SEGMENT = 0;
    static final int FURTHER = 4;

    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final byte OS_UNIX = 3;

    private final Codec full;
    private final Codec entropy = new EntropyCodec();
    private final UnitClassifier classifier = new UnitClassifier();
    private final CRC32 crc = new CRC32();

    MemberEncoder(GzipSettings settings) {
        full = settings.backend().codec(settings.level());
    }

    /// The space that any `rawBytes` fit into when packed.
    static int packedBound(int rawBytes) {
        int members = rawBytes / UNIT_BYTES + 1;
        return StoredBlocks.bound(rawBytes, members) + members * (HEADER_BYTES + TRAILER_BYTES);
    }

    @Override
    public int encode(ByteBuffer raw, ByteBuffer packed) {
        packed.clear().order(ByteOrder.LITTLE_ENDIAN);
        int end = raw.limit();
        int from = 0;
        int mark = FIRST_OF_SEGMENT;
        do {
            UnitClass kind = classify(raw, from, end);
            int to = Math.min(end, from + UNIT_BYTES);
            while (to < end && classify(raw, to, end) == kind) {
                to = Math.min(end, to + UNIT_BYTES);
            }
            member(raw.slice(from, to - from), kind, mark, packed);
            mark = FURTHER;
            from = to;
        } while (from < end);
        packed.flip();
        return 0;
    }

    /// A last piece that is too small to be judged goes with whatever comes before it.
    private UnitClass classify(ByteBuffer raw, int from, int end) {
        int to = Math.min(end, from + UNIT_BYTES);
        int start = Math.max(0, Math.min(from, to - UNIT_BYTES));
        return classifier.classify(raw, start, to);
    }

    private void member(ByteBuffer raw, UnitClass kind, int mark, ByteBuffer packed) {
        int rawBytes = raw.limit();
        crc.reset();
        crc.update(raw.duplicate());
        packed.put((byte) 0x1f).put((byte) 0x8b).put((byte) 8).put((byte) 0);
        packed.putInt(0).put((byte) mark).put(OS_UNIX);
        int length =
                switch (kind) {
                    case STORED -> 0;
                    case ENTROPY -> deflate(entropy, raw, packed);
                    case FULL -> deflate(full, raw, packed);
                };
        if (length == 0) {
            StoredBlocks.put(raw.duplicate(), packed, true);
        } else {
            packed.position(packed.position() + length);
        }
        packed.putInt((int) crc.getValue());
        packed.putInt(rawBytes);
    }

    /// Gives up as soon as storing is the shorter form.
    private static int deflate(Codec codec, ByteBuffer raw, ByteBuffer packed) {
        return codec.deflate(raw.duplicate(), packed.slice(packed.position(), raw.limit()));
    }

    @Override
    public void close() {
        full.close();
        entropy.close();
    }
}
