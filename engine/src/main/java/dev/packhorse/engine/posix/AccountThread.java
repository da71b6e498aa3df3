package dev.packhorse.engine.posix;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Runs work with an account's rights: on a platform thread of its own, which is made for this work
/// and ends with it, and whose file access is the account's (user, own group as the only group, no
/// capability). All other threads keep their rights. Safe for many threads.
///
/// Such a thread still belongs to a process of root: it must not start child processes, which would
/// be root's again. Threads that the work starts have the account's rights too.
public final class AccountThread {
    static {
        openClassPath();
    }

    private AccountThread() {}

    /// Runs `work` and waits for it, whatever happens to the calling thread.
    ///
    /// If `identity` is that of this process, the work runs on such a thread without a switch.
    ///
    /// @throws IOException if the identity could not be taken, in which case `work` has not run:
    ///   the process is not root's and another user is asked for, or root is asked for by a process
    ///   with another group
    /// @throws Exception what `work` throws, the same object
    public static <R extends @Nullable Object> R call(Identity identity, Callable<R> work)
            throws Exception {
        boolean mustSwitch = mustSwitch(identity);
        CompletableFuture<Callable<R>> outcome = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("account-" + identity.uid())
                .daemon(true)
                .start(() -> outcome.complete(run(identity, mustSwitch, work)));
        return outcome.join().call();
    }

    private static boolean mustSwitch(Identity identity) throws IOException {
        Identity process = Identity.ofProcess();
        if (identity.equals(process)) {
            return false;
        }
        if (process.isRoot() && identity.isRoot()) {
            throw new IOException("work for an account is not done as root with another group");
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

    /// Does the work on the new thread; the result gives or throws on the waiting thread what the
    /// work gave or threw here.
    private static <R extends @Nullable Object> Callable<R> run(
            Identity identity, boolean mustSwitch, Callable<R> work) {
        try {
            if (mustSwitch) {
                ThreadRights.become(identity);
            }
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

    /// Opens every archive on the class path: they are opened at their first use, which would fail
    /// on an account's thread if the program lies in a folder that only root may enter.
    private static void openClassPath() {
        ClassLoader.getSystemResource("dev/packhorse/engine/posix/no-such-resource");
    }
}
