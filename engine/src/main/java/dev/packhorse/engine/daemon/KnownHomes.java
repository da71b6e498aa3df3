package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The homes of all accounts, read at most once a minute: every upload asks for them, and reading
/// thousands of accounts costs more than a small upload. Safe for many threads.
final class KnownHomes implements LocalPathRules.HomeFolders {
    private static final Logger LOG = LoggerFactory.getLogger(KnownHomes.class);
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final AccountDirectory accounts;
    private final InstantSource clock;
    private @Nullable Known known;

    private record Known(Instant at, List<String> homes) {}

    KnownHomes(AccountDirectory accounts, InstantSource clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    /// @return absolute as the host sees them; without those of accounts whose description is
    ///   damaged
    @Override
    public synchronized List<String> list() throws IOException {
        Instant now = clock.instant();
        Known before = known;
        if (before == null || !isFresh(before.at(), now)) {
            before = new Known(now, read());
            known = before;
        }
        return before.homes();
    }

    /// A clock that was set back makes nothing fresh.
    private static boolean isFresh(Instant at, Instant now) {
        Duration age = Duration.between(at, now);
        return !age.isNegative() && age.compareTo(FRESH) < 0;
    }

    private List<String> read() throws IOException {
        AccountDirectory now = accounts.atOneMoment();
        List<String> homes = new ArrayList<>();
        for (AccountName name : now.names()) {
            find(now, name).map(Account::home).ifPresent(homes::add);
        }
        return List.copyOf(homes);
    }

    private static Optional<Account> find(AccountDirectory now, AccountName name) {
        try {
            return now.find(name);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("account", name).setCause(e).log("account cannot be read");
            return Optional.empty();
        }
    }
}
