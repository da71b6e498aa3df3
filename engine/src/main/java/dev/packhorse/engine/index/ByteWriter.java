package dev.packhorse.engine.index;

import java.util.Arrays;

/// Numbers and bytes one after the other; numbers of 7 bits a byte, lowest first, the highest bit
/// of a byte saying that more follow. One thread.
final class ByteWriter {
    private byte[] bytes = new byte[1024];
    private int length;

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /// A number that is not negative, or one of 64 bits without sign.
    void number(long value) {
        ensure(10);
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes[length++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
    }

    /// A number that may be negative.
    void signed(long value) {
        number((value << 1) ^ (value >> 63));
    }

    void bytes(byte[] source, int from, int count) {
        ensure(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    void bytes(byte[] source) {
        bytes(source, 0, source.length);
    }

    /// A text with its length.
    void text(byte[] source) {
        number(source.length);
        bytes(source);
    }

    void fixed(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    byte[] array() {
        return bytes;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}
