package dev.packhorse.engine.gzip;

/// What a unit of bytes is worth to a compressor.
enum UnitClass {
    /// Cannot shrink: images, archives, encrypted data.
    STORED,
    /// Has no repetitions but a small alphabet: base64.
    ENTROPY,
    /// Everything else.
    FULL
}
