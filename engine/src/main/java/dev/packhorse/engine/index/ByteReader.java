package dev.packhorse.engine.index;

import java.util.Arrays;

/// Reads what a [ByteWriter] wrote. One thread.
final class ByteReader {
    private final byte[] bytes;
    private int at;
    private final int end;

    ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    ByteReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    boolean hasMore() {
        return at < end;
    }

    long number() throws IndexException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte each = next();
            value |= (long) (each & 0x7f) << shift;
            if (each >= 0) {
                return value;
            }
        }
        throw damaged();
    }

    /// A count or length up to a limit.
    int count(long most) throws IndexException {
        long value = number();
        if (value < 0 || value > most || value > Integer.MAX_VALUE) {
            throw damaged();
        }
        return (int) value;
    }

    /// A number that cannot be negative.
    long size() throws IndexException {
        long value = number();
        if (value < 0) {
            throw damaged();
        }
        return value;
    }

    /// How many bytes are left, which bounds how many things can follow.
    int left() {
        return end - at;
    }

    long signed() throws IndexException {
        long value = number();
        return (value >>> 1) ^ -(value & 1);
    }

    byte[] bytes(int count) throws IndexException {
        if (count < 0 || count > end - at) {
            throw damaged();
        }
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    byte[] text() throws IndexException {
        return bytes(count(end - at));
    }

    long fixed() throws IndexException {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (next() & 0xff);
        }
        return value;
    }

    private byte next() throws IndexException {
        if (at >= end) {
            throw damaged();
        }
        return bytes[at++];
    }

    static IndexException damaged() {
        return new IndexException("the index is damaged: rebuild it from the archive");
    }
}
