package dev.packhorse.transport.watch;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Lets puts of one key run one after the other, where the place would let them overwrite each
/// other. It holds within this process only. Many threads.
public final class KeyTurns {
    private static final long LOOK_NANOS = 20_000_000L;

    private final Set<ObjectKey> busy = ConcurrentHashMap.newKeySet();

    /// Waits for the key's turn; closing gives it to the next.
    ///
    /// @throws CancelledException after the cancellation was requested
    public Turn take(ObjectKey key, Cancellation cancellation) throws CancelledException {
        while (!busy.add(key)) {
            cancellation.check();
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return () -> busy.remove(key);
    }

    /// The right to put under a key.
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }
}
