package dev.packhorse.engine.archive;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// Remembers which names were seen, and four bits about each, in eight bytes a name: one million
/// names take 16 MiB. Names are kept as 60 bits of a keyed hash; since nobody knows the key, nobody
/// can choose names that meet, and by chance two of four million do with a probability below one in
/// 100,000. One thread.
public final class NameTable {
    private static final int TAG_BITS = 4;
    private static final int TAG_MASK = (1 << TAG_BITS) - 1;

    private final SipHash hash;
    private long[] slots = new long[1 << 10];
    private int size;

    public NameTable() {
        RandomGenerator random = new SecureRandom();
        hash = new SipHash(random.nextLong(), random.nextLong());
    }

    /// The tag of a name, 0 if it was not seen.
    public int tag(byte[] name, int length) {
        return (int) slots[find(slots, key(name, length))] & TAG_MASK;
    }

    /// Sets the tag, 1 to 15, of a name.
    public void put(byte[] name, int length, int tag) {
        if (tag < 1 || tag > TAG_MASK) {
            throw new IllegalArgumentException("tag must be 1 to 15, not " + tag);
        }
        long key = key(name, length);
        int slot = find(slots, key);
        if (slots[slot] == 0) {
            size++;
        }
        slots[slot] = key | tag;
        if (size > slots.length / 3 * 2) {
            grow();
        }
    }

    int size() {
        return size;
    }

    private long key(byte[] name, int length) {
        return hash.of(name, length) & ~(long) TAG_MASK;
    }

    private static int find(long[] slots, long key) {
        int mask = slots.length - 1;
        int slot = (int) (key >>> 32) & mask;
        while (slots[slot] != 0 && (slots[slot] & ~(long) TAG_MASK) != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] larger = new long[Math.multiplyExact(slots.length, 2)];
        for (long entry : slots) {
            if (entry != 0) {
                larger[find(larger, entry & ~(long) TAG_MASK)] = entry;
            }
        }
        slots = larger;
    }
}
