package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;

/// Runs work under an account's identity.
final class AsAccount {
    private AsAccount() {}

    /// Runs the work on a thread that has the account's user and group, and waits for it.
    ///
    /// @throws ComponentException if the account is root, or what the work threw
    /// @throws IOException if the identity cannot be taken, or what the work threw
    static <R> R call(Account account, Work<R> work) throws ComponentException, IOException {
        if (Identity.ofProcess().isRoot() && (account.uid() == 0 || account.gid() == 0)) {
            throw new ComponentException(
                    "account "
                            + account.name()
                            + " has the user or group of root: its home is not touched");
        }
        try {
            return AccountThread.call(new Identity(account.uid(), account.gid()), work::run);
        } catch (IOException | ComponentException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("unexpected failure of file work", e);
        }
    }

    /// File work.
    @FunctionalInterface
    interface Work<R> {
        R run() throws ComponentException, IOException;
    }
}
