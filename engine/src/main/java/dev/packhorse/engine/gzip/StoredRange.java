package dev.packhorse.engine.gzip;

import java.nio.channels.FileChannel;

/// Where a packed segment lies already, in a file that was written earlier with the same settings.
///
/// @param file the file; stays its owner's, and open until the output is closed
/// @param offset where the segment begins
/// @param packedBytes its packed length
/// @param rawBytes its length before packing
/// @param crc32c the checksum of its packed bytes, which is verified before they are taken over
public record StoredRange(
        FileChannel file, long offset, long packedBytes, long rawBytes, int crc32c) {}
