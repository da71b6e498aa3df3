package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginGuardTest {
    private static final LoginSource STRANGER = source("192.0.2.7");
    private static final LoginSource OWNER = source("198.51.100.1");
    private static final LoginSource LOOPBACK = source("127.0.0.1");

    private final SettableClock clock = new SettableClock();
    private final List<Lockout> told = new ArrayList<>();
    private int changes;
    private LoginGuard guard = guard(LockoutRules.USUAL);

    private LoginGuard guard(LockoutRules rules) {
        return new LoginGuard(
                rules,
                Duration.ofMillis(100),
                clock,
                new LoginGuard.Listener() {
                    @Override
                    public void changed() {
                        changes++;
                    }

                    @Override
                    public void lockedOut(Lockout lockout) {
                        told.add(lockout);
                    }
                });
    }

    private static LoginSource source(String address) {
        return LoginSource.of(InetAddress.ofLiteral(address));
    }

    private void fail(LoginSource source, String user, int times) {
        for (int i = 0; i < times; i++) {
            guard.failed(source, user);
        }
    }

    private boolean isLocked(LoginSource source, String user, boolean isToken) {
        return guard.lockedFor(source, user, isToken).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void tenFailuresInAMinuteLockTheAddressOutForAQuarterOfAnHour(boolean isToken) {
        fail(STRANGER, "root", 9);
        assertThat(isLocked(STRANGER, "root", isToken)).isFalse();
        fail(STRANGER, "", 1);
        assertThat(guard.lockedFor(STRANGER, "root", isToken)).contains(Duration.ofMinutes(15));
        assertThat(isLocked(STRANGER, "bob", isToken)).isTrue();
        clock.advance(Duration.ofMinutes(15).minusMillis(1));
        assertThat(isLocked(STRANGER, "root", isToken)).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(isLocked(STRANGER, "root", isToken)).isFalse();
    }

    @Test
    void theWindowSlides() {
        fail(STRANGER, "root", 5);
        clock.advance(Duration.ofSeconds(40));
        fail(STRANGER, "root", 4);
        clock.advance(Duration.ofSeconds(21));
        fail(STRANGER, "root", 5);
        assertThat(isLocked(STRANGER, "root", true)).isFalse();
        fail(STRANGER, "root", 1);
        assertThat(isLocked(STRANGER, "root", true)).isTrue();
    }

    @Test
    void nobodyLocksANameOutForOthers() {
        for (int i = 0; i < 200; i++) {
            fail(source("192.0.2." + i), "root", 9);
        }
        assertThat(isLocked(OWNER, "root", false)).isFalse();
        assertThat(isLocked(LOOPBACK, "root", false)).isFalse();
        assertThat(guard.lockouts()).isEmpty();
        assertThat(guard.failed(OWNER, "root")).as("but answers are slow").hasMillis(800);
        assertThat(guard.failed(OWNER, "")).hasMillis(200);
    }

    @Test
    void atLoopbackOnlyTheNameThatWasGuessedAtIsLocked() {
        fail(LOOPBACK, "bob", 12);
        assertThat(isLocked(LOOPBACK, "bob", false)).isTrue();
        assertThat(isLocked(LOOPBACK, "root", false)).isFalse();
        assertThat(guard.lockouts()).extracting(Lockout::user).containsExactlyInAnyOrder("", "bob");
    }

    /// Each user of this server can send from any of loopback's addresses.
    @Test
    void otherAddressesOfLoopbackAreNoWayAround() {
        for (int i = 2; i <= 11; i++) {
            fail(source("127.0.0." + i), "root", 1);
        }
        assertThat(guard.lockedFor(source("127.0.0.99"), "root", false))
                .contains(Duration.ofMinutes(15));
        assertThat(isLocked(source("::1"), "root", false)).isTrue();
        assertThat(isLocked(source("127.0.0.99"), "bob", false)).isFalse();
        assertThat(isLocked(source("127.0.0.99"), "bob", true)).isTrue();
        assertThat(guard.lockouts()).extracting(Lockout::address).containsOnly("127.0.0.1");
        assertThat(guard.clear(InetAddress.ofLiteral("127.0.0.50"))).isEqualTo(2);
        assertThat(isLocked(source("127.0.0.99"), "root", false)).isFalse();
    }

    @Test
    void theSocketFileIsNeverLocked() {
        fail(LOOPBACK, "root", 12);
        fail(LoginSource.socketFile(), "root", 50);
        assertThat(isLocked(LoginSource.socketFile(), "root", true)).isFalse();
        assertThat(guard.failed(LoginSource.socketFile(), "root")).hasMillis(100);
        guard.succeeded(LoginSource.socketFile(), "root");
        assertThat(isLocked(LOOPBACK, "root", false)).as("root's commands forgive nobody").isTrue();
    }

    @Test
    void aHundredFailuresADayLockOutForADay() {
        for (int i = 0; i < 10; i++) {
            fail(STRANGER, "root", 9);
            clock.advance(Duration.ofMinutes(61));
        }
        assertThat(told).isEmpty();
        fail(STRANGER, "root", 9);
        assertThat(isLocked(STRANGER, "root", true)).isFalse();
        fail(STRANGER, "root", 1);
        assertThat(guard.lockedFor(STRANGER, "root", true)).contains(Duration.ofDays(1));
        assertThat(new Lockout("192.0.2.7", "", clock.instant(), clock.instant(), 1).isForADay())
                .isFalse();
        assertThat(told)
                .filteredOn(each -> each.user().isEmpty())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.isForADay()).isTrue();
                    assertThat(each.failures()).isEqualTo(100);
                });
        clock.advance(Duration.ofDays(1));
        fail(STRANGER, "root", 9);
        assertThat(isLocked(STRANGER, "root", true)).isFalse();
    }

    @Test
    void anIpv6CustomerIsOneAddress() {
        for (int i = 1; i <= 10; i++) {
            fail(source("2001:db8:0:1::" + i), "", 1);
        }
        assertThat(isLocked(source("2001:db8:0:1:ffff::1"), "root", true)).isTrue();
        assertThat(isLocked(source("2001:db8:0:2::1"), "root", true)).isFalse();
        assertThat(told).extracting(Lockout::address).containsExactly("2001:db8:0:1:0:0:0:0/64");
        assertThat(guard.clear(InetAddress.ofLiteral("2001:db8:0:1::77"))).isEqualTo(1);
        assertThat(isLocked(source("2001:db8:0:1::1"), "root", true)).isFalse();
    }

    @Test
    void rightLoginsForgiveAUsersOwnMistakesAndNotWhatTheAddressTriedElsewhere() {
        fail(LOOPBACK, "root", 9);
        guard.succeeded(LOOPBACK, "root");
        fail(LOOPBACK, "root", 9);
        assertThat(isLocked(LOOPBACK, "root", false)).isFalse();
        fail(STRANGER, "root", 9);
        guard.succeeded(STRANGER, "bob");
        guard.succeeded(STRANGER, "root");
        fail(STRANGER, "root", 1);
        assertThat(isLocked(STRANGER, "root", false)).isTrue();
    }

    @Test
    void strangersWithManyAddressesNeitherFillMemoryNorFreeWhoIsLocked() {
        fail(STRANGER, "root", 10);
        for (int i = 0; i < 3 * Tallies.MOST; i++) {
            fail(source("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)), "root", 1);
        }
        assertThat(guard.size()).isLessThanOrEqualTo(2 * Tallies.MOST + 1);
        assertThat(isLocked(STRANGER, "root", true)).isTrue();
    }

    @Test
    void listedAddressesAreSlowedDownOnly() {
        guard =
                guard(
                        new LockoutRules(
                                10,
                                Duration.ofSeconds(60),
                                Duration.ofMinutes(15),
                                100,
                                List.of(AddressRange.parse("192.0.2.0/24"))));
        fail(STRANGER, "root", 300);
        assertThat(isLocked(STRANGER, "root", true)).isFalse();
        assertThat(guard.failed(STRANGER, "root")).hasMillis(800);
        fail(OWNER, "root", 10);
        assertThat(isLocked(OWNER, "root", true)).isTrue();
    }

    @Test
    void noughtTurnsItOff() {
        guard =
                guard(
                        new LockoutRules(
                                0, Duration.ofSeconds(60), Duration.ofMinutes(15), 0, List.of()));
        fail(STRANGER, "root", 300);
        assertThat(isLocked(STRANGER, "root", true)).isFalse();
        assertThat(guard.failed(STRANGER, "root")).hasMillis(800);
    }

    @Test
    void pausesGrowWithFailuresAndAreForgottenAfterAMinute() {
        assertThat(guard.failed(STRANGER, "")).hasMillis(100);
        assertThat(guard.failed(STRANGER, "")).hasMillis(200);
        assertThat(guard.failed(OWNER, "")).hasMillis(100);
        clock.advance(Duration.ofSeconds(61));
        assertThat(guard.failed(STRANGER, "")).hasMillis(100);
    }

    @Test
    void aClockThatIsSetBackLocksNobodyOutForYears() {
        fail(STRANGER, "root", 10);
        clock.advance(Duration.ofDays(-1000));
        assertThat(isLocked(STRANGER, "root", true)).isFalse();
        fail(STRANGER, "root", 10);
        assertThat(guard.lockedFor(STRANGER, "root", true)).contains(Duration.ofMinutes(15));
    }

    @Test
    void whateverIsToBeKeptIsTold() {
        guard.succeeded(STRANGER, "root");
        assertThat(changes).as("nothing to forgive").isZero();
        fail(STRANGER, "root", 1);
        assertThat(changes).isEqualTo(1);
        assertThat(guard.size()).as("address, name, and both").isEqualTo(3);
        guard.succeeded(STRANGER, "root");
        assertThat(changes).isEqualTo(2);
        assertThat(guard.size()).isEqualTo(2);
        guard.clear(STRANGER.address());
        assertThat(changes).isEqualTo(3);
        assertThat(guard.size()).as("a name's failures are not an address's").isEqualTo(1);
    }

    /// A day begins with its first failure: those of yesterday evening do not go on counting.
    @Test
    void aHundredFailuresInTwoDaysLockNobodyOut() {
        guard =
                guard(
                        new LockoutRules(
                                0, Duration.ofSeconds(60), Duration.ofMinutes(15), 100, List.of()));
        fail(STRANGER, "root", 50);
        clock.advance(Duration.ofHours(23));
        fail(STRANGER, "root", 49);
        clock.advance(Duration.ofHours(2));
        fail(STRANGER, "root", 99);
        assertThat(isLocked(STRANGER, "root", true)).isFalse();
        fail(STRANGER, "root", 1);
        assertThat(isLocked(STRANGER, "root", true)).isTrue();
    }

    @Test
    void closedCodesAreListedCountedAndCleared() throws IOException {
        fail(STRANGER, "root", 10);
        for (int i = 0; i < CodeGuard.MOST; i++) {
            assertThat(guard.codes().takes("bob", _ -> false)).isFalse();
        }
        assertThat(isLocked(OWNER, "bob", false)).as("neither passwords nor tokens").isFalse();
        assertThat(guard.lockouts()).filteredOn(Lockout::isOfCodes).hasSize(1);
        assertThat(guard.counts()).isEqualTo(new LoginCounts(10, 0, 3, 3));
        assertThat(guard.clearAll()).isEqualTo(3);
        assertThat(guard.codes().takes("bob", _ -> true)).isTrue();
    }

    @Test
    void clearingLetsInAtOnceAndForgetsTheDay() {
        fail(STRANGER, "root", 10);
        fail(OWNER, "root", 10);
        assertThat(guard.clear(STRANGER.address())).as("the address, and the name").isEqualTo(2);
        assertThat(isLocked(STRANGER, "root", true)).isFalse();
        assertThat(isLocked(OWNER, "root", true)).isTrue();
        assertThat(guard.clearAll()).isEqualTo(2);
        assertThat(guard.lockouts()).isEmpty();
        assertThat(guard.counts()).isEqualTo(new LoginCounts(20, 0, 4, 0));
    }
}
