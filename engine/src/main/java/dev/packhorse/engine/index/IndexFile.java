package dev.packhorse.engine.index;

/// A finished index file.
///
/// @param sizeBytes its size
/// @param sha256 its digest, lower-case hex
public record IndexFile(long sizeBytes, String sha256) {}
