package dev.packhorse.engine.index;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// How an index file is laid out: a magic, pages of entries, the table of segments, the directory
/// of pages, and at the end a trailer of fixed size that says where the last two lie. Pages and
/// tables are zlib streams.
final class Layout {
    static final byte[] MAGIC = "packhorse-index 2\n".getBytes(US_ASCII);

    /// Of indexes whose entries have no proofs of their headers. As long as [#MAGIC].
    static final byte[] MAGIC_WITHOUT_PROOFS = "packhorse-index 1\n".getBytes(US_ASCII);

    static final byte[] END = "PHINDEX\n".getBytes(US_ASCII);

    /// Place and length of the directory, then of the segment table, then the end mark.
    static final int TRAILER_BYTES = 4 * 8 + 8;

    /// A page is written when it holds so much.
    static final int PAGE_BYTES = 64 * 1024;

    /// Nothing that unpacks to more is read.
    static final int MOST_BYTES = 512 << 20;

    private Layout() {}

    /// The bytes as a zlib stream with their length before it.
    static byte[] pack(byte[] bytes, int length) {
        Deflater deflater = new Deflater(1);
        try {
            deflater.setInput(bytes, 0, length);
            deflater.finish();
            ByteWriter out = new ByteWriter();
            out.fixed(length);
            byte[] some = new byte[16 * 1024];
            while (!deflater.finished()) {
                out.bytes(some, 0, deflater.deflate(some));
            }
            return out.toBytes();
        } finally {
            deflater.end();
        }
    }

    static byte[] unpack(byte[] packed) throws IndexException {
        long length = new ByteReader(packed).fixed();
        if (length < 0 || length > MOST_BYTES || length / 1_100 > packed.length) {
            throw ByteReader.damaged();
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed, 8, packed.length - 8);
            byte[] bytes = new byte[(int) length];
            int at = 0;
            while (at < bytes.length) {
                int count = inflater.inflate(bytes, at, bytes.length - at);
                if (count == 0) {
                    throw ByteReader.damaged();
                }
                at += count;
            }
            return bytes;
        } catch (DataFormatException e) {
            throw new IndexException("the index is damaged: rebuild it from the archive", e);
        } finally {
            inflater.end();
        }
    }

    static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length
                && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }
}
