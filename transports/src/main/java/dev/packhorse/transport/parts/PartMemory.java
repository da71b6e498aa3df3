package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The memory that all uploads of one opened destination share for their parts, within what all of
/// this process may have: who wants more waits until a part was sent. Nobody waits for its own
/// share while it holds some of what all have, so this cannot lock up. Safe for many threads,
/// served in the order of their coming.
public final class PartMemory {
    private static final int UNIT = 1 << 20;

    /// However many destinations are open: half of the heap.
    private static final PartMemory OF_ALL = new PartMemory(ofHeap(2, 1_024));

    private final int units;
    private final Semaphore free;

    /// An eighth of the heap, but not more than 256 MiB; a part that is larger has it all for
    /// itself.
    public PartMemory() {
        this(ofHeap(8, 256));
    }

    /// @param mebibytes how much there is in all
    PartMemory(int mebibytes) {
        this.units = mebibytes;
        this.free = new Semaphore(mebibytes, true);
    }

    private static int ofHeap(int share, int mostMebibytes) {
        return Math.clamp(Runtime.getRuntime().maxMemory() / share / UNIT, 1, mostMebibytes);
    }

    /// Reads a content that is small enough to be sent in one piece, and hands it over once it was
    /// found to be what it declares.
    ///
    /// @throws IOException what the source or the sender fails with
    public void sendWhole(
            ObjectKey key, Content content, Cancellation cancellation, PartSender sender)
            throws IOException {
        int length = Math.toIntExact(content.sizeBytes());
        take(length, cancellation);
        try (CheckedContent source = new CheckedContent(key, content, cancellation)) {
            byte[] bytes = new byte[length];
            source.readNBytes(bytes, 0, length);
            if (source.read() >= 0) {
                throw new IllegalStateException("a checked content gave more than it declares");
            }
            sender.send(new Part(1, bytes, Optional.empty()), cancellation);
        } finally {
            giveBack(length);
        }
    }

    void take(int bytes, Cancellation stop) throws IOException {
        acquire(free, unitsOf(bytes), stop);
        try {
            acquire(OF_ALL.free, OF_ALL.unitsOf(bytes), stop);
        } catch (IOException e) {
            free.release(unitsOf(bytes));
            throw e;
        }
    }

    void giveBack(int bytes) {
        OF_ALL.free.release(OF_ALL.unitsOf(bytes));
        free.release(unitsOf(bytes));
    }

    private int unitsOf(int bytes) {
        return Math.min(units, (bytes + UNIT - 1) / UNIT);
    }

    /// Waits for permits, but not past a request to stop.
    static void acquire(Semaphore semaphore, int permits, Cancellation stop) throws IOException {
        try {
            do {
                stop.check();
            } while (!semaphore.tryAcquire(permits, 100, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
