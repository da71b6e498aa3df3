package dev.packhorse.engine.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Reads a stream on a thread of its own, a megabyte ahead of whoever takes the bytes, so that
/// unpacking an archive and writing its files take their time together. A failure of the stream
/// comes through where its bytes would have been. One thread, besides its own.
///
/// Once this is closed, or has come to its end, nobody reads the stream any more.
final class AheadStream extends InputStream {
    private static final int BLOCK_BYTES = 1 << 18;
    private static final int BLOCKS = 4;
    private static final Block STOP = new Block(0);

    private final InputStream source;
    // Each has room for all blocks, and empty for the stop: whoever puts does not wait.
    private final ArrayBlockingQueue<Block> empty = new ArrayBlockingQueue<>(BLOCKS + 1);
    private final ArrayBlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS);
    private final Thread reader;
    private @Nullable Block current;
    private int at;
    private boolean ended;
    private @Nullable Throwable failure;

    /// Bytes from the beginning to `length`; the last one of a stream has fewer than it could, and
    /// perhaps a failure behind them. Belongs to whoever took it.
    private static final class Block {
        final byte[] bytes;
        int length;
        @Nullable Throwable failure;

        Block(int size) {
            bytes = new byte[size];
        }

        boolean isLast() {
            return length < bytes.length;
        }
    }

    /// @param source closed with this
    AheadStream(InputStream source) {
        this.source = source;
        for (int i = 0; i < BLOCKS; i++) {
            empty.add(new Block(BLOCK_BYTES));
        }
        reader = Thread.ofPlatform().daemon(true).name("archive-reader").start(this::readAll);
    }

    private void readAll() {
        try {
            for (Block block = empty.take(); block != STOP; block = empty.take()) {
                fill(block);
                boolean last = block.isLast();
                full.add(block);
                if (last) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // Nobody knows this thread but the stream, which does not interrupt it.
            throw new IllegalStateException(e);
        }
    }

    /// What goes wrong, whatever it is, belongs to whoever takes the bytes.
    private void fill(Block block) {
        block.length = 0;
        try {
            while (block.isLast()) {
                int count = source.read(block.bytes, block.length, BLOCK_BYTES - block.length);
                if (count < 0) {
                    return;
                }
                block.length += count;
            }
        } catch (IOException | RuntimeException | Error e) {
            block.failure = e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Block block = block();
        if (block == null) {
            return -1;
        }
        int count = Math.min(length, block.length - at);
        System.arraycopy(block.bytes, at, target, offset, count);
        at += count;
        return count;
    }

    /// The block with the next byte; null at the end.
    private @Nullable Block block() throws IOException {
        Block block = current;
        while (block == null || at == block.length) {
            if (ended) {
                rethrow(failure);
                return null;
            }
            if (block != null) {
                ended = block.isLast();
                if (ended) {
                    await();
                    failure = block.failure;
                    continue;
                }
                empty.add(block);
            }
            block = take();
            current = block;
            at = 0;
        }
        return block;
    }

    private Block take() throws IOException {
        try {
            return full.take();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    private void await() throws IOException {
        try {
            reader.join();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException cause) {
        InterruptedIOException failure = new InterruptedIOException("reading was interrupted");
        failure.initCause(cause);
        return failure;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        current = null;
        if (reader.isAlive()) {
            empty.clear();
            empty.add(STOP);
            await();
        }
        source.close();
    }
}
