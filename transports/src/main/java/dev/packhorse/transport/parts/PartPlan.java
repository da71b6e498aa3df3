package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.ByteSize;

/// How a content is cut: into parts of one size, only the last of which may be shorter. Object
/// stores take 10,000 parts at most, so large contents have larger parts; 9,000 leave room.
///
/// @param contentBytes the whole content
/// @param partBytes each part but the last
public record PartPlan(long contentBytes, int partBytes) {
    private static final int MIB = 1 << 20;

    /// The largest part, which is held in memory while it is sent: a quarter of the heap, but not
    /// more than 256 MiB.
    public static final ByteSize LARGEST_PART =
            new ByteSize(
                    (long) MIB * Math.clamp(Runtime.getRuntime().maxMemory() / 4 / MIB, 1, 256));

    /// The largest content that can be cut, 2.2 TiB with parts of 256 MiB.
    public static final ByteSize LARGEST_CONTENT = new ByteSize(9_000 * LARGEST_PART.bytes());

    public PartPlan {
        if (partBytes < 1) {
            throw new IllegalArgumentException("part size must be positive: " + partBytes);
        }
    }

    /// Parts of at least `least` bytes, more where the content would have more than 9,000.
    ///
    /// @throws IllegalArgumentException above [#LARGEST_CONTENT]
    public static PartPlan of(long contentBytes, ByteSize least) {
        if (contentBytes > LARGEST_CONTENT.bytes()) {
            throw new IllegalArgumentException("too large to be cut: " + contentBytes);
        }
        long needed = (contentBytes + 8_999) / 9_000;
        return new PartPlan(contentBytes, Math.toIntExact(Math.max(least.bytes(), needed)));
    }

    /// The most parts of a stream.
    public static final int MOST_OF_STREAM = 9_000;

    /// So many parts of a stream have one length in any case.
    public static final int ALIKE_OF_STREAM = 1_000;

    /// How long a part of a stream is whose end nobody knows: after every thousand parts twice as
    /// long, up to [#LARGEST_PART]. So 9,000 parts hold more than 1 TiB where that is 256 MiB, and
    /// a short stream has short parts.
    ///
    /// @param number counted from 1
    static int lengthInStream(int number, ByteSize least) {
        int doublings = Math.min((number - 1) / ALIKE_OF_STREAM, 20);
        return Math.toIntExact(
                Math.max(
                        least.bytes(), Math.min(least.bytes() << doublings, LARGEST_PART.bytes())));
    }

    /// The longest stream of parts that become longer.
    ///
    /// @param least the length of the first
    public static long mostInStream(ByteSize least) {
        long sum = 0;
        for (int first = 1; first <= MOST_OF_STREAM; first += ALIKE_OF_STREAM) {
            sum += (long) ALIKE_OF_STREAM * lengthInStream(first, least);
        }
        return sum;
    }

    /// How long each part of a stream is where none may be longer than another: as long as leaves
    /// room in [PartMemory] for the next, which is filled while one is sent. So 9,000 parts hold
    /// 131 GiB with the usual heap (Java counts 247.5 of its 256 MiB) and 536 GiB with 1 GiB.
    static int evenLengthInStream(ByteSize least) {
        int share = Math.clamp(Runtime.getRuntime().maxMemory() / 16 / MIB, 1, 128);
        return Math.toIntExact(Math.max(least.bytes(), (long) MIB * share));
    }

    /// The longest stream of parts of one length.
    ///
    /// @param least how long they are at least
    public static long mostInEvenStream(ByteSize least) {
        return (long) MOST_OF_STREAM * evenLengthInStream(least);
    }

    /// Whether a part can be held in memory; one that was planned with a larger heap may not.
    boolean fitsMemory() {
        return partBytes <= LARGEST_PART.bytes();
    }

    /// How many parts there are; an empty content has none.
    public int count() {
        return Math.toIntExact((contentBytes + partBytes - 1) / partBytes);
    }

    /// The length of a part.
    ///
    /// @param number counted from 1
    public int lengthOf(int number) {
        return (int) Math.min(partBytes, contentBytes - (long) (number - 1) * partBytes);
    }
}
