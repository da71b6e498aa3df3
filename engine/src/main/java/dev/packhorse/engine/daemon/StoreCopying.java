package dev.packhorse.engine.daemon;

import dev.packhorse.engine.jdbc.StoreCopy;
import dev.packhorse.engine.jdbc.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies an embedded store at regular times, on a thread of its own: the copy of a large store
/// takes minutes on a busy disk, and fills that disk while the reserve has to be watched.
final class StoreCopying implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreCopying.class);
    private static final long LARGE_STORE_BYTES = 1L << 30;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final StoreCopy copy;
    private final StoreMark mark;
    private final Path state;
    private final ScheduledExecutorService thread;

    /// @param mark advanced before each copy
    /// @param state where the store lies
    StoreCopying(StoreCopy copy, StoreMark mark, Path state) {
        this.copy = copy;
        this.mark = mark;
        this.state = state;
        this.thread =
                Executors.newSingleThreadScheduledExecutor(task ->
                        Thread.ofPlatform().name("packhorse-copy").daemon().unstarted(task));
    }

    void start(Duration every) {
        // The task catches what it can cause.
        var _ =
                thread.scheduleWithFixedDelay(
                        this::once, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void once() {
        try {
            mark.advance();
            copy.write();
            long size = Files.size(state.resolve("packhorse.mv.db"));
            if (size > LARGE_STORE_BYTES) {
                LOG.atWarn()
                        .addKeyValue("bytes", size)
                        .log("the store has grown large: a restart of the daemon compacts it");
            }
        } catch (StoreException | IOException e) {
            LOG.atWarn().setCause(e).log("the hourly copy of the store could not be written");
        }
    }

    @Override
    public void close() {
        close(LONGEST_WAIT);
    }

    /// Waits for a copy under way. It is not interrupted, since that would close the store's file
    /// under everybody else. One that takes longer fails when the store is closed, and the next one
    /// clears up behind it.
    void close(Duration longest) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atInfo().log("the copy of the store was not finished");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts here", e);
        }
    }
}
