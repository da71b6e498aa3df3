package dev.packhorse.transport.spi;

/// A part of an object: `length` bytes from `offset`. [#ALL] is the whole object, whatever its
/// length.
public record ByteRange(long offset, long length) {
    /// The whole object.
    public static final ByteRange ALL = new ByteRange(0, Long.MAX_VALUE);

    public ByteRange {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("negative range: " + offset + "+" + length);
        }
    }

    /// True for [#ALL].
    public boolean isAll() {
        return equals(ALL);
    }
}
