package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.RangeSource;
import java.io.IOException;

/// A tar file as it is. Where its packer cut cannot be seen, and need not be: any range can be
/// read.
final class PlainSegments extends RawSegments {
    private static final int SEGMENT_BYTES = 1 << 20;

    PlainSegments(RangeSource archive, SegmentBorders borders) {
        super(archive, borders);
    }

    @Override
    String format() {
        return "plain";
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int ready = ready();
        if (ready == 0) {
            endSegment();
            return -1;
        }
        if (packedBytes() % SEGMENT_BYTES == 0) {
            beginSegment();
        }
        int room = (int) (SEGMENT_BYTES - packedBytes() % SEGMENT_BYTES);
        int count = Math.min(Math.min(ready, length), room);
        System.arraycopy(buffer(), at(), target, offset, count);
        use(count);
        made(count);
        return count;
    }
}
