package dev.packhorse.engine.posix;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Runs work behind everything else on the machine: on a platform thread of its own whose nice
/// value and input/output class are lowered before the work begins. Threads and child processes
/// that the work starts inherit both; nothing has to be raised again, since the thread ends with
/// the work and other threads of the process are not touched. Safe for many threads.
///
/// Source: setpriority(2), which acts on one thread on Linux; ioprio_set(2). Nothing that is lower
/// already is raised.
public final class LowPriority {
    /// The nice value of such work: far behind the usual 0, ahead of what is done when idle.
    static final int NICE = 10;

    /// Best effort, the last of its eight levels.
    private static final int IO_CLASS_BEST_EFFORT = 2;

    private static final int NICE_BASE = 20;
    private static final int IO_LEVEL_LAST = 7;
    private static final int IO_CLASS_SHIFT = 13;
    private static final int WHOSE_THREAD = 1;
    private static final int WHOSE_PROCESS = 0;
    private static final int SELF = 0;

    private LowPriority() {}

    /// Runs `work` and waits for it, whatever happens to the calling thread.
    ///
    /// @throws PosixException if the kernel refuses to lower the thread; then the work has not run
    /// @throws Exception what `work` throws, the same object
    public static <R extends @Nullable Object> R call(Callable<R> work) throws Exception {
        CompletableFuture<Callable<R>> outcome = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("low-priority")
                .daemon(true)
                .start(() -> outcome.complete(run(work)));
        return outcome.join().call();
    }

    private static <R extends @Nullable Object> Callable<R> run(Callable<R> work) {
        try {
            lower();
            R result = work.call();
            return () -> result;
        } catch (Exception e) {
            return () -> {
                throw e;
            };
        } catch (Error e) {
            return () -> {
                throw e;
            };
        }
    }

    private static void lower() throws PosixException {
        try (Scratch scratch = Scratch.take()) {
            lowerNice(scratch);
            lowerIo(scratch);
        }
    }

    /// The kernel's call tells 20 less the value, which is never negative.
    private static void lowerNice(Scratch scratch) throws PosixException {
        long now = scratch.call(Syscall.GETPRIORITY, WHOSE_PROCESS, SELF);
        if (now > NICE_BASE - NICE) {
            Descriptor.checked(
                    Syscall.SETPRIORITY,
                    "of the thread",
                    scratch.call(Syscall.SETPRIORITY, WHOSE_PROCESS, SELF, NICE));
        }
    }

    /// A class below the best effort, as a unit may give the whole daemon, stays.
    private static void lowerIo(Scratch scratch) throws PosixException {
        long now = scratch.call(Syscall.IOPRIO_GET, WHOSE_THREAD, SELF);
        if (now >> IO_CLASS_SHIFT > IO_CLASS_BEST_EFFORT) {
            return;
        }
        int priority = IO_CLASS_BEST_EFFORT << IO_CLASS_SHIFT | IO_LEVEL_LAST;
        Descriptor.checked(
                Syscall.IOPRIO_SET,
                "of the thread",
                scratch.call(Syscall.IOPRIO_SET, WHOSE_THREAD, SELF, priority));
    }
}
