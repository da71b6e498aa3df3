package dev.packhorse.engine.posix;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs work with an account's rights over files: on a platform thread of its own, which is made
/// for this work and ends with it. Safe for many threads.
///
/// On that thread every call of [Directory] and [PosixFile] is made as the account: its user, its
/// own group as the only group, no right of root. All other code on it keeps the rights of the
/// process, so files of an account must be reached through this package only, never through
/// `java.nio.file` or `java.io`. Threads and child processes that the work starts have the rights
/// of the process.
public final class AccountThread {
    private AccountThread() {}

    /// Runs `work` and waits for it, whatever happens to the calling thread.
    ///
    /// If `identity` is that of this process, the work runs on such a thread without a switch.
    ///
    /// @throws IOException if the identity could not be taken, in which case `work` has not run:
    ///   the process is not root's and another user is asked for, or root with another group
    /// @throws Exception what `work` throws, the same object
    public static <R extends @Nullable Object> R call(Identity identity, Callable<R> work)
            throws Exception {
        CompletableFuture<Callable<R>> outcome = new CompletableFuture<>();
        thread(identity, work, outcome).start();
        return outcome.join().call();
    }

    /// Whether file calls of this package, made on the calling thread, are made with exactly the
    /// rights of that account.
    public static boolean actsAs(Identity identity) {
        ActingThread acting = ActingThread.current();
        return acting == null
                ? identity.equals(Identity.ofProcess()) || !Identity.ofProcess().isRoot()
                : acting.actsAs(identity);
    }

    /// Makes a thread on which `work` runs with an account's rights, as with [#call]; the caller
    /// starts it.
    ///
    /// @param refused told instead of running `work` if the identity could not be taken
    /// @throws IOException if the identity can never be taken by this process
    public static Thread unstarted(Identity identity, Runnable work, Consumer<IOException> refused)
            throws IOException {
        Identity process = Identity.ofProcess();
        if (!mustSwitch(identity, process)) {
            return Thread.ofPlatform()
                    .name("account-" + identity.uid())
                    .daemon(true)
                    .unstarted(work);
        }
        return new ActingThread(
                identity,
                process,
                () -> {
                    try {
                        prepare();
                    } catch (IOException e) {
                        refused.accept(e);
                        return;
                    }
                    work.run();
                });
    }

    /// Takes a step with the rights of the process on whatever thread this is: for writing what the
    /// account must not reach (a tree in the backup directory) amid work on its home. The step must
    /// touch only directories that nobody but root can change; it gets no capability back that the
    /// thread has given up, so that a quota can refuse it.
    ///
    /// @throws IOException what the step throws
    public static <R extends @Nullable Object> R asProcess(ProcessStep<R> step) throws IOException {
        ActingThread acting = ActingThread.current();
        if (acting == null) {
            return step.run();
        }
        acting.beginStepAsProcess();
        try {
            return step.run();
        } finally {
            acting.endStepAsProcess();
        }
    }

    /// A step of file work of the process's own.
    @FunctionalInterface
    public interface ProcessStep<R extends @Nullable Object> {
        R run() throws IOException;
    }

    private static <R extends @Nullable Object> Thread thread(
            Identity identity, Callable<R> work, CompletableFuture<Callable<R>> outcome)
            throws IOException {
        Identity process = Identity.ofProcess();
        if (mustSwitch(identity, process)) {
            return new ActingThread(
                    identity, process, () -> outcome.complete(run(AccountThread::prepare, work)));
        }
        return Thread.ofPlatform()
                .name("account-" + identity.uid())
                .daemon(true)
                .unstarted(() -> outcome.complete(run(() -> {}, work)));
    }

    private static boolean mustSwitch(Identity identity, Identity process) throws IOException {
        if (identity.equals(process)) {
            return false;
        }
        if (identity.isRoot()) {
            throw new IOException(
                    "work for an account is not done as root, group " + identity.gid());
        }
        if (process.isRoot()) {
            return true;
        }
        if (identity.uid() == process.uid()) {
            return false;
        }
        throw new IOException(
                "user %d cannot work as user %d: run the program as root or as that user"
                        .formatted(process.uid(), identity.uid()));
    }

    private static void prepare() throws IOException {
        ActingThread acting = ActingThread.current();
        if (acting == null) {
            throw new IllegalStateException("not on a thread of an account");
        }
        acting.prepare();
    }

    /// What is done first on the new thread.
    @FunctionalInterface
    private interface Preparation {
        void run() throws IOException;
    }

    /// Does the work on the new thread; the result gives or throws on the waiting thread what the
    /// work gave or threw here.
    private static <R extends @Nullable Object> Callable<R> run(
            Preparation preparation, Callable<R> work) {
        try {
            preparation.run();
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
}
