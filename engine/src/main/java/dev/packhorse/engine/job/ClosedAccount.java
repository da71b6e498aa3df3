package dev.packhorse.engine.job;

import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.account.AccountClosure;
import dev.packhorse.engine.component.account.DiskLimits;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.session.SessionLog;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/// Closes the account while a restore replaces its home or its databases: nobody logs in to what is
/// not whole, and no disk limit ends it half-way.
final class ClosedAccount {
    private static final Set<ComponentName> LONG =
            Set.of(Components.HOMEDIR, Components.MYSQL, PostgresComponent.NAME);

    private final AccountClosure closure;

    /// Empty if it is not to be closed.
    private final Optional<DiskLimits> limits;

    private final SessionLog log;

    ClosedAccount(
            RestoreHandler.Parts parts, AccountName account, ModuleChoice choice, SessionLog log) {
        // by the host itself: what is given back is no change of a module that could be undone
        this.closure = AccountClosure.of(parts.services(), account);
        boolean takesLong = choice.modules().stream().anyMatch(each -> LONG.contains(each.name()));
        this.limits = parts.limits().filter(_ -> choice.whole() && takesLong);
        this.log = log;
    }

    /// Once the account is there; again in a later try.
    ///
    /// @return what is to be told of a login that stays open
    Optional<String> close() {
        if (limits.isEmpty()) {
            return Optional.empty();
        }
        try {
            closure.close(limits.get()).ifPresent(log::line);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the account could not be closed meanwhile: " + e.getMessage());
        }
    }

    /// After the last module.
    RestoreResult open(RestoreResult result) {
        Optional<String> failed = limits.flatMap(each -> open(closure, each));
        return failed.isEmpty() ? result : result.withWarning(failed.get());
    }

    /// Of a restore that no further try follows, whatever it was.
    ///
    /// @return what is to be told if that failed
    static Optional<String> open(AccountClosure closure, DiskLimits limits) {
        try {
            closure.open(limits);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    "login or disk limit could not be given back, it is tried again every minute: "
                            + e.getMessage());
        }
    }
}
