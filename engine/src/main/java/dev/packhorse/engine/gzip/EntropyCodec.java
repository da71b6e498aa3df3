package dev.packhorse.engine.gzip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Deflates without looking for repetitions: one block whose code fits the bytes' frequencies. That
/// is all that base64 of compressed data gives, and it takes a small part of the time of a search.
/// One thread.
///
/// Source: RFC 1951 3.2.7 (dynamic codes).
final class EntropyCodec implements Codec {
    private static final int END = 256;
    private static final int LITERALS = 257;
    private static final int DISTANCES = 2;
    private static final int LENGTH_SYMBOLS = 19;
    private static final int[] LENGTH_ORDER = {
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
    };

    /// Twelve bits at most, so that four codes and a rest of a byte fit a long.
    private static final int MOST_BITS = 12;

    private final HuffmanLengths literalTree = new HuffmanLengths(LITERALS, MOST_BITS);
    private final HuffmanLengths lengthTree = new HuffmanLengths(LENGTH_SYMBOLS, 7);
    private final int[] counts = new int[LITERALS];
    private final byte[] lengths = new byte[LITERALS + DISTANCES];
    private final int[] codes = new int[LITERALS];
    private final int[] runs = new int[LITERALS + DISTANCES];
    private final int[] runCounts = new int[LENGTH_SYMBOLS];
    private final byte[] runLengths = new byte[LENGTH_SYMBOLS];
    private final int[] runCodes = new int[LENGTH_SYMBOLS];
    private int runsUsed;
    private long bits;
    private int bitCount;

    @Override
    public int deflate(ByteBuffer raw, ByteBuffer packed) {
        ByteBuffer source = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer target = packed.slice().order(ByteOrder.LITTLE_ENDIAN);
        count(source);
        literalTree.find(counts, lengths);
        // Two codes of one bit: a code that some readers would call incomplete is never sent.
        lengths[LITERALS] = 1;
        lengths[LITERALS + 1] = 1;
        HuffmanLengths.codes(lengths, LITERALS, codes);
        findRuns();
        if (packedBound() > target.remaining()) {
            return 0;
        }
        bits = 0;
        bitCount = 0;
        writeCode(target);
        writeContent(source, target);
        put(codes[END], lengths[END]);
        drain(target);
        if (bitCount > 0) {
            target.put((byte) bits);
        }
        return target.position();
    }

    private void count(ByteBuffer source) {
        java.util.Arrays.fill(counts, 0);
        int limit = source.limit();
        int at = 0;
        for (; at + 8 <= limit; at += 8) {
            long eight = source.getLong(at);
            counts[(int) eight & 0xff]++;
            counts[(int) (eight >>> 8) & 0xff]++;
            counts[(int) (eight >>> 16) & 0xff]++;
            counts[(int) (eight >>> 24) & 0xff]++;
            counts[(int) (eight >>> 32) & 0xff]++;
            counts[(int) (eight >>> 40) & 0xff]++;
            counts[(int) (eight >>> 48) & 0xff]++;
            counts[(int) (eight >>> 56) & 0xff]++;
        }
        for (; at < limit; at++) {
            counts[source.get(at) & 0xff]++;
        }
        counts[END] = 1;
    }

    /// More than the block takes: the code's description has at most 14 bits for each length.
    private long packedBound() {
        long sum = 64 + LENGTH_SYMBOLS * 3L + runsUsed * 14L;
        for (int i = 0; i < LITERALS; i++) {
            sum += (long) counts[i] * lengths[i];
        }
        return sum / 8 + 16;
    }

    /// Describes the lengths in the form in which they are sent: a symbol, and above it the extra
    /// bits' value.
    private void findRuns() {
        runsUsed = 0;
        java.util.Arrays.fill(runCounts, 0);
        int at = 0;
        while (at < lengths.length) {
            int length = lengths[at];
            int run = 1;
            while (at + run < lengths.length && lengths[at + run] == length) {
                run++;
            }
            at += length == 0 ? zeros(run) : repeats(length, run);
        }
        lengthTree.find(runCounts, runLengths);
        HuffmanLengths.codes(runLengths, LENGTH_SYMBOLS, runCodes);
    }

    private int zeros(int run) {
        if (run >= 11) {
            int taken = Math.min(run, 138);
            run(18, taken - 11);
            return taken;
        }
        if (run >= 3) {
            run(17, run - 3);
            return run;
        }
        run(0, 0);
        return 1;
    }

    private int repeats(int length, int run) {
        run(length, 0);
        int left = run - 1;
        while (left >= 3) {
            int taken = Math.min(left, 6);
            run(16, taken - 3);
            left -= taken;
        }
        for (int i = 0; i < left; i++) {
            run(length, 0);
        }
        return run;
    }

    private void run(int symbol, int extra) {
        runs[runsUsed++] = symbol | (extra << 8);
        runCounts[symbol]++;
    }

    private void writeCode(ByteBuffer target) {
        int sent = LENGTH_SYMBOLS;
        while (sent > 4 && runLengths[LENGTH_ORDER[sent - 1]] == 0) {
            sent--;
        }
        put(1 | (2 << 1), 3);
        put(LITERALS - 257, 5);
        put(DISTANCES - 1, 5);
        put(sent - 4, 4);
        for (int i = 0; i < sent; i++) {
            put(runLengths[LENGTH_ORDER[i]], 3);
            drain(target);
        }
        for (int i = 0; i < runsUsed; i++) {
            int symbol = runs[i] & 0xff;
            put(runCodes[symbol], runLengths[symbol]);
            int extraBits =
                    switch (symbol) {
                        case 16 -> 2;
                        case 17 -> 3;
                        case 18 -> 7;
                        default -> 0;
                    };
            put(runs[i] >>> 8, extraBits);
            drain(target);
        }
    }

    private void writeContent(ByteBuffer source, ByteBuffer target) {
        int[] code = codes;
        byte[] length = lengths;
        int limit = source.limit();
        int at = 0;
        long pending = bits;
        int count = bitCount;
        int out = target.position();
        for (; at + 4 <= limit; at += 4) {
            int four = source.getInt(at);
            int a = four & 0xff;
            int b = (four >>> 8) & 0xff;
            int c = (four >>> 16) & 0xff;
            int d = four >>> 24;
            pending |= (long) code[a] << count;
            count += length[a];
            pending |= (long) code[b] << count;
            count += length[b];
            pending |= (long) code[c] << count;
            count += length[c];
            pending |= (long) code[d] << count;
            count += length[d];
            target.putLong(out, pending);
            out += count >>> 3;
            pending >>>= count & ~7;
            count &= 7;
        }
        bits = pending;
        bitCount = count;
        target.position(out);
        for (; at < limit; at++) {
            int symbol = source.get(at) & 0xff;
            put(code[symbol], length[symbol]);
            drain(target);
        }
    }

    private void put(int value, int count) {
        bits |= (long) value << bitCount;
        bitCount += count;
    }

    private void drain(ByteBuffer target) {
        while (bitCount >= 8) {
            target.put((byte) bits);
            bits >>>= 8;
            bitCount -= 8;
        }
    }

    @Override
    public void close() {
        // Nothing but heap memory.
    }
}
