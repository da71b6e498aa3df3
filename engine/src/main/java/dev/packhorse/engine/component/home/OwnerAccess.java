package dev.packhorse.engine.component.home;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Lets a thread that has the account's identity ask for single steps under the process's own. It
/// is for entries that belong to the account but whose mode locks their owner out (a file of mode
/// 0000, say): the account could reach them after a chmod, so nothing is read that it could not
/// read. The caller must prove the ownership of what it opened, by descriptor.
///
/// The thread is started by the constructor, because a new thread inherits the identity of the one
/// that starts it. Used by one thread at a time.
final class OwnerAccess implements AutoCloseable {
    private final ThreadPoolExecutor thread;

    OwnerAccess() {
        thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("owner-access").daemon(true).factory());
        thread.prestartCoreThread();
    }

    /// Runs the step and waits for its end.
    ///
    /// @throws IOException what the step threw
    <R> R call(IoStep<R> step) throws IOException {
        FutureTask<R> task = new FutureTask<>((Callable<R>) step::run);
        thread.execute(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw unwrap(e);
        } catch (InterruptedException e) {
            // nothing in this program interrupts; whoever does gets the end of the run
            task.cancel(false);
            throw new IOException("a file-work thread was interrupted", e);
        }
    }

    /// Runs a step that gives nothing back, and waits for its end.
    void run(IoAction action) throws IOException {
        var _ =
                call(() -> {
                    action.run();
                    return action;
                });
    }

    private static IOException unwrap(ExecutionException failure) {
        return switch (failure.getCause()) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException(failure);
        };
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    /// A step of file work without a result.
    @FunctionalInterface
    interface IoAction {
        void run() throws IOException;
    }

    /// A step of file work.
    @FunctionalInterface
    interface IoStep<R> {
        R run() throws IOException;
    }
}
