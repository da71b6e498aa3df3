package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.PackedSegment;
import dev.packhorse.engine.gzip.SegmentTask;
import dev.packhorse.engine.gzip.StoredRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A segment that is copied from an earlier archive.
///
/// @param number which one it is there
/// @param after done when it is in the new archive
record TakenSegment(EarlierArchive earlier, int number, WrittenSegments written, Runnable after)
        implements SegmentTask {
    @Override
    public void fill(ByteBuffer raw) {
        throw new IllegalStateException("a segment that is copied is not filled");
    }

    @Override
    public Optional<StoredRange> stored(ByteBuffer raw) {
        throw new IllegalStateException("a segment that is copied is not looked for");
    }

    @Override
    public void written(PackedSegment segment) throws IOException {
        written.add(segment, earlier.key(number), earlier.entries(number));
        after.run();
    }
}
