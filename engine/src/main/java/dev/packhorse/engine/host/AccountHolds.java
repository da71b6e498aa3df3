package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The accounts that somebody makes, suspends or removes at this moment, in this process. Jobs
/// about such an account wait. Who takes a hold looks for jobs only afterwards, and a job looks for
/// holds only once the queue has it as active: of two at the same moment at least one sees the
/// other. Safe for many threads.
public final class AccountHolds {
    private final Set<AccountName> held = ConcurrentHashMap.newKeySet();

    /// Takes hold of an account, which need not be there; empty if another has.
    public Optional<Hold> take(AccountName name) {
        return held.add(name) ? Optional.of(new Hold(name)) : Optional.empty();
    }

    /// Whether somebody has hold of an account.
    public boolean isHeld(AccountName name) {
        return held.contains(name);
    }

    /// A hold, until it is closed.
    public final class Hold implements AutoCloseable {
        private final AccountName name;

        private Hold(AccountName name) {
            this.name = name;
        }

        @Override
        public void close() {
            held.remove(name);
        }
    }
}
