package dev.packhorse.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Immutable bytes, as names and link targets are on Linux: any byte but NUL, in no promised
/// encoding. Ordered by unsigned byte value.
public final class ByteString implements Comparable<ByteString> {
    static final ByteString EMPTY = new ByteString(new byte[0]);

    private final byte[] bytes;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The bytes, copied.
    public static ByteString of(byte[] bytes) {
        return new ByteString(bytes.clone());
    }

    /// The text's UTF-8 bytes.
    public static ByteString of(String text) {
        return new ByteString(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return bytes.length;
    }

    public byte at(int index) {
        return bytes[index];
    }

    /// A copy of the bytes.
    public byte[] toBytes() {
        return bytes.clone();
    }

    /// Copies the bytes into an array, and returns how many there were.
    public int copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
        return bytes.length;
    }

    /// Writes the bytes and a final NUL into native memory, and returns the memory's address.
    long writeTo(MemorySegment target) {
        MemorySegment.copy(bytes, 0, target, JAVA_BYTE, 0, bytes.length);
        target.set(JAVA_BYTE, bytes.length, (byte) 0);
        return target.address();
    }

    public ByteString substring(int from, int to) {
        return new ByteString(Arrays.copyOfRange(bytes, from, to));
    }

    public ByteString concat(ByteString other) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + other.bytes.length);
        System.arraycopy(other.bytes, 0, joined, bytes.length, other.bytes.length);
        return new ByteString(joined);
    }

    /// These bytes, one more, and the others.
    public ByteString concat(char between, ByteString other) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + other.bytes.length);
        joined[bytes.length] = (byte) between;
        System.arraycopy(other.bytes, 0, joined, bytes.length + 1, other.bytes.length);
        return new ByteString(joined);
    }

    /// The index of the first such byte at or after `from`, -1 if there is none.
    public int indexOf(char wanted, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == (byte) wanted) {
                return i;
            }
        }
        return -1;
    }

    /// The index of the last such byte, -1 if there is none.
    public int lastIndexOf(char wanted) {
        int i = bytes.length - 1;
        while (i >= 0 && bytes[i] != (byte) wanted) {
            i--;
        }
        return i;
    }

    public boolean startsWith(ByteString prefix) {
        return bytes.length >= prefix.bytes.length
                && Arrays.equals(
                        bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
    }

    /// The text for people, logs and JSON: UTF-8 where the bytes are valid and printable, `%XX` for
    /// every other byte and for `%` itself. One line, whatever the bytes.
    public String display() {
        return ByteDisplay.of(bytes);
    }

    @Override
    public int compareTo(ByteString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString text && Arrays.equals(bytes, text.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return display();
    }
}
