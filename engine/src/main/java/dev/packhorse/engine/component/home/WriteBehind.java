package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Has the system bring to the disk what a restore writes, while the restore goes on, so that there
/// is little to wait for when it syncs the home at last. Left to itself the system begins after 30
/// seconds or when a tenth of the memory waits to be written. One thread, besides its own.
final class WriteBehind implements AutoCloseable {
    private static final long STEP_BYTES = 64L << 20;

    private final Directory home;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon(true).name("write-behind").factory());
    private final Semaphore idle = new Semaphore(1);
    private long waiting;

    /// @param home a folder of the file system
    WriteBehind(Directory home) throws PosixException {
        this.home = home.duplicate();
    }

    /// So many bytes more wait to be written.
    void wrote(long bytes) {
        waiting += bytes;
        if (waiting >= STEP_BYTES && idle.tryAcquire()) {
            waiting = 0;
            thread.execute(this::sync);
        }
    }

    private void sync() {
        try {
            home.syncFileSystem();
        } catch (PosixException e) {
            // The system tells each open descriptor of a failure: the restore's own sync gets it,
            // too.
        } finally {
            idle.release();
        }
    }

    /// Waits until the system has written what it was told to.
    @Override
    public void close() throws PosixException {
        thread.close();
        home.close();
    }
}
