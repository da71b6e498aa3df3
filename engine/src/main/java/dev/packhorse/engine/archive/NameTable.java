package dev.packhorse.engine.archive;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// Remembers which names were seen, and four bits about each, in eight bytes a name: one million
/// names take 16 MiB. Names are kept as 60 bits of a keyed hash; since nobody knows the key, nobody
/// can choose names that meet, and by chance two of four million do with a probability below one in
/// 100,000. One thread.
public final class NameTable {
    private static final int TAG_BITS = 4;
    private static final int TAG_MASK = (1 << TAG_BITS) - 1;

    /// Beyond these the table lies outside the heap, which is small and must not be full of one
    /// account's names.
    private static final long ON_HEAP = 1 << 20;

    private final SipHash hash;
    private MemorySegment slots = slots(1 << 10);
    private int size;

    public NameTable() {
        RandomGenerator random = new SecureRandom();
        hash = new SipHash(random.nextLong(), random.nextLong());
    }

    /// The tag of a name, 0 if it was not seen.
    public int tag(byte[] name, int length) {
        return (int) slot(slots, find(slots, key(name, length))) & TAG_MASK;
    }

    /// Sets the tag, 1 to 15, of a name.
    public void put(byte[] name, int length, int tag) {
        if (tag < 1 || tag > TAG_MASK) {
            throw new IllegalArgumentException("tag must be 1 to 15, not " + tag);
        }
        long key = key(name, length);
        long slot = find(slots, key);
        if (slot(slots, slot) == 0) {
            size++;
        }
        slots.setAtIndex(JAVA_LONG, slot, key | tag);
        if (size > count(slots) / 3 * 2) {
            grow();
        }
    }

    int size() {
        return size;
    }

    private long key(byte[] name, int length) {
        return hash.of(name, length) & ~(long) TAG_MASK;
    }

    private static long find(MemorySegment slots, long key) {
        long mask = count(slots) - 1;
        long at = (key >>> 32) & mask;
        long there = slot(slots, at);
        while (there != 0 && (there & ~(long) TAG_MASK) != key) {
            at = (at + 1) & mask;
            there = slot(slots, at);
        }
        return at;
    }

    private void grow() {
        long before = count(slots);
        MemorySegment larger = slots(2 * before);
        for (long i = 0; i < before; i++) {
            long entry = slot(slots, i);
            if (entry != 0) {
                larger.setAtIndex(JAVA_LONG, find(larger, entry & ~(long) TAG_MASK), entry);
            }
        }
        slots = larger;
    }

    private static MemorySegment slots(long count) {
        return count <= ON_HEAP
                ? MemorySegment.ofArray(new long[(int) count])
                : Arena.ofAuto().allocate(count * Long.BYTES, Long.BYTES);
    }

    private static long count(MemorySegment slots) {
        return slots.byteSize() / Long.BYTES;
    }

    private static long slot(MemorySegment slots, long index) {
        return slots.getAtIndex(JAVA_LONG, index);
    }
}
