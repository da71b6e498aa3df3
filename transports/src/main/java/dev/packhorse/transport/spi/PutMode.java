package dev.packhorse.transport.spi;

/// What [Transport#put] does when the key is taken.
public enum PutMode {
    /// Fail with [TransportException.Kind#EXISTS].
    CREATE,
    /// Replace the object, at once for every reader.
    REPLACE
}
