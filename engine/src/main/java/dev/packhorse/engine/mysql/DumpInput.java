package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.io.InputStream;

/// The bytes of a dump with a few bytes of look-ahead, counting lines.
final class DumpInput {
    static final int BUFFER_BYTES = 128 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private boolean ended;
    private long line = 1;

    DumpInput(InputStream in) {
        this.in = in;
    }

    long line() {
        return line;
    }

    /// The byte at a distance of at most 64 from the next one, -1 beyond the end.
    int peek(int distance) throws IOException {
        while (to - from <= distance && !ended) {
            fill();
        }
        return from + distance < to ? buffer[from + distance] & 0xff : -1;
    }

    private void fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        int count = in.read(buffer, to, buffer.length - to);
        if (count < 0) {
            ended = true;
        } else {
            to += count;
        }
    }

    /// Whether the next bytes are these.
    boolean at(byte[] wanted) throws IOException {
        for (int i = 0; i < wanted.length; i++) {
            if (peek(i) != (wanted[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /// Takes some bytes that were seen by [#peek].
    void skip(int count) {
        for (int i = 0; i < count; i++) {
            if (buffer[from++] == '\n') {
                line++;
            }
        }
    }

    /// Hands on some bytes that were seen by [#peek].
    void pass(int count, ByteSink sink) throws IOException {
        sink.put(buffer, from, count);
        skip(count);
    }

    /// Hands on the bytes that the table marks, up to the first other one.
    void passWhile(boolean[] marked, ByteSink sink) throws IOException {
        while (peek(0) >= 0) {
            int i = from;
            while (i < to && marked[buffer[i] & 0xff]) {
                i++;
            }
            sink.put(buffer, from, i - from);
            from = i;
            if (i < to) {
                return;
            }
        }
    }

    /// Hands on bytes up to, not including, the first that is one of the two. At the end of the
    /// dump it returns without.
    void passUntil(int first, int second, ByteSink sink) throws IOException {
        while (peek(0) >= 0) {
            int i = from;
            long lines = 0;
            while (i < to && (buffer[i] & 0xff) != first && (buffer[i] & 0xff) != second) {
                if (buffer[i] == '\n') {
                    lines++;
                }
                i++;
            }
            sink.put(buffer, from, i - from);
            from = i;
            line += lines;
            if (i < to) {
                return;
            }
        }
    }
}
