package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.ByteSize;

/// How a content is cut: into parts of one size, only the last of which may be shorter. Object
/// stores take 10,000 parts at most, so large contents have larger parts; 9,000 leave room.
///
/// @param contentBytes the whole content
/// @param partBytes each part but the last
public record PartPlan(long contentBytes, int partBytes) {
    /// The largest part. A part is held in memory while it is sent.
    public static final ByteSize LARGEST_PART = ByteSize.parse("256MiB");

    /// The largest content that can be cut: 2.2 TiB.
    public static final ByteSize LARGEST_CONTENT = new ByteSize(9_000 * LARGEST_PART.bytes());

    public PartPlan {
        if (partBytes < 1 || partBytes > LARGEST_PART.bytes()) {
            throw new IllegalArgumentException("part size out of bounds: " + partBytes);
        }
    }

    /// Parts of at least `least` bytes, more where the content would have more than 9,000.
    ///
    /// @throws IllegalArgumentException above [#LARGEST_CONTENT]
    public static PartPlan of(long contentBytes, ByteSize least) {
        long needed = (contentBytes + 8_999) / 9_000;
        return new PartPlan(contentBytes, Math.toIntExact(Math.max(least.bytes(), needed)));
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
