package dev.packhorse.transport.sftp;

import dev.packhorse.transport.server.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;

/// Waits for what a server does in its own time.
final class OpensshAwait {
    private static final long LIMIT_NANOS = 30_000_000_000L;

    private OpensshAwait() {}

    static void until(ServerProcess.Condition condition) {
        long begin = System.nanoTime();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() - begin > LIMIT_NANOS) {
                    throw new IllegalStateException("waited for too long");
                }
                LockSupport.parkNanos(5_000_000);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
