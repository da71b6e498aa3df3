package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.PackedSegment;
import dev.packhorse.engine.gzip.SegmentTask;
import dev.packhorse.engine.gzip.StoredRange;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.SegmentKey;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A segment of one run, put by a worker.
final class RunSegment implements SegmentTask {
    private final ArchiveRun run;
    private final Optional<SegmentKey> key;
    private final @Nullable StoredRange expected;
    private final Target target;
    private List<IndexEntry> entries = List.of();
    private boolean known;

    /// What all runs of an archive have in common.
    record Target(
            ByteString topFolder,
            long metadataTime,
            Cancellation cancellation,
            WrittenSegments written) {}

    /// @param expected what an earlier archive holds under the key, to be compared; null if that is
    ///   not asked for
    RunSegment(
            ArchiveRun run,
            Optional<SegmentKey> key,
            @Nullable StoredRange expected,
            Target target) {
        this.run = run;
        this.key = key;
        this.expected = expected;
        this.target = target;
    }

    @Override
    public void fill(ByteBuffer raw) throws IOException {
        SegmentSink sink =
                new SegmentSink(
                        raw,
                        target.topFolder(),
                        target.metadataTime(),
                        target.cancellation(),
                        target.written().isListed());
        known = run.addTo(sink);
        entries = sink.entries();
    }

    @Override
    public Optional<StoredRange> stored(ByteBuffer raw) {
        return Optional.empty();
    }

    @Override
    public void written(PackedSegment segment) throws IOException {
        target.written().add(segment, known ? key : Optional.empty(), entries);
        if (expected == null || !known) {
            run.added(ArchiveRun.Origin.READ);
            return;
        }
        boolean same =
                segment.crc32c() == expected.crc32c()
                        && segment.packedBytes() == expected.packedBytes();
        target.written().proven(same);
        run.added(same ? ArchiveRun.Origin.PROVEN : ArchiveRun.Origin.DISPROVEN);
    }
}
