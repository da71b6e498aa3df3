package dev.packhorse.engine.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Passes bytes on to a channel, counting them, while a thread of its own digests them: where there
/// is nothing to deflate, digesting and writing one after the other would be the slowest of all
/// stages. A megabyte is under way at most, and what fits into one block needs no thread. Closing
/// it ends that thread only: the channel is somebody else's. One thread.
final class DigestChannel implements WritableByteChannel {
    private static final int BLOCK_BYTES = 1 << 18;
    private static final int BLOCKS = 4;

    private final WritableByteChannel target;
    private final MessageDigest digest = Digests.sha256();
    // Both have room for all blocks, and for the end: whoever puts does not wait.
    private final ArrayBlockingQueue<Block> digested = new ArrayBlockingQueue<>(BLOCKS);
    private final ArrayBlockingQueue<Block> written = new ArrayBlockingQueue<>(BLOCKS + 1);
    private int blocks;
    private @Nullable Block current;
    private @Nullable Thread digester;
    private boolean ended;
    private long count;

    /// Bytes from the beginning to `length`; the end has none. Belongs to whoever took it.
    private static final class Block {
        final byte[] bytes;
        int length;

        Block(int size) {
            bytes = new byte[size];
        }
    }

    DigestChannel(WritableByteChannel target) {
        this.target = target;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ByteBuffer view = source.duplicate();
        int passed = target.write(source);
        view.limit(view.position() + passed);
        while (view.hasRemaining()) {
            Block block = room();
            int length = Math.min(view.remaining(), BLOCK_BYTES - block.length);
            view.get(block.bytes, block.length, length);
            block.length += length;
        }
        count += passed;
        return passed;
    }

    long count() {
        return count;
    }

    /// The digest of all bytes, lower-case hex. To be asked for once.
    ///
    /// @throws IOException if the thread was interrupted
    String sha256() throws IOException {
        Thread running = digester;
        if (running != null) {
            end();
            try {
                running.join();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        Block last = current;
        if (last != null) {
            digest.update(last.bytes, 0, last.length);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// The block that is being filled, with room for a byte at least.
    private Block room() throws IOException {
        Block block = current;
        if (block != null && block.length == BLOCK_BYTES) {
            handOver(block);
            block = null;
        }
        if (block == null) {
            block = empty();
            current = block;
        }
        return block;
    }

    private void handOver(Block block) {
        if (digester == null) {
            digester =
                    Thread.ofPlatform().daemon(true).name("archive-digest").start(this::digestAll);
        }
        written.add(block);
    }

    private Block empty() throws IOException {
        if (blocks < BLOCKS) {
            blocks++;
            return new Block(BLOCK_BYTES);
        }
        try {
            Block block = digested.take();
            block.length = 0;
            return block;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void digestAll() {
        try {
            for (Block block = written.take(); block.length > 0; block = written.take()) {
                digest.update(block.bytes, 0, block.length);
                digested.add(block);
            }
        } catch (InterruptedException e) {
            // Nobody knows this thread but the channel, which does not interrupt it.
            throw new IllegalStateException(e);
        }
    }

    private void end() {
        if (digester != null && !ended) {
            ended = true;
            written.add(new Block(0));
        }
    }

    private static IOException interrupted(InterruptedException cause) {
        InterruptedIOException failure = new InterruptedIOException("digesting was interrupted");
        failure.initCause(cause);
        return failure;
    }

    @Override
    public boolean isOpen() {
        return target.isOpen();
    }

    @Override
    public void close() {
        end();
    }
}
