package dev.packhorse.transport.spi;

/// What an upload that was cut short need not send again.
public enum Resumption {
    /// Nothing: it starts from the first byte.
    NONE,
    /// Whole parts that arrived; those in flight are sent again.
    BY_PART,
    /// Every byte that the place has.
    BY_BYTE
}
