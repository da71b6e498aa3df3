package dev.packhorse.engine.gzip;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Packs a stream into gzip members with several workers. The members leave in order, on the
/// filling thread: whenever it needs a block and none is free, it waits for the oldest one, writes
/// it, and fills it again. So nothing runs ahead of a slow target, and a failure of target or
/// worker is the caller's next exception.
///
/// A member ends at a [#boundary()] once it has at least half a block, else when the block is full.
public final class GzipOutput implements BlockOutput {
    private static final int BLOCK_BYTES = 1024 * 1024;
    private static final int LEAST_BYTES = BLOCK_BYTES / 2;

    private final WritableByteChannel target;
    private final Arena arena = Arena.ofShared();
    private final MemberWorkers workers;
    private final ArrayDeque<Block> free = new ArrayDeque<>();
    private final ArrayDeque<Block> inFlight = new ArrayDeque<>();
    private final int mostBlocks;
    private int blocks;
    private long submitted;
    private @Nullable Block current;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        FINISHED,
        CLOSED
    }

    private GzipOutput(WritableByteChannel target, GzipSettings settings) {
        this.target = target;
        workers = new MemberWorkers(settings);
        mostBlocks = 2 * settings.threads() + 2;
    }

    /// Starts the workers.
    ///
    /// @param target receives the packed bytes on the thread that fills; stays the caller's
    public static GzipOutput start(WritableByteChannel target, GzipSettings settings) {
        GzipOutput output = new GzipOutput(target, settings);
        boolean started = false;
        try {
            output.workers.start();
            started = true;
            return output;
        } finally {
            if (!started) {
                output.close();
            }
        }
    }

    @Override
    public ByteBuffer space() throws IOException {
        requireOpen();
        Block block = current;
        if (block == null) {
            return take().raw();
        }
        ByteBuffer raw = block.raw();
        raw.limit(BLOCK_BYTES);
        if (raw.hasRemaining()) {
            return raw;
        }
        submit(block);
        return take().raw();
    }

    @Override
    public void boundary() throws IOException {
        requireOpen();
        Block block = current;
        if (block != null && block.raw().position() >= LEAST_BYTES) {
            submit(block);
            writeWhatIsReady();
        }
    }

    @Override
    public long taken() {
        Block block = current;
        return submitted + (block == null ? 0 : block.raw().position());
    }

    @Override
    public void finish() throws IOException {
        requireOpen();
        Block block = current;
        if (block != null && block.raw().position() > 0) {
            submit(block);
        }
        if (submitted == 0) {
            // An empty stream is a member too: no bytes at all would be no gzip file.
            Block empty = take();
            submit(empty);
        }
        while (!inFlight.isEmpty()) {
            writeOldest();
        }
        state = State.FINISHED;
    }

    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        current = null;
        workers.close();
        arena.close();
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("gzip output is finished or closed");
        }
    }

    private Block take() throws IOException {
        writeWhatIsReady();
        if (free.isEmpty() && blocks < mostBlocks) {
            blocks++;
            free.add(new Block(arena, BLOCK_BYTES));
        }
        while (free.isEmpty()) {
            writeOldest();
        }
        Block block = free.remove();
        block.raw().clear();
        current = block;
        return block;
    }

    private void submit(Block block) {
        current = null;
        submitted += block.raw().position();
        block.raw().flip();
        inFlight.add(block);
        workers.submit(block);
    }

    private void writeWhatIsReady() throws IOException {
        while (!inFlight.isEmpty() && workers.isDone(inFlight.element())) {
            writeOldest();
        }
    }

    private void writeOldest() throws IOException {
        Block block = inFlight.remove();
        workers.await(block);
        Throwable failure = block.failure();
        if (failure != null) {
            throw new IOException("packing failed: " + failure.getMessage(), failure);
        }
        ByteBuffer packed = block.packed();
        while (packed.hasRemaining()) {
            target.write(packed);
        }
        free.add(block);
    }
}
