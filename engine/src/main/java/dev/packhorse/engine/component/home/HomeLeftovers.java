package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.session.SessionLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What a restore that was killed had made in a home, and no later try comes to: the archive is
/// gone by then, say, or the restore is called off.
public final class HomeLeftovers {
    private HomeLeftovers() {}

    /// Takes away what the tries of a job have made in the home where nothing was, if none of them
    /// came to its end. What was there before, or was changed since, stays.
    ///
    /// @param folder where the module kept its files, as
    ///   [dev.packhorse.engine.component.ModuleProgress#folder] says
    /// @throws ComponentException if the home is not safe to open
    public static void takeAway(
            HostServices services, AccountName name, Path folder, SessionLog log)
            throws ComponentException, IOException {
        if (!HomeJournal.isIn(folder)) {
            return;
        }
        Optional<Account> account = services.accounts().find(name);
        if (account.isEmpty()) {
            return;
        }
        try (OwnerAccess owner = new OwnerAccess();
                HomeJournal journal = HomeJournal.open(folder, 0);
                Directory home = HomeFolder.open(services.root(), account.get())) {
            long left = AsAccount.call(account.get(), () -> journal.undo(home, owner));
            tell(left, log);
        }
    }

    static void tell(long left, SessionLog log) {
        if (left > 0) {
            log.warn(
                    "%d files and folders that the restore had made stay in the home: they were changed, or hold something else, or cannot be removed"
                            .formatted(left));
        }
    }
}
