package dev.packhorse.engine.archive;

import java.util.Arrays;

/// Numbers that only grow, eight bytes each. One thread.
final class LongList {
    private long[] values = new long[16];
    private int count;

    void add(long value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    boolean contains(long value) {
        return Arrays.binarySearch(values, 0, count, value) >= 0;
    }

    /// The first value at or above another one, -1 if there is none.
    long atLeast(long value) {
        int at = Arrays.binarySearch(values, 0, count, value);
        int index = at < 0 ? -at - 1 : at;
        return index < count ? values[index] : -1;
    }
}
