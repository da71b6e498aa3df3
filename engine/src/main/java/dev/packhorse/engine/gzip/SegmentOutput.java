package dev.packhorse.engine.gzip;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes a file of segments. The filling thread says what comes next: bytes that it puts itself, a
/// task that a worker fills, or a range of another file. Workers fill, class and pack; one writer
/// passes everything on in order. A slow target makes the filling thread wait, and memory is
/// bounded by the number of segments: two for each worker and two more.
///
/// A failure of target, worker or task is the filling thread's next exception, and what the target
/// holds is of no use then. One filling thread.
public final class SegmentOutput implements AutoCloseable {
    /// The most bytes of a segment.
    public static final int SEGMENT_BYTES = 1 << 20;

    private final SegmentFormat format;
    private final SegmentQueue queue = new SegmentQueue();
    private final SegmentWriter writer;
    private final Arena arena = Arena.ofShared();
    private final int mostSegments;
    private int segments;
    private @Nullable Segment current;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        FINISHED,
        CLOSED
    }

    private SegmentOutput(WritableByteChannel target, SegmentFormat format) {
        this.format = format;
        writer = new SegmentWriter(target, isOneStream(format));
        mostSegments = 2 * format.threads() + 2;
    }

    private static boolean isOneStream(SegmentFormat format) {
        return format instanceof SegmentFormat.Gzip(GzipSettings settings)
                && settings.singleMember();
    }

    /// Starts the threads.
    ///
    /// @param target receives the packed bytes, on the writer's thread; stays the caller's
    /// @param workers makes the threads on which segments are filled
    /// @throws IOException if it cannot
    public static SegmentOutput start(
            WritableByteChannel target, SegmentFormat format, WorkerThreads workers)
            throws IOException {
        SegmentOutput output = new SegmentOutput(target, format);
        boolean started = false;
        try {
            for (int i = 0; i < format.threads(); i++) {
                output.start(workers, output::pack);
            }
            output.start(WorkerThreads.named("archive-writer"), output::write);
            started = true;
            return output;
        } finally {
            if (!started) {
                output.close();
            }
        }
    }

    /// The buffer of the segment that comes next, which the caller fills from its position on, and
    /// not beyond its limit; valid until [#submit]. Waits for one that is free.
    ///
    /// @throws IOException if anything failed
    public ByteBuffer take() throws IOException {
        requireOpen();
        Segment segment = current;
        if (segment == null) {
            if (segments < mostSegments) {
                segments++;
                queue.give(new Segment(arena, SEGMENT_BYTES, packedBound()));
            }
            segment = queue.take();
            if (segment == null) {
                throw failed();
            }
            segment.raw().clear();
            current = segment;
        }
        return segment.raw();
    }

    /// Hands the segment that was taken, or one that is free, to the workers.
    ///
    /// @throws IOException if anything failed
    public void submit(SegmentTask task) throws IOException {
        take();
        Segment segment = current;
        current = null;
        queue.submit(new SegmentQueue.Item(task, segment, null));
        throwFailure();
    }

    /// Has a range copied next. No segment may be taken.
    ///
    /// @throws IOException if anything failed
    public void copy(StoredRange range, SegmentTask task) throws IOException {
        requireOpen();
        if (current != null) {
            throw new IllegalStateException("a segment was taken and not submitted");
        }
        queue.submit(new SegmentQueue.Item(task, null, range));
        throwFailure();
    }

    /// Returns when everything that was submitted so far is in the target, and its tasks know.
    ///
    /// @throws IOException if anything failed
    public void drain() throws IOException {
        requireOpen();
        queue.awaitDrained();
        throwFailure();
    }

    /// Returns when everything is in the target. To be called once, as the last thing before
    /// [#close()].
    ///
    /// @throws IOException if anything failed
    public void finish() throws IOException {
        requireOpen();
        queue.complete();
        queue.awaitWritten();
        throwFailure();
        state = State.FINISHED;
    }

    /// Ends the threads and frees the memory; without [#finish()] what the target holds is of no
    /// use. Does not close the target. Idempotent.
    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        current = null;
        queue.close();
        writer.close();
        arena.close();
    }

    private int packedBound() {
        return switch (format) {
            case SegmentFormat.Plain _ -> 0;
            case SegmentFormat.Gzip(GzipSettings settings) ->
                    settings.singleMember()
                            ? StreamEncoder.packedBound(SEGMENT_BYTES)
                            : MemberEncoder.packedBound(SEGMENT_BYTES);
        };
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("segment output is finished or closed");
        }
    }

    private void throwFailure() throws IOException {
        if (queue.failure() != null) {
            throw failed();
        }
    }

    /// The failure itself where the caller can tell kinds apart by it.
    private IOException failed() {
        Throwable failure = queue.failure();
        return failure instanceof IOException io
                ? io
                : new IOException(
                        "packing failed: " + (failure == null ? "?" : failure.getMessage()),
                        failure);
    }

    private void start(WorkerThreads factory, Runnable work) throws IOException {
        queue.entered();
        boolean started = false;
        try {
            factory.make(
                            () -> {
                                try {
                                    work.run();
                                } finally {
                                    queue.left();
                                }
                            },
                            e -> {
                                queue.fail(e);
                                queue.left();
                            })
                    .start();
            started = true;
        } finally {
            if (!started) {
                queue.left();
            }
        }
    }

    // Both loops catch everything, since others wait for what they do and must learn of its end.
    private void pack() {
        try (Packer packer = new Packer(format)) {
            for (var item = queue.nextToPack(); item != null; item = queue.nextToPack()) {
                packer.pack(item);
                queue.packed(item);
            }
        } catch (Throwable e) {
            queue.fail(e);
        }
    }

    private void write() {
        try {
            writer.begin();
            for (var item = queue.nextToWrite(); item != null; item = queue.nextToWrite()) {
                Segment segment = item.segment;
                writer.write(item, segment == null ? ByteBuffer.allocate(0) : bytes(segment));
                if (segment != null) {
                    queue.give(segment);
                }
                queue.wrote();
            }
            if (queue.isComplete()) {
                writer.end();
                queue.written();
            }
        } catch (Throwable e) {
            queue.fail(e);
        }
    }

    private ByteBuffer bytes(Segment segment) {
        return format instanceof SegmentFormat.Plain ? segment.raw() : segment.packed();
    }

    /// What one worker does with an item. One thread.
    private static final class Packer implements AutoCloseable {
        private final Optional<SegmentEncoder> encoder;

        Packer(SegmentFormat format) {
            encoder =
                    switch (format) {
                        case SegmentFormat.Plain _ -> Optional.empty();
                        case SegmentFormat.Gzip(GzipSettings settings) ->
                                Optional.of(
                                        settings.singleMember()
                                                ? new StreamEncoder(settings)
                                                : new MemberEncoder(settings));
                    };
        }

        void pack(SegmentQueue.Item item) throws IOException {
            Segment segment = item.segment;
            if (segment == null) {
                return;
            }
            ByteBuffer raw = segment.raw();
            item.task.fill(raw);
            raw.flip();
            item.rawBytes = raw.remaining();
            item.stored = item.task.stored(raw.duplicate()).orElse(null);
            if (item.stored == null && encoder.isPresent()) {
                item.crc = encoder.get().encode(raw.duplicate(), segment.packed());
            }
        }

        @Override
        public void close() {
            encoder.ifPresent(SegmentEncoder::close);
        }
    }
}
