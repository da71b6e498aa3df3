package dev.packhorse.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class CodeGuardTest {
    private final SettableClock clock = new SettableClock();
    private final List<Lockout> told = new ArrayList<>();
    private int changes;
    private final AtomicInteger judged = new AtomicInteger();
    private final CodeGuard guard =
            new CodeGuard(
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

    private void fail(String user, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            assertThat(guard.takes(user, _ -> false)).isFalse();
        }
    }

    private boolean takesARightOne(String user) throws IOException {
        return guard.takes(
                user,
                name -> {
                    judged.incrementAndGet();
                    return name.equals(user);
                });
    }

    @Test
    void tenWrongOnesCloseAUsersForAQuarterOfAnHour() throws IOException {
        fail("bob", 9);
        assertThat(takesARightOne("bob")).isTrue();
        assertThat(guard.lockouts()).isEmpty();
        fail("bob", 1);
        assertThat(judged).hasValue(1);
        assertThat(takesARightOne("bob")).isFalse();
        assertThat(judged).as("not even looked at").hasValue(1);
        assertThat(takesARightOne("root")).isTrue();
        clock.advance(Duration.ofMinutes(15).minusMillis(1));
        assertThat(takesARightOne("bob")).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(guard.lockouts()).isEmpty();
        assertThat(takesARightOne("bob")).isTrue();
    }

    @Test
    void eachFurtherOneDoublesTheTimeUpToADay() throws IOException {
        fail("bob", 9);
        for (int minutes : new int[] {15, 30, 60, 120, 240, 480, 960, 1440, 1440}) {
            fail("bob", 1);
            Lockout lockout = guard.lockouts().getFirst();
            assertThat(Duration.between(lockout.since(), lockout.until())).hasMinutes(minutes);
            clock.advance(Duration.ofMinutes(minutes));
            assertThat(takesARightOne("bob")).as("a right one takes nothing back").isTrue();
        }
        assertThat(guard.locks()).isEqualTo(9);
    }

    @Test
    void eachIsForgottenAfterAWeek() throws IOException {
        fail("bob", 9);
        clock.advance(CodeGuard.WINDOW.minusMillis(1));
        fail("bob", 1);
        assertThat(guard.lockouts()).hasSize(1);
        clock.advance(Duration.ofDays(1));
        fail("bob", 8);
        assertThat(guard.lockouts()).isEmpty();
        fail("bob", 1);
        assertThat(guard.lockouts()).hasSize(1);
        clock.advance(CodeGuard.WINDOW);
        assertThat(guard.kept()).isEmpty();
    }

    @Test
    void whatHappensIsTold() throws IOException {
        assertThat(takesARightOne("bob")).isTrue();
        assertThat(changes).isZero();
        fail("bob", 9);
        assertThat(changes).isEqualTo(9);
        assertThat(told).isEmpty();
        fail("bob", 3);
        assertThat(changes).as("those that were not judged change nothing").isEqualTo(10);
        assertThat(told)
                .containsExactly(
                        new Lockout(
                                "",
                                "bob",
                                clock.instant(),
                                clock.instant().plus(Duration.ofMinutes(15)),
                                10));
        assertThat(told.getFirst().isOfCodes()).isTrue();
        assertThat(guard.size()).isEqualTo(1);
        assertThat(guard.clear()).isEqualTo(1);
        assertThat(guard.size()).isZero();
        assertThat(takesARightOne("bob")).isTrue();
    }

    /// Else a guesser would send thousands before the first is counted.
    @Test
    void guessesAtTheSameTimeAreNoMoreThanOneAfterAnother() throws Exception {
        CodeGuard quiet = new CodeGuard(clock, LoginGuard.Listener.NONE);
        Callable<Boolean> guess =
                () ->
                        quiet.takes(
                                "bob",
                                _ -> {
                                    judged.incrementAndGet();
                                    LockSupport.parkNanos(1_000_000);
                                    return false;
                                });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : threads.invokeAll(Collections.nCopies(64, guess))) {
                assertThat(each.get()).isFalse();
            }
        }
        assertThat(judged).hasValue(CodeGuard.MOST);
    }

    @Test
    void whatCannotBeReadLetsNobodyInAndIsNoGuess() {
        for (int i = 0; i <= CodeGuard.MOST; i++) {
            assertThatThrownBy(() ->
                            guard.takes(
                                    "bob",
                                    _ -> {
                                        throw new IOException("damaged");
                                    }))
                    .hasMessage("damaged");
        }
        assertThat(guard.size()).isZero();
    }

    @Test
    void aClockThatIsSetBackClosesNobodysForYears() throws IOException {
        fail("bob", 10);
        clock.advance(Duration.ofDays(-1000));
        assertThat(takesARightOne("bob")).isTrue();
        fail("bob", 9);
        assertThat(guard.lockouts()).isEmpty();
        fail("bob", 1);
        assertThat(guard.lockouts()).hasSize(1);
    }
}
