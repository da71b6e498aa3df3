package dev.packhorse.engine.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read when, on single days and over years.
class VerificationPlannerTest {
    private static final LocalDate DAY = LocalDate.parse("2027-03-01");

    private static VerifyBudget within(int days) {
        return new VerifyBudget(days, 0, 100, Duration.ZERO);
    }

    private static StoredCopy copy(
            String account, LocalDate date, long size, Optional<Proof> proof) {
        return new StoredCopy(
                new RestorePoint(
                        new AccountName(account),
                        DestinationId.LOCAL,
                        Tier.DAILY,
                        date,
                        new ObjectKey(date + "/accounts/" + account + ".tar.gz"),
                        size,
                        "a".repeat(64),
                        at(date),
                        "node1"),
                proof);
    }

    private static Instant at(LocalDate date) {
        return date.atTime(2, 30).toInstant(ZoneOffset.UTC);
    }

    private static StoredCopy proven(String account, LocalDate date, LocalDate on) {
        return copy(account, date, 10, Optional.of(Proof.good(at(on))));
    }

    private static List<String> names(VerificationPlan plan) {
        return plan.copies().stream().map(each -> each.point().archive().value()).toList();
    }

    @Test
    void theOldestProofComesFirstAndTheNewestArchiveOfAnAccountBeforeOlderOnes() {
        StoredCopy old = proven("alice", DAY.minusDays(9), DAY.minusDays(5));
        StoredCopy newest = proven("alice", DAY.minusDays(5), DAY.minusDays(5));
        StoredCopy oldest = proven("bob", DAY.minusDays(9), DAY.minusDays(6));
        StoredCopy fresh = proven("bob", DAY, DAY);

        assertThat(VerificationPlanner.ordered(List.of(fresh, old, newest, oldest)))
                .containsExactly(oldest, newest, old, fresh);
    }

    @Test
    void aDayReadsNoMoreThanTheWholeTakes() {
        List<StoredCopy> copies = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            copies.add(copy("a" + i, DAY, 100, Optional.empty()));
        }
        VerificationPlan plan = VerificationPlanner.plan(copies, within(30), DAY);
        assertThat(plan.bytes()).isEqualTo(200);
        assertThat(plan.neededBytes()).isEqualTo(200);
        assertThat(plan.isBehind()).isFalse();
        assertThat(plan.daysForAll()).isEqualTo(30);
    }

    @Test
    void whatIsOverdueIsReadAtOnce() {
        List<StoredCopy> copies =
                List.of(
                        copy("alice", DAY.minusDays(40), 1_000, Optional.empty()),
                        copy("bob", DAY.minusDays(1), 10, Optional.empty()));
        assertThat(names(VerificationPlanner.plan(copies, within(30), DAY)))
                .containsExactly("2027-01-20/accounts/alice.tar.gz");
    }

    @Test
    void damagedCopiesAreNotReadAgainAndMissingOnesAreAskedForFirst() {
        StoredCopy damaged =
                copy(
                        "alice",
                        DAY.minusDays(60),
                        10,
                        Optional.of(new Proof(at(DAY.minusDays(50)), Verdict.DAMAGED, "x")));
        StoredCopy missing =
                copy(
                        "bob",
                        DAY.minusDays(60),
                        1L << 40,
                        Optional.of(new Proof(at(DAY.minusDays(50)), Verdict.MISSING, "x")));
        StoredCopy sound = copy("carol", DAY.minusDays(60), 10, Optional.empty());
        VerificationPlan plan =
                VerificationPlanner.plan(List.of(damaged, sound, missing), within(30), DAY);
        assertThat(plan.copies()).containsExactly(missing, sound);
        assertThat(plan.storedBytes()).isEqualTo(10);
    }

    @Test
    void theBudgetBindsAndATooSmallOneIsTold() {
        List<StoredCopy> copies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            copies.add(copy("a" + i, DAY.minusDays(29), 100, Optional.empty()));
        }
        VerificationPlan bytes =
                VerificationPlanner.plan(
                        copies, new VerifyBudget(30, 250, 100, Duration.ZERO), DAY);
        assertThat(bytes.bytes()).isEqualTo(200);
        assertThat(bytes.isBehind()).isTrue();
        assertThat(bytes.daysForAll()).isEqualTo(40);
        VerificationPlan share =
                VerificationPlanner.plan(copies, new VerifyBudget(30, 0, 10, Duration.ZERO), DAY);
        assertThat(share.bytes()).isEqualTo(1_000);
        assertThat(share.isBehind()).isTrue();
    }

    @Test
    void anArchiveThatIsLargerThanTheBudgetHasADayOfItsOwn() {
        List<StoredCopy> copies =
                List.of(
                        copy("alice", DAY.minusDays(40), 1_000, Optional.empty()),
                        copy("bob", DAY.minusDays(39), 10, Optional.empty()));
        VerifyBudget small = new VerifyBudget(30, 100, 100, Duration.ZERO);
        assertThat(names(VerificationPlanner.plan(copies, small, DAY)))
                .containsExactly("2027-01-20/accounts/alice.tar.gz");
    }

    /// Dozens of accounts, backed up each night, kept for random times, of which some grow, leave
    /// or come, on a server that is off for days now and then: no proof ever gets older than wanted
    /// by more than the server was off, and no day reads much more than the whole takes.
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void noProofGetsTooOldInAYear(int seed) {
        Year year = new Year(seed);
        for (int day = 0; day < 365; day++) {
            year.live(DAY.plusDays(day));
        }
        assertThat(year.worstAge).isLessThanOrEqualTo(Year.WITHIN);
        assertThat(year.read)
                .as("no more is read than full coverage and the catching up of days off take")
                .isLessThan(year.storedDays / Year.WITHIN * 2);
        assertThat(year.read).isGreaterThan(year.storedDays / Year.WITHIN / 2);
    }

    /// The same with a budget that is exactly large enough on average: the worst age stays within
    /// twice the time, and the budget is kept each day.
    @Test
    void aBudgetIsKeptEachDay() {
        Year year = new Year(9);
        year.mostBytes = 20_000;
        for (int day = 0; day < 365; day++) {
            year.live(DAY.plusDays(day));
            assertThat(year.readToday).isLessThanOrEqualTo(20_000);
        }
    }

    private static final class Year {
        static final int WITHIN = 20;
        private final Random random;
        private final Map<ObjectKey, StoredCopy> copies = new HashMap<>();
        private final Map<ObjectKey, LocalDate> goes = new HashMap<>();
        private long mostBytes;
        private long worstAge;
        private long storedDays;
        private long read;
        private long readToday;
        private int accounts = 40;

        Year(int seed) {
            random = new Random(seed);
        }

        void live(LocalDate today) {
            if (random.nextInt(30) == 0) {
                accounts += random.nextInt(40) - 15;
            }
            copies.values()
                    .removeIf(copy ->
                            !goes.getOrDefault(copy.point().archive(), LocalDate.MIN)
                                    .isAfter(today));
            for (int i = 0; i < accounts; i++) {
                StoredCopy made =
                        copy("user" + i, today, 1 + random.nextInt(1_000), Optional.empty());
                copies.put(made.point().archive(), made);
                int days = random.nextInt(10) == 0 ? 200 : 1 + random.nextInt(12);
                goes.put(made.point().archive(), today.plusDays(days));
            }
            storedDays += copies.values().stream().mapToLong(it -> it.point().sizeBytes()).sum();
            VerificationPlan plan =
                    VerificationPlanner.plan(
                            List.copyOf(copies.values()),
                            new VerifyBudget(WITHIN, mostBytes, 100, Duration.ZERO),
                            today);
            readToday = plan.bytes();
            read += plan.bytes();
            for (StoredCopy each : plan.copies()) {
                copies.put(
                        each.point().archive(),
                        new StoredCopy(each.point(), Optional.of(Proof.good(at(today)))));
            }
            for (StoredCopy each : copies.values()) {
                worstAge = Math.max(worstAge, ChronoUnit.DAYS.between(each.provenAt(), at(today)));
            }
        }
    }

    @Test
    void daysThatWereMissedAreCaughtUpEvenly() {
        List<StoredCopy> copies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            copies.add(copy("a" + i, DAY.minusDays(25), 100, Optional.empty()));
        }
        VerificationPlan plan = VerificationPlanner.plan(copies, within(30), DAY);
        assertThat(plan.bytes()).as("a fifth on each of the five days left").isEqualTo(2_000);
    }
}
