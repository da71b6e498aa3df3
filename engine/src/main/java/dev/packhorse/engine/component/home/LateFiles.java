package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import java.io.IOException;
import java.util.Arrays;

/// The files of a home that were changed lately. They are packed behind all others, so that what
/// two archives of an account do not have in common lies together: a store that copies ranges then
/// copies few long ones. A file's class changes once in [#PERIOD_SECONDS] at most, for all files at
/// the same moment, since a file that changes its class changes the archive at two places.
///
/// Paths take the bytes in which they differ from the one before; past a limit no more are taken,
/// and the rest is packed where the walk meets it. One thread.
final class LateFiles {
    /// Four weeks.
    static final long PERIOD_SECONDS = 28L * 24 * 60 * 60;

    /// Some 300,000 paths.
    static final int MOST_BYTES = 4 << 20;

    /// Two numbers.
    private static final int MOST_OVERHEAD = 10;

    private final long since;
    private final int most;
    private byte[] bytes = new byte[1 << 10];
    private int length;
    private byte[] last = new byte[0];

    /// @param run the second of the run, whose period and the one before it are late
    LateFiles(long run) {
        this(run, MOST_BYTES);
    }

    LateFiles(long run, int most) {
        this.since = (Math.floorDiv(run, PERIOD_SECONDS) - 1) * PERIOD_SECONDS;
        this.most = most;
    }

    /// Takes a path.
    @FunctionalInterface
    interface Visitor {
        void visit(BytePath path) throws IOException;
    }

    /// Keeps a file for later.
    ///
    /// @return whether it is kept; not if it was not changed lately, or there is no room
    boolean keep(BytePath path, FileStat stat) {
        if (stat.mtimeSeconds() < since) {
            return false;
        }
        byte[] next = path.value().toBytes();
        int shared = Math.max(0, Arrays.mismatch(last, next));
        int more = next.length - shared;
        if (length + more + MOST_OVERHEAD > most) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, room(length + more + MOST_OVERHEAD));
        number(shared);
        number(more);
        System.arraycopy(next, shared, bytes, length, more);
        length += more;
        last = next;
        return true;
    }

    private int room(int needed) {
        return needed <= bytes.length ? bytes.length : Math.max(needed, 2 * bytes.length);
    }

    /// Seven bits a byte, the lowest first; all but the last have the highest bit set.
    private void number(int number) {
        int rest = number;
        while (rest > 0x7f) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /// Visits all, in the order in which they came.
    void forEach(Visitor visitor) throws IOException {
        Cursor cursor = new Cursor();
        byte[] path = new byte[0];
        while (cursor.at < length) {
            int shared = cursor.number();
            int more = cursor.number();
            byte[] next = Arrays.copyOf(path, shared + more);
            System.arraycopy(bytes, cursor.at, next, shared, more);
            cursor.at += more;
            path = next;
            visitor.visit(new BytePath(ByteString.of(next)));
        }
    }

    private final class Cursor {
        private int at;

        int number() {
            int number = 0;
            int shift = 0;
            while (bytes[at] < 0) {
                number |= (bytes[at++] & 0x7f) << shift;
                shift += 7;
            }
            return number | bytes[at++] << shift;
        }
    }
}
