package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.plan.SampleAccounts;
import dev.packhorse.engine.queue.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnownHomesTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T03:00:00Z"));
    private final Counted accounts = new Counted();
    private final KnownHomes homes = new KnownHomes(accounts, clock);

    /// Counts how often it is asked outside of one moment, which is what costs.
    private static final class Counted implements AccountDirectory {
        final List<AccountName> names =
                new ArrayList<>(List.of(new AccountName("alice"), new AccountName("bob")));
        int moments;
        int single;

        @Override
        public String source() {
            return "counted";
        }

        @Override
        public List<AccountName> names() {
            single++;
            return names;
        }

        @Override
        public Optional<Account> find(AccountName name) {
            single++;
            return Optional.empty();
        }

        @Override
        public AccountDirectory atOneMoment() {
            moments++;
            return new Moment(List.copyOf(names));
        }
    }

    private record Moment(List<AccountName> names) implements AccountDirectory {
        @Override
        public String source() {
            return "moment";
        }

        @Override
        public Optional<Account> find(AccountName name) throws IOException {
            if (name.value().equals("damaged")) {
                throw new IOException("/var/cpanel/users/damaged, line 3: no pair");
            }
            return Optional.of(SampleAccounts.of(name.value(), "default", "root"));
        }
    }

    @Test
    void accountsAreReadOnceAMinute() throws Exception {
        for (int i = 0; i < 60; i++) {
            assertThat(homes.list()).containsExactly("/home/alice", "/home/bob");
            clock.advance(Duration.ofMillis(900));
        }
        assertThat(accounts.moments).isOne();
        assertThat(accounts.single).isZero();
    }

    @Test
    void aNewHomeIsKnownAMinuteLater() throws Exception {
        homes.list();
        accounts.names.add(new AccountName("carol"));
        clock.advance(Duration.ofMinutes(1));

        assertThat(homes.list()).contains("/home/carol");
    }

    @Test
    void aClockThatIsSetBackMakesNothingFresh() throws Exception {
        homes.list();
        accounts.names.add(new AccountName("carol"));
        clock.set(clock.instant().minus(Duration.ofDays(1)));

        assertThat(homes.list()).contains("/home/carol");
    }

    /// One damaged description must not keep the archives of all others here.
    @Test
    void aDamagedAccountHidesOnlyItself() throws Exception {
        accounts.names.add(new AccountName("damaged"));

        assertThat(homes.list()).containsExactly("/home/alice", "/home/bob");
    }
}
