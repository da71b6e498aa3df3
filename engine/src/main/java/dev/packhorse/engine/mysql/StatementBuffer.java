package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.util.Arrays;

/// Holds one statement that must be seen whole before it is passed on.
final class StatementBuffer implements ByteSink {
    /// Larger than any definition that a server stores.
    static final int LIMIT_BYTES = 16 * 1024 * 1024;

    private static final int KEPT_BYTES = 1024 * 1024;

    private byte[] bytes = new byte[8 * 1024];
    private int length;
    private long line = 1;

    void begin(long firstLine) {
        line = firstLine;
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[8 * 1024];
        }
    }

    @Override
    public void put(byte[] source, int offset, int count) throws IOException {
        if (length > LIMIT_BYTES - count) {
            throw new MysqlDumpRefused(
                    line, "a statement of more than " + LIMIT_BYTES / 1024 / 1024 + " MiB");
        }
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    @Override
    public int position() {
        return length;
    }

    /// Takes a range out.
    void cut(int from, int to) {
        System.arraycopy(bytes, to, bytes, from, length - to);
        length -= to - from;
    }

    /// Puts other bytes in place of everything from a position on.
    void replaceFrom(int from, byte[] replacement) throws IOException {
        length = from;
        put(replacement, 0, replacement.length);
    }

    byte[] copy(int from) {
        return Arrays.copyOfRange(bytes, from, length);
    }

    void writeTo(java.io.OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }
}
