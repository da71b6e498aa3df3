package dev.packhorse.engine.index;

import java.util.Optional;

/// A segment of an archive.
///
/// @param offset of its first packed byte in the archive file
/// @param packedBytes how many packed bytes it has
/// @param rawBytes how many bytes it unpacks to
/// @param crc32c checksum of its packed bytes
/// @param key under which it may be taken over, empty if it may not
public record IndexedSegment(
        long offset, long packedBytes, long rawBytes, int crc32c, Optional<SegmentKey> key) {}
