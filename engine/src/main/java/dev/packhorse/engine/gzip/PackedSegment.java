package dev.packhorse.engine.gzip;

/// Where a segment ended up.
///
/// @param offset of its first packed byte in the target
/// @param packedBytes how many packed bytes it has
/// @param rawBytes how many bytes it had before packing
/// @param crc32c the checksum of its packed bytes
/// @param taken whether its packed bytes were taken over from another file
public record PackedSegment(
        long offset, long packedBytes, long rawBytes, int crc32c, boolean taken) {}
