package dev.packhorse.transport.custom;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Lets puts of one key run one after the other, since the script would let them overwrite each
/// other. It holds within this process only. Many threads.
final class KeyTurns {
    private static final long LOOK_NANOS = 20_000_000L;

    private final Set<ObjectKey> busy = ConcurrentHashMap.newKeySet();

    /// Waits for the key's turn; closing gives it to the next.
    Turn take(ObjectKey key, Cancellation cancellation) throws CancelledException {
        while (!busy.add(key)) {
            cancellation.check();
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return () -> busy.remove(key);
    }

    /// The right to put under a key.
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }
}
