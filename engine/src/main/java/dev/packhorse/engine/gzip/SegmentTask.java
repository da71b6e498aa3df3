package dev.packhorse.engine.gzip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// What becomes of one segment. Its methods are called in this order, by one thread at a time but
/// not by the same: the first two by a worker (not at all for a segment that is copied), the last
/// by the writer, segment after segment.
public interface SegmentTask {
    /// Puts bytes at the buffer's position, as many as belong to the segment and fit. What is there
    /// already was put by the filling thread.
    ///
    /// @throws IOException ends the whole output
    void fill(ByteBuffer raw) throws IOException;

    /// Where these bytes lie packed already; empty to have them packed.
    ///
    /// @param raw the segment's bytes, from 0 to the limit
    Optional<StoredRange> stored(ByteBuffer raw) throws IOException;

    /// Tells that the segment is in the target.
    ///
    /// @throws IOException ends the whole output
    void written(PackedSegment segment) throws IOException;
}
