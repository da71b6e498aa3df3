package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Lets puts of one key publish one after the other, where the server's rename would let them
/// overwrite each other. It holds within this process only. Many threads.
final class Turns {
    private static final int STRIPES = 16;
    private static final long LOOK_MILLIS = 100;

    private final Semaphore[] stripes =
            Stream.generate(() -> new Semaphore(1)).limit(STRIPES).toArray(Semaphore[]::new);

    /// Waits for the key's turn; closing gives it to the next.
    Turn take(ObjectKey key, Cancellation cancellation) throws CancelledException {
        Semaphore stripe = stripes[Math.floorMod(key.hashCode(), STRIPES)];
        await(stripe, cancellation);
        return stripe::release;
    }

    /// Waits for a place, but not beyond a cancellation.
    static void await(Semaphore places, Cancellation cancellation) throws CancelledException {
        boolean placed = false;
        while (!placed) {
            cancellation.check();
            try {
                placed = places.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                CancelledException ended = new CancelledException("interrupted");
                ended.initCause(e);
                throw ended;
            }
        }
    }

    /// The right to publish.
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }
}
