package dev.packhorse.engine.tree;

import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Gives what was written to its owner. Where homes and backups share a file system with quotas,
/// that can go over the account's, and a thread that works for an account has given up the right to
/// do so: then a thread that still has it takes the step.
///
/// Made on a thread of the process's own, since a new thread inherits the rights of the one that
/// starts it. One thread at a time.
final class OwnerSteps implements AutoCloseable {
    private final boolean isRoot = Identity.ofProcess().isRoot();
    private final ThreadPoolExecutor thread;

    OwnerSteps() {
        thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("tree-owner").daemon(true).factory());
        thread.prestartCoreThread();
    }

    /// A step that sets an owner.
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /// Takes the step; does nothing in a process that is not root's, whose files are its own.
    void take(Step step) throws IOException {
        if (!isRoot) {
            return;
        }
        try {
            step.run();
        } catch (PosixException e) {
            if (!e.is(Errno.EDQUOT)) {
                throw e;
            }
            takeElsewhere(step);
        }
    }

    private void takeElsewhere(Step step) throws IOException {
        FutureTask<Step> task =
                new FutureTask<>(() -> {
                    step.run();
                    return step;
                });
        thread.execute(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IOException(e);
            }
        } catch (InterruptedException e) {
            // nothing in this program interrupts; whoever does gets the end of the run
            task.cancel(false);
            throw new IOException("a file-work thread was interrupted", e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
