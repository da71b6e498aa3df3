package dev.packhorse.engine.archive;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// Says where the content of a large file is cut into pieces: where the bytes before the cut have a
/// certain look, so that after a change in the middle the later cuts fall where they fell before.
/// One thread; one use for each file.
///
/// Source: "gear" hashing as in FastCDC (Xia and others, 2016): a table of random numbers by byte
/// value, added up while the sum is shifted. Ours is drawn from a fixed seed; cuts of other
/// programs do not matter.
final class ContentCut {
    /// No piece but the last is shorter.
    static final int LEAST_BYTES = 128 * 1024;

    /// No piece is longer.
    static final int MOST_BYTES = 512 * 1024;

    /// Seventeen bits: on average a piece ends 128 KiB behind its least length.
    private static final long MASK = 0x1ffffL << 40;

    /// Older bytes are shifted out of the sum.
    private static final int WINDOW = 64;

    private static final long[] GEAR = gear();

    private int length;
    private long sum;

    /// Looks at the next bytes of the piece, and tells how many of them still belong to it: all of
    /// them if it does not end here.
    ///
    /// @return how many bytes belong to the piece if it ends within them, -1 if it goes on
    int endIn(ByteBuffer bytes, int from, int to) {
        int skip = Math.max(0, LEAST_BYTES - WINDOW - length);
        int at = from + Math.min(skip, to - from);
        int least = from + LEAST_BYTES - length;
        int most = from + MOST_BYTES - length;
        int limit = Math.min(to, most);
        long hash = sum;
        for (; at < limit; at++) {
            hash = (hash << 1) + GEAR[bytes.get(at) & 0xff];
            if ((hash & MASK) == 0 && at + 1 >= least) {
                return end(at + 1 - from);
            }
        }
        if (limit == most) {
            return end(most - from);
        }
        sum = hash;
        length += to - from;
        return -1;
    }

    private int end(int count) {
        length = 0;
        sum = 0;
        return count;
    }

    private static long[] gear() {
        SplittableRandom random = new SplittableRandom(0x7061636b686f7273L);
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            table[i] = random.nextLong();
        }
        return table;
    }
}
