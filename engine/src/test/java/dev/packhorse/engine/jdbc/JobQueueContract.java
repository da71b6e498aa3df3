package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.LeaseState;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.spi.ObjectKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every move of a job, legal and illegal, on whatever store the subclass opens.
abstract class JobQueueContract {
    static final Duration LEASE = Duration.ofSeconds(60);
    private static final Set<JobKind> ALL = Set.of(JobKind.values());

    final SettableClock clock = SettableClock.somewhere();
    JdbcJobQueue queue;
    JdbcCatalog catalog;

    abstract Store store();

    @BeforeEach
    void emptyTheStore() throws SQLException {
        TestStore.empty(store());
        queue = new JdbcJobQueue(store(), clock, WorkListener.none());
        catalog = new JdbcCatalog(store());
    }

    // ---- enqueue

    @Test
    void enqueueKeepsEverythingThatWasAsked() {
        JobRequest request =
                new JobRequest(
                        JobKind.UPLOAD,
                        "{\"text\":\"ü “ \\u0000 🐴\"}",
                        "demo",
                        "reseller",
                        true,
                        7,
                        Optional.of("unique"),
                        Optional.of("exclusive"),
                        Optional.of("node1"),
                        Optional.of(clock.instant().plusSeconds(5)),
                        9);
        JobId id = queue.enqueue(request).id();

        Job job = job(id);
        assertThat(job.request()).isEqualTo(request);
        assertThat(job.state()).isEqualTo(JobState.HELD);
        assertThat(job.createdAt()).isEqualTo(clock.instant());
        assertThat(job.startedAt()).isEmpty();
        assertThat(job.finishedAt()).isEmpty();
        assertThat(job.attempts()).isZero();
        assertThat(job.fence()).isZero();
        assertThat(job.worker()).isEmpty();
        assertThat(job.cancelRequested()).isFalse();
        assertThat(job.progress()).isEqualTo("{}");
        assertThat(job.resumeMark()).isEmpty();
        assertThat(job.result()).isEqualTo("{}");
        assertThat(job.reason()).isEmpty();
    }

    @Test
    void sameUniqueKeyGivesTheOpenJob() {
        Enqueued first = queue.enqueue(backup("demo").withUniqueKey("k"));
        Enqueued second = queue.enqueue(backup("other").withUniqueKey("k"));
        assertThat(first.added()).isTrue();
        assertThat(second).isEqualTo(new Enqueued(first.id(), false));
        assertThat(queue.list(all())).hasSize(1);
    }

    @Test
    void aServersUniqueKeysAreItsOwnAndDiffer() {
        for (String node : List.of("n1", "n2")) {
            for (String key : List.of("a", "b")) {
                JobRequest request = backup("demo").onNode(node).withUniqueKey(key);
                assertThat(queue.enqueue(request).added()).as("%s %s", node, key).isTrue();
                assertThat(queue.enqueue(request).added()).as("%s %s", node, key).isFalse();
            }
        }
    }

    @Test
    void uniqueKeyIsTakenWhileActiveToo() {
        Enqueued first = queue.enqueue(backup("demo").withUniqueKey("k"));
        claim();
        assertThat(queue.enqueue(backup("demo").withUniqueKey("k")).id()).isEqualTo(first.id());
    }

    @Test
    void uniqueKeyIsFreeAfterTheEnd() throws Exception {
        Enqueued first = queue.enqueue(backup("demo").withUniqueKey("k"));
        queue.finish(claim(), succeeded(), FollowUp.NONE);
        Enqueued second = queue.enqueue(backup("demo").withUniqueKey("k"));
        assertThat(second.added()).isTrue();
        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void argumentsThatTheStoreDoesNotTakeAreRefusedByName() {
        JobRequest big = JobRequest.of(JobKind.RUN, "x", "root", "x".repeat(1_000_001));
        assertThatThrownBy(() -> queue.enqueue(big))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the arguments of 1000001 characters is longer than the queue takes"
                                + " (1000000)");
        assertThat(queue.count(all())).isZero();
    }

    @Test
    void argumentsOfAMillionCharactersComeBack() {
        String text = "{\"a\":\"" + "ü".repeat(999_990) + "\"}";
        JobId id = queue.enqueue(JobRequest.of(JobKind.RUN, "x", "root", text)).id();
        assertThat(job(id).request().arguments()).isEqualTo(text);
    }

    // ---- claim

    @Test
    void claimMakesActive() {
        JobId id = queue.enqueue(backup("demo")).id();
        clock.advance(Duration.ofSeconds(3));
        Lease lease = claim();
        assertThat(lease.job().id()).isEqualTo(id);
        assertThat(lease.fence()).isEqualTo(1);
        assertThat(lease.worker()).isEqualTo("w1");
        assertThat(lease.until()).isEqualTo(clock.instant().plus(LEASE));
        assertThat(lease.job()).isEqualTo(job(id));
        assertThat(lease.job().state()).isEqualTo(JobState.ACTIVE);
        assertThat(lease.job().attempts()).isEqualTo(1);
        assertThat(lease.job().worker()).contains("w1");
        assertThat(lease.job().startedAt()).contains(clock.instant());
    }

    @Test
    void claimOfAnEmptyQueueIsEmpty() {
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isEmpty();
    }

    @Test
    void claimTakesOnlyTheKindsAskedFor() {
        queue.enqueue(backup("demo"));
        assertThat(queue.claim("w1", "n1", Set.of(JobKind.RESTORE), LEASE)).isEmpty();
        assertThat(queue.claim("w1", "n1", Set.of(), LEASE)).isEmpty();
        assertThat(queue.claim("w1", "n1", Set.of(JobKind.RESTORE, JobKind.BACKUP), LEASE))
                .isPresent();
    }

    @Test
    void claimTakesSmallPriorityFirstThenOldest() {
        JobId late = queue.enqueue(backup("a")).id();
        JobId later = queue.enqueue(backup("b")).id();
        JobId urgent = queue.enqueue(backup("c").withPriority(JobRequest.Priority.RESTORE)).id();
        assertThat(List.of(claim(), claim(), claim()))
                .extracting(lease -> lease.job().id())
                .containsExactly(urgent, late, later);
    }

    @Test
    void claimGivesOnlyUrgentJobsOfAKindThatTakesNoOthers() {
        JobId scheduled = queue.enqueue(backup("a")).id();
        assertThat(queue.claim("w1", "n1", ALL, Set.of(JobKind.BACKUP), LEASE)).isEmpty();
        JobId upload = queue.enqueue(upload("a")).id();
        JobId manual = queue.enqueue(backup("b").withPriority(JobRequest.Priority.MANUAL)).id();
        for (JobId expected : List.of(manual, upload)) {
            assertThat(queue.claim("w1", "n1", ALL, Set.of(JobKind.BACKUP), LEASE))
                    .hasValueSatisfying(lease -> assertThat(lease.job().id()).isEqualTo(expected));
        }
        assertThat(queue.claim("w1", "n1", ALL, Set.of(JobKind.BACKUP), LEASE)).isEmpty();
        assertThat(claim().job().id()).isEqualTo(scheduled);
    }

    @Test
    void aClockThatGoesBackKeepsNothingFromRunning() throws Exception {
        JobId fresh = queue.enqueue(backup("a")).id();
        clock.advance(Duration.ofDays(-1));
        Lease lease = claim();
        assertThat(lease.job().id()).isEqualTo(fresh);

        queue.finish(lease, new JobOutcome.HandedBack(), FollowUp.NONE);
        clock.advance(Duration.ofDays(-1));
        queue.finish(claim(), new JobOutcome.Failed("{}", "no"), FollowUp.NONE);
        assertThat(queue.retry(fresh, "root")).isTrue();
        clock.advance(Duration.ofDays(-1));
        assertThat(claim().job().id()).isEqualTo(fresh);

        clock.advance(LEASE.multipliedBy(2));
        assertThat(queue.reclaimExpired()).isEqualTo(1);
        clock.advance(Duration.ofDays(-1));
        Lease again = claim();
        assertThat(again.job().id()).isEqualTo(fresh);

        queue.finish(
                again, new JobOutcome.Snoozed(Duration.ofSeconds(2), "not now"), FollowUp.NONE);
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isEmpty();
        clock.advance(Duration.ofHours(-1));
        assertThat(claim().job().id()).isEqualTo(fresh);
    }

    @Test
    void aLeaseThatNobodyRenewsRunsOutThoughTheClockWentBack() throws Exception {
        AtomicLong nanos = new AtomicLong();
        JdbcJobQueue watching = new JdbcJobQueue(store(), clock, WorkListener.none(), nanos::get);
        JobId dead = queue.enqueue(backup("a")).id();
        claim();
        queue.enqueue(backup("b"));
        Lease live = claim();
        clock.advance(Duration.ofDays(-1));
        for (int minute = 0; minute <= 20; minute++) {
            assertThat(queue.renew(live, "{}", LEASE)).isEqualTo(LeaseState.HELD);
            assertThat(watching.reclaimExpired()).as("after %d minutes", minute).isZero();
            clock.advance(Duration.ofMinutes(1));
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        }
        assertThat(queue.renew(live, "{}", LEASE)).isEqualTo(LeaseState.HELD);
        assertThat(watching.reclaimExpired()).isEqualTo(1);
        assertThat(claim().job().id()).isEqualTo(dead);
    }

    @Test
    void claimLeavesJobsOfOtherNodes() {
        queue.enqueue(backup("a").onNode("n2"));
        JobId mine = queue.enqueue(backup("b").onNode("n1")).id();
        assertThat(claim().job().id()).isEqualTo(mine);
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isEmpty();
        assertThat(queue.claim("w2", "n2", ALL, LEASE)).isPresent();
    }

    @Test
    void claimWaitsForNotBefore() {
        queue.enqueue(backup("a").notBefore(clock.instant().plusSeconds(10)));
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isEmpty();
        clock.advance(Duration.ofSeconds(10));
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isPresent();
    }

    @Test
    void claimLeavesHeldJobs() {
        queue.enqueue(backup("a").asHeld());
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isEmpty();
    }

    @Test
    void activeJobIsNotClaimedAgain() {
        queue.enqueue(backup("a"));
        claim();
        assertThat(queue.claim("w2", "n1", ALL, LEASE)).isEmpty();
    }

    @Test
    void exclusiveKeyLetsOneRun() throws Exception {
        queue.enqueue(backup("a").withExclusiveKey("account:a"));
        JobId second = queue.enqueue(backup("a").withExclusiveKey("account:a")).id();
        JobId other = queue.enqueue(backup("b").withExclusiveKey("account:b")).id();
        Lease first = claim();
        assertThat(claim().job().id()).isEqualTo(other);
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isEmpty();
        queue.finish(first, succeeded(), FollowUp.NONE);
        assertThat(claim().job().id()).isEqualTo(second);
    }

    @Test
    void exclusiveKeyIsFreeAfterRetryAndAfterLostLease() throws Exception {
        queue.enqueue(backup("a").withExclusiveKey("k"));
        queue.finish(claim(), new JobOutcome.RetryAfter(Duration.ZERO, "x"), FollowUp.NONE);
        claim();
        clock.advance(LEASE.plusMillis(1));
        assertThat(queue.reclaimExpired()).isEqualTo(1);
        assertThat(queue.claim("w2", "n1", ALL, LEASE)).isPresent();
    }

    // ---- renew and mark

    @Test
    void renewProlongsAndKeepsProgress() {
        JobId id = queue.enqueue(backup("a")).id();
        Lease lease = claim();
        clock.advance(Duration.ofSeconds(50));
        assertThat(queue.renew(lease, "{\"bytes\":1}", LEASE)).isEqualTo(LeaseState.HELD);
        clock.advance(Duration.ofSeconds(50));
        assertThat(queue.reclaimExpired()).isZero();
        assertThat(job(id).progress()).isEqualTo("{\"bytes\":1}");
    }

    @Test
    void renewAfterExpiryHoldsIfNobodyTookTheJobBack() {
        queue.enqueue(backup("a"));
        Lease lease = claim();
        clock.advance(LEASE.multipliedBy(3));
        assertThat(queue.renew(lease, "{}", LEASE)).isEqualTo(LeaseState.HELD);
        assertThat(queue.reclaimExpired()).isZero();
    }

    @Test
    void renewTellsOfACancellation() {
        JobId id = queue.enqueue(backup("a")).id();
        Lease lease = claim();
        queue.requestCancel(id, "root");
        assertThat(queue.renew(lease, "{}", LEASE)).isEqualTo(LeaseState.CANCEL_REQUESTED);
    }

    @Test
    void aStrangerWithTheRightNumberEndsNothing() {
        queue.enqueue(backup("a"));
        Lease lease = claim();
        Lease forged = new Lease(lease.job(), "stranger", lease.fence(), lease.until());

        assertThatThrownBy(() -> queue.finish(forged, succeeded(), FollowUp.NONE))
                .isInstanceOf(LeaseLostException.class);
        assertThat(queue.renew(lease, "{}", LEASE)).isEqualTo(LeaseState.HELD);
    }

    /// A node with very many workers that died holds the store up for one portion only.
    @Test
    void leasesAreTakenBackInPortions() {
        for (int i = 0; i < 503; i++) {
            queue.enqueue(backup("a" + i));
            claim();
        }
        clock.advance(LEASE.plusMillis(1));

        assertThat(queue.reclaimExpired()).isEqualTo(500);
        assertThat(queue.reclaimExpired()).isEqualTo(3);
        assertThat(queue.reclaimExpired()).isZero();
    }

    @Test
    void staleWriterIsRefusedEverywhere() throws Exception {
        JobId id = queue.enqueue(backup("a")).id();
        Lease old = claim();
        queue.mark(old, Optional.of("part 3"));
        clock.advance(LEASE.plusMillis(1));
        assertThat(queue.reclaimExpired()).isEqualTo(1);
        refusesAll(old);

        Lease young = queue.claim("w2", "n1", ALL, LEASE).orElseThrow();
        assertThat(young.fence()).isGreaterThan(old.fence());
        assertThat(young.job().resumeMark()).contains("part 3");
        refusesAll(old);
        assertThat(job(id).resumeMark()).contains("part 3");
        assertThat(job(id).state()).isEqualTo(JobState.ACTIVE);

        queue.finish(young, succeeded(), FollowUp.NONE);
        refusesAll(old);
        refusesAll(young);
        assertThat(job(id).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void sameWorkersOlderLeaseIsRefused() throws Exception {
        queue.enqueue(backup("a"));
        Lease old = claim();
        queue.finish(old, new JobOutcome.RetryAfter(Duration.ZERO, "x"), FollowUp.NONE);
        claim();
        refusesAll(old);
    }

    @Test
    void leaseOfARemovedJobIsLost() throws Exception {
        queue.enqueue(backup("a"));
        Lease lease = claim();
        queue.finish(lease, succeeded(), FollowUp.NONE);
        queue.remove(all(), "root");
        refusesAll(lease);
    }

    private void refusesAll(Lease lease) {
        assertThat(queue.renew(lease, "{\"late\":1}", LEASE)).isEqualTo(LeaseState.LOST);
        assertThatThrownBy(() -> queue.mark(lease, Optional.of("late")))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> queue.finish(lease, succeeded(), uploadOf("late")))
                .isInstanceOf(LeaseLostException.class);
        assertThat(queue.list(all()))
                .noneMatch(job ->
                        job.progress().contains("late") || job.request().subject().equals("late"));
    }

    @Test
    void markIsStoredAndCleared() throws Exception {
        JobId id = queue.enqueue(backup("a")).id();
        Lease lease = claim();
        queue.mark(lease, Optional.of("half"));
        assertThat(job(id).resumeMark()).contains("half");
        queue.mark(lease, Optional.empty());
        assertThat(job(id).resumeMark()).isEmpty();
    }

    // ---- finish

    @Test
    void succeededEndsTheJob() throws Exception {
        JobId id = queue.enqueue(backup("a")).id();
        Lease lease = claim();
        queue.mark(lease, Optional.of("half"));
        clock.advance(Duration.ofSeconds(5));
        queue.finish(lease, new JobOutcome.Succeeded("{\"n\":1}"), FollowUp.NONE);
        Job job = job(id);
        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(job.result()).isEqualTo("{\"n\":1}");
        assertThat(job.finishedAt()).contains(clock.instant());
        assertThat(job.worker()).isEmpty();
        assertThat(job.resumeMark()).isEmpty();
    }

    @Test
    void partialKeepsResultAndReason() throws Exception {
        JobId id = queue.enqueue(backup("a")).id();
        queue.finish(claim(), new JobOutcome.Partial("{\"n\":1}", "3 files"), FollowUp.NONE);
        assertThat(job(id).state()).isEqualTo(JobState.PARTIAL);
        assertThat(job(id).result()).isEqualTo("{\"n\":1}");
        assertThat(job(id).reason()).isEqualTo("3 files");
    }

    @Test
    void failedKeepsReasonAndMark() throws Exception {
        JobId id = queue.enqueue(backup("a")).id();
        Lease lease = claim();
        queue.mark(lease, Optional.of("half"));
        queue.finish(lease, new JobOutcome.Failed("{}", "no space"), FollowUp.NONE);
        assertThat(job(id).state()).isEqualTo(JobState.FAILED);
        assertThat(job(id).reason()).isEqualTo("no space");
        assertThat(job(id).resumeMark()).contains("half");
    }

    @Test
    void cancelledEndsTheJob() throws Exception {
        JobId id = queue.enqueue(backup("a")).id();
        queue.finish(claim(), new JobOutcome.Cancelled("{}"), FollowUp.NONE);
        assertThat(job(id).state()).isEqualTo(JobState.CANCELLED);
        assertThat(job(id).finishedAt()).contains(clock.instant());
    }

    @Test
    void retryWaitsAndCountsUntilTheLastAttemptFails() throws Exception {
        JobId id = queue.enqueue(backup("a").withMaxAttempts(2)).id();
        JobOutcome again = new JobOutcome.RetryAfter(Duration.ofSeconds(30), "timed out");
        queue.finish(claim(), again, FollowUp.NONE);
        assertThat(job(id).state()).isEqualTo(JobState.PENDING);
        assertThat(job(id).reason()).isEqualTo("timed out");
        assertThat(job(id).finishedAt()).isEmpty();
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isEmpty();

        clock.advance(Duration.ofSeconds(30));
        Lease second = claim();
        assertThat(second.job().attempts()).isEqualTo(2);
        queue.finish(second, again, FollowUp.NONE);
        assertThat(job(id).state()).isEqualTo(JobState.FAILED);
        assertThat(job(id).reason()).isEqualTo("timed out (attempt 2, the last)");
    }

    @Test
    void snoozeWaitsAndDoesNotCount() throws Exception {
        JobId id = queue.enqueue(backup("a").withMaxAttempts(1)).id();
        for (int i = 0; i < 5; i++) {
            JobOutcome busy = new JobOutcome.Snoozed(Duration.ofSeconds(30), "disk busy");
            queue.finish(claim(), busy, FollowUp.NONE);
            assertThat(job(id).state()).isEqualTo(JobState.PENDING);
            assertThat(job(id).attempts()).isZero();
            assertThat(job(id).reason()).isEqualTo("disk busy");
            assertThat(queue.claim("w1", "n1", ALL, LEASE)).isEmpty();
            clock.advance(Duration.ofSeconds(30));
        }
        queue.finish(claim(), new JobOutcome.HandedBack(), FollowUp.NONE);
        assertThat(snoozes(id)).as("counted apart").isEqualTo(5);
    }

    /// Nobody but an administrator reads them, in the store.
    private int snoozes(JobId id) throws SQLException {
        try (Connection connection = store().connection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT snoozes FROM job WHERE id = ?")) {
            select.setString(1, id.value());
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    @Test
    void handedBackIsAsBeforeAndDoesNotCount() throws Exception {
        JobId id = queue.enqueue(backup("a").withMaxAttempts(1)).id();
        Lease lease = claim();
        queue.mark(lease, Optional.of("half"));
        queue.finish(lease, new JobOutcome.HandedBack(), FollowUp.NONE);
        assertThat(job(id).state()).isEqualTo(JobState.PENDING);
        assertThat(job(id).attempts()).isZero();
        Lease next = claim();
        assertThat(next.job().resumeMark()).contains("half");
        assertThat(next.fence()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = WaysBack.class, mode = EnumSource.Mode.MATCH_ALL)
    void cancelledJobNeverGoesBackToPending(WaysBack way) throws Exception {
        JobId id = queue.enqueue(backup("a").withUniqueKey("k")).id();
        Lease lease = claim();
        assertThat(queue.requestCancel(id, "root")).isTrue();
        if (way == WaysBack.LOST_LEASE) {
            clock.advance(LEASE.plusMillis(1));
            queue.reclaimExpired();
        } else {
            queue.finish(lease, way.outcome(), FollowUp.NONE);
        }
        assertThat(job(id).state()).isEqualTo(JobState.CANCELLED);
        assertThat(queue.enqueue(backup("a").withUniqueKey("k")).added()).isTrue();
    }

    enum WaysBack {
        RETRY,
        SNOOZE,
        HAND_BACK,
        LOST_LEASE;

        JobOutcome outcome() {
            return switch (this) {
                case RETRY -> new JobOutcome.RetryAfter(Duration.ZERO, "x");
                case SNOOZE -> new JobOutcome.Snoozed(Duration.ZERO, "x");
                case HAND_BACK, LOST_LEASE -> new JobOutcome.HandedBack();
            };
        }
    }

    @Test
    void reasonsFromForeignServersAreStorable() throws Exception {
        JobId id = queue.enqueue(backup("a")).id();
        String reason = "nul \0 half \uD83D " + "x".repeat(5_000);
        queue.finish(claim(), new JobOutcome.Failed("{}", reason), FollowUp.NONE);
        assertThat(job(id).reason()).startsWith("nul \uFFFD half \uFFFD xxx").endsWith("x…");
        assertThat(job(id).reason().length()).isLessThanOrEqualTo(4_000);
    }

    // ---- follow-up

    @Test
    void followUpComesWithTheEnd() throws Exception {
        queue.enqueue(backup("a"));
        FollowUp followUp =
                new FollowUp(List.of(point("demo")), List.of(upload("demo"), upload("demo2")));
        queue.finish(claim(), succeeded(), followUp);
        assertThat(catalog.ofAccount(new AccountName("demo"))).containsExactly(point("demo"));
        assertThat(queue.list(JobFilter.of(Set.of(JobKind.UPLOAD), Set.of(JobState.PENDING))))
                .extracting(job -> job.request().subject())
                .containsExactly("demo", "demo2");
    }

    @Test
    void followUpThatCannotBeStoredLeavesNothingOfIt() {
        JobId id = queue.enqueue(backup("a")).id();
        Lease lease = claim();
        FollowUp followUp =
                new FollowUp(
                        List.of(point("demo")), List.of(upload("demo"), upload("x".repeat(256))));
        assertThatThrownBy(() -> queue.finish(lease, succeeded(), followUp))
                .isInstanceOf(QueueException.class)
                .hasCauseInstanceOf(SQLException.class);
        assertThat(job(id)).isEqualTo(lease.job());
        assertThat(queue.count(all())).isEqualTo(1);
        assertThat(catalog.ofAccount(new AccountName("demo"))).isEmpty();
        assertThat(queue.events(id)).hasSize(2);
    }

    @Test
    void followUpJobThatIsOpenAlreadyIsNotAddedAgain() throws Exception {
        JobId open = queue.enqueue(upload("demo").withUniqueKey("upload:demo")).id();
        queue.enqueue(backup("a").withPriority(1));
        FollowUp followUp =
                new FollowUp(List.of(), List.of(upload("demo").withUniqueKey("upload:demo")));
        queue.finish(claim(), succeeded(), followUp);
        assertThat(queue.list(JobFilter.of(Set.of(JobKind.UPLOAD), Set.of())))
                .extracting(Job::id)
                .containsExactly(open);
    }

    @Test
    void followUpMayReuseTheEndingJobsOwnUniqueKey() throws Exception {
        queue.enqueue(upload("demo").withUniqueKey("k"));
        queue.finish(
                claim(),
                succeeded(),
                new FollowUp(List.of(), List.of(upload("demo").withUniqueKey("k"))));
        assertThat(queue.count(JobFilter.of(ALL, Set.of(JobState.PENDING)))).isEqualTo(1);
    }

    // ---- cancel

    @Test
    void cancelEndsWaitingJobsAtOnce() {
        JobId held = queue.enqueue(backup("a").asHeld().withUniqueKey("k1")).id();
        JobId pending = queue.enqueue(backup("b").withUniqueKey("k2")).id();
        assertThat(queue.requestCancel(held, "root")).isTrue();
        assertThat(queue.requestCancel(pending, "root")).isTrue();
        for (JobId id : List.of(held, pending)) {
            assertThat(job(id).state()).isEqualTo(JobState.CANCELLED);
            assertThat(job(id).finishedAt()).contains(clock.instant());
            assertThat(job(id).reason()).isEqualTo("cancelled by root");
        }
        assertThat(queue.enqueue(backup("b").withUniqueKey("k2")).added()).isTrue();
    }

    @Test
    void cancelFlagsAnActiveJobOnce() {
        JobId id = queue.enqueue(backup("a")).id();
        claim();
        assertThat(queue.requestCancel(id, "root")).isTrue();
        assertThat(queue.events(id).getLast().reason()).isEqualTo("cancellation requested");
        assertThat(queue.events(id)).hasSize(3);
        assertThat(queue.requestCancel(id, "root")).isTrue();
        assertThat(job(id).state()).isEqualTo(JobState.ACTIVE);
        assertThat(job(id).cancelRequested()).isTrue();
        assertThat(queue.events(id)).hasSize(3);
    }

    @Test
    void cancelOfEndedOrUnknownJobsIsFalse() throws Exception {
        JobId id = queue.enqueue(backup("a")).id();
        queue.finish(claim(), succeeded(), FollowUp.NONE);
        assertThat(queue.requestCancel(id, "root")).isFalse();
        assertThat(queue.requestCancel(JobId.random(), "root")).isFalse();
        assertThat(job(id).state()).isEqualTo(JobState.SUCCEEDED);
    }

    // ---- activate

    @Test
    void activateReleasesTheHeldJobsThatAreNamed() {
        JobId first = queue.enqueue(restore("a").asHeld()).id();
        JobId second = queue.enqueue(restore("b").asHeld()).id();
        queue.enqueue(restore("c").asHeld());
        Set<JobId> named = Set.of(first, second, JobId.random());
        assertThat(queue.activate(named, "root")).isEqualTo(2);
        assertThat(queue.activate(named, "root")).isZero();
        assertThat(queue.count(JobFilter.of(ALL, Set.of(JobState.PENDING)))).isEqualTo(2);
        assertThat(queue.count(JobFilter.of(ALL, Set.of(JobState.HELD)))).isEqualTo(1);
    }

    // ---- hold

    @Test
    void holdKeepsPendingJobsFromWorkersUntilTheyAreActivated() {
        JobId id = queue.enqueue(restore("a")).id();
        assertThat(queue.hold(Set.of(id), "root")).isOne();
        assertThat(queue.hold(Set.of(id), "root")).isZero();
        assertThat(queue.claim("w", "node", ALL, LEASE)).isEmpty();
        assertThat(queue.activate(Set.of(id), "root")).isOne();
        assertThat(claim().job().id()).isEqualTo(id);
        assertThat(queue.events(id))
                .extracting(JobEvent::to)
                .containsExactly(
                        JobState.PENDING, JobState.HELD, JobState.PENDING, JobState.ACTIVE);
    }

    @Test
    void holdLeavesWhatAWorkerHasBegunAndWhatEnded() throws Exception {
        JobId begun = queue.enqueue(restore("a")).id();
        Lease lease = claim();
        assertThat(queue.hold(Set.of(begun), "root")).isZero();
        queue.finish(lease, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        assertThat(queue.hold(Set.of(begun), "root")).isZero();
        assertThat(job(begun).state()).isEqualTo(JobState.SUCCEEDED);
    }

    // ---- retry

    @ParameterizedTest
    @EnumSource(
            value = JobState.class,
            names = {"FAILED", "PARTIAL", "CANCELLED"})
    void retryPutsEndedJobsBack(JobState state) throws Exception {
        JobId id = queue.enqueue(backup("a").withMaxAttempts(1).withUniqueKey("k")).id();
        queue.finish(claim(), outcome(state), FollowUp.NONE);
        assertThat(queue.retry(id, "root")).isTrue();
        Job job = job(id);
        assertThat(job.state()).isEqualTo(JobState.PENDING);
        assertThat(job.attempts()).isZero();
        assertThat(job.finishedAt()).isEmpty();
        assertThat(job.startedAt()).isEmpty();
        assertThat(job.result()).isEqualTo("{}");
        assertThat(job.reason()).isEmpty();
        assertThat(queue.enqueue(backup("a").withUniqueKey("k")).added()).isFalse();
        assertThat(claim().fence()).isEqualTo(2);
    }

    @Test
    void retryOfACancelledWaitingJobClearsTheCancellation() {
        JobId id = queue.enqueue(backup("a")).id();
        queue.requestCancel(id, "root");
        assertThat(queue.retry(id, "root")).isTrue();
        assertThat(queue.renew(claim(), "{}", LEASE)).isEqualTo(LeaseState.HELD);
    }

    @Test
    void retryOfOtherStatesIsFalse() throws Exception {
        JobId held = queue.enqueue(backup("a").asHeld()).id();
        JobId active = queue.enqueue(backup("b")).id();
        Lease lease = claim();
        JobId pending = queue.enqueue(backup("c")).id();
        assertThat(queue.retry(held, "root")).isFalse();
        assertThat(queue.retry(active, "root")).isFalse();
        assertThat(queue.retry(pending, "root")).isFalse();
        assertThat(queue.retry(JobId.random(), "root")).isFalse();
        queue.finish(lease, succeeded(), FollowUp.NONE);
        assertThat(queue.retry(active, "root")).isFalse();
        assertThat(job(active).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void retryIsFalseWhileAnotherJobHasTheUniqueKey() throws Exception {
        JobId id = queue.enqueue(backup("a").withUniqueKey("k")).id();
        queue.finish(claim(), outcome(JobState.FAILED), FollowUp.NONE);
        queue.enqueue(backup("a").withUniqueKey("k"));
        assertThat(queue.retry(id, "root")).isFalse();
        assertThat(job(id).state()).isEqualTo(JobState.FAILED);
    }

    // ---- remove

    @Test
    void removeLeavesActiveJobs() throws Exception {
        JobId ended = queue.enqueue(backup("a")).id();
        queue.finish(claim(), succeeded(), FollowUp.NONE);
        JobId active = queue.enqueue(backup("b")).id();
        claim();
        queue.enqueue(backup("c").withUniqueKey("k"));
        queue.enqueue(backup("d").asHeld());
        assertThat(queue.remove(all(), "root")).isEqualTo(3);
        assertThat(queue.list(all())).extracting(Job::id).containsExactly(active);
        assertThat(queue.events(ended)).isEmpty();
        assertThat(queue.events(active)).isNotEmpty();
        assertThat(queue.enqueue(backup("c").withUniqueKey("k")).added()).isTrue();
    }

    @Test
    void whatAWorkerTookSinceItWasReadIsNotRemoved() {
        Job read = job(queue.enqueue(backup("a")).id());
        Lease lease = claim();
        int removed =
                new Transactions(store(), QueueException::new)
                        .promise("remove", t -> JobControl.remove(t, List.of(read)));
        assertThat(removed).isZero();
        assertThat(queue.renew(lease, "{}", LEASE)).isEqualTo(LeaseState.HELD);
        assertThat(queue.events(read.id())).hasSize(2);
    }

    @Test
    void removeKeepsToItsFilter() throws Exception {
        queue.enqueue(backup("a"));
        queue.finish(claim(), outcome(JobState.FAILED), FollowUp.NONE);
        queue.enqueue(backup("a"));
        queue.enqueue(restore("a"));
        JobFilter failed = JobFilter.of(Set.of(JobKind.BACKUP), Set.of(JobState.FAILED));
        assertThat(queue.remove(failed, "root")).isEqualTo(1);
        assertThat(queue.remove(all().limit(1), "root")).isEqualTo(1);
        assertThat(queue.count(all())).isEqualTo(1);
    }

    @Test
    void removeEndedBeforeTakesTheOldestFirst() throws Exception {
        for (String subject : List.of("a", "b", "c")) {
            queue.enqueue(backup(subject));
            queue.finish(claim(), succeeded(), FollowUp.NONE);
            clock.advance(Duration.ofDays(1));
        }
        queue.enqueue(backup("open"));
        Instant cut = clock.instant().minus(Duration.ofHours(36));
        assertThat(queue.removeEndedBefore(cut, 1)).isEqualTo(1);
        assertThat(queue.list(all()))
                .extracting(job -> job.request().subject())
                .containsExactly("open", "c", "b");
        assertThat(queue.removeEndedBefore(cut, 10)).isEqualTo(1);
        assertThat(queue.removeEndedBefore(cut, 10)).isZero();
    }

    // ---- leases that run out

    @Test
    void reclaimHandsOnAndCountsTheAttempt() {
        JobId id = queue.enqueue(backup("a")).id();
        claim();
        clock.advance(LEASE);
        assertThat(queue.reclaimExpired()).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(queue.reclaimExpired()).isEqualTo(1);
        assertThat(queue.reclaimExpired()).isZero();
        assertThat(job(id).state()).isEqualTo(JobState.PENDING);
        assertThat(job(id).attempts()).isEqualTo(1);
        assertThat(job(id).reason()).isEqualTo("the lease of worker w1 ran out");
    }

    @Test
    void reclaimFailsAJobWithoutAttemptsLeft() {
        JobId id = queue.enqueue(backup("a").withMaxAttempts(1).withUniqueKey("k")).id();
        claim();
        clock.advance(LEASE.plusMillis(1));
        assertThat(queue.reclaimExpired()).isEqualTo(1);
        assertThat(job(id).state()).isEqualTo(JobState.FAILED);
        assertThat(job(id).reason())
                .isEqualTo("the lease of worker w1 ran out (attempt 1, the last)");
        assertThat(queue.enqueue(backup("a").withUniqueKey("k")).added()).isTrue();
    }

    @Test
    void aLeaseThatIsRenewedBetweenTwoLooksIsNotTakenBack() {
        JobId id = queue.enqueue(backup("a")).id();
        Lease lease = claim();
        clock.advance(LEASE.plusMillis(1));
        // the clock is read after the leases were listed and before the first is taken back
        AtomicLong renewed = new AtomicLong();
        JdbcJobQueue watching =
                new JdbcJobQueue(
                        store(),
                        clock,
                        WorkListener.none(),
                        () -> {
                            assertThat(queue.renew(lease, "{}", LEASE)).isEqualTo(LeaseState.HELD);
                            return renewed.incrementAndGet();
                        });
        assertThat(watching.reclaimExpired()).isZero();
        assertThat(renewed).hasValue(1);
        assertThat(job(id).state()).isEqualTo(JobState.ACTIVE);
    }

    // ---- pause

    @Test
    void pausedKindIsNotClaimedUntilResumed() {
        queue.enqueue(backup("a"));
        JobId restore = queue.enqueue(restore("a")).id();
        queue.setPaused(JobKind.BACKUP, true, "root");
        queue.setPaused(JobKind.BACKUP, true, "root");
        assertThat(queue.paused()).containsExactly(JobKind.BACKUP);
        assertThat(claim().job().id()).isEqualTo(restore);
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isEmpty();
        queue.setPaused(JobKind.BACKUP, false, "root");
        queue.setPaused(JobKind.BACKUP, false, "root");
        assertThat(queue.paused()).isEmpty();
        assertThat(queue.claim("w1", "n1", ALL, LEASE)).isPresent();
    }

    // ---- slots

    @Test
    void slotFiresOnce() {
        Optional<JobId> first = queue.fireSlot("backup", "2026-11-24", run());
        assertThat(first).isPresent();
        assertThat(queue.fireSlot("backup", "2026-11-24", run())).isEmpty();
        assertThat(queue.fireSlot("backup", "2026-11-25", run())).isPresent();
        assertThat(queue.fireSlot("other", "2026-11-24", run())).isPresent();
        assertThat(queue.count(all())).isEqualTo(3);
    }

    @Test
    void slotStaysFiredAfterItsJobIsRemoved() {
        queue.fireSlot("backup", "2026-11-24", run());
        queue.remove(all(), "root");
        assertThat(queue.fireSlot("backup", "2026-11-24", run())).isEmpty();
    }

    @Test
    void slotOfAnOpenUniqueKeyGivesThatJob() {
        JobId open = queue.enqueue(run().withUniqueKey("run")).id();
        assertThat(queue.fireSlot("backup", "2026-11-24", run().withUniqueKey("run")))
                .contains(open);
        assertThat(queue.count(all())).isEqualTo(1);
    }

    @Test
    void newestSlotIsTheLastByName() {
        assertThat(queue.newestSlot("backup")).isEmpty();
        queue.fireSlot("backup", "2026-11-24", run());
        queue.fireSlot("backup", "2026-11-23", run());
        queue.fireSlot("other", "2026-11-30", run());
        assertThat(queue.newestSlot("backup")).contains("2026-11-24");
    }

    // ---- lists

    @Test
    void listShowsOpenByClaimOrderThenEndedNewestFirst() throws Exception {
        for (String subject : List.of("old", "older")) {
            queue.enqueue(backup(subject));
        }
        queue.finish(claim(), succeeded(), FollowUp.NONE);
        clock.advance(Duration.ofSeconds(1));
        queue.finish(claim(), succeeded(), FollowUp.NONE);
        queue.enqueue(backup("second"));
        queue.enqueue(backup("first").withPriority(1));
        assertThat(queue.list(all()))
                .extracting(job -> job.request().subject())
                .containsExactly("first", "second", "older", "old");
        assertThat(queue.list(all().limit(3)))
                .extracting(job -> job.request().subject())
                .containsExactly("first", "second", "older");
    }

    @Test
    void listAndCountKeepToTheFilter() throws Exception {
        queue.enqueue(backup("a"));
        queue.enqueue(JobRequest.of(JobKind.RESTORE, "a", "reseller", "{}"));
        queue.enqueue(backup("b"));
        assertThat(queue.count(all().about("a"))).isEqualTo(2);
        assertThat(queue.count(all().limit(1))).isEqualTo(3);
        assertThat(queue.list(JobFilter.of(Set.of(JobKind.RESTORE), Set.of()))).hasSize(1);
        JobFilter owned =
                new JobFilter(Set.of(), Set.of(), Optional.of("reseller"), Optional.of("a"), 10);
        assertThat(queue.list(owned)).hasSize(1);
        assertThat(queue.list(JobFilter.of(Set.of(), Set.of(JobState.FAILED)))).isEmpty();
        assertThat(queue.count(JobFilter.of(Set.of(), Set.of(JobState.ACTIVE)))).isZero();
    }

    @Test
    void findOfAnUnknownJobIsEmpty() {
        assertThat(queue.find(JobId.random())).isEmpty();
    }

    @Test
    void consumerMayUseTheQueue() {
        queue.enqueue(backup("a"));
        queue.enqueue(backup("b"));
        queue.forEach(all(), job -> queue.requestCancel(job.id(), "root"));
        assertThat(queue.count(JobFilter.of(ALL, Set.of(JobState.CANCELLED)))).isEqualTo(2);
    }

    @Test
    void aJobThatEndsWhileItIsListedIsThereOnce() {
        JobId id = queue.enqueue(backup("a")).id();
        List<JobId> seen = new ArrayList<>();
        queue.forEach(
                all(),
                job -> {
                    seen.add(job.id());
                    queue.requestCancel(job.id(), "root");
                });
        assertThat(seen).containsExactly(id);
    }

    // ---- events

    @Test
    void everyMoveLeavesItsEvent() throws Exception {
        JobId id = queue.enqueue(restore("a").asHeld()).id();
        queue.activate(Set.of(id), "root");
        clock.advance(Duration.ofSeconds(1));
        queue.finish(claim(), new JobOutcome.RetryAfter(Duration.ZERO, "slow"), FollowUp.NONE);
        claim();
        clock.advance(LEASE.plusMillis(1));
        queue.reclaimExpired();
        queue.finish(claim(), new JobOutcome.Failed("{}", "broken"), FollowUp.NONE);
        queue.retry(id, "root");
        queue.requestCancel(id, "admin");
        assertThat(queue.events(id))
                .extracting(JobEvent::from, JobEvent::to, JobEvent::by, JobEvent::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                Optional.empty(), JobState.HELD, "root", ""),
                        move(JobState.HELD, JobState.PENDING, "root", ""),
                        move(JobState.PENDING, JobState.ACTIVE, "w1", "attempt 1"),
                        move(JobState.ACTIVE, JobState.PENDING, "w1", "slow"),
                        move(JobState.PENDING, JobState.ACTIVE, "w1", "attempt 2"),
                        move(
                                JobState.ACTIVE,
                                JobState.PENDING,
                                "queue",
                                "the lease of worker w1 ran out"),
                        move(JobState.PENDING, JobState.ACTIVE, "w1", "attempt 3"),
                        move(JobState.ACTIVE, JobState.FAILED, "w1", "broken"),
                        move(JobState.FAILED, JobState.PENDING, "root", "retry"),
                        move(JobState.PENDING, JobState.CANCELLED, "admin", ""));
        assertThat(queue.events(id).get(2).at())
                .isEqualTo(clock.instant().minus(LEASE.plusMillis(1)));
    }

    private static org.assertj.core.groups.Tuple move(
            JobState from, JobState to, String by, String reason) {
        return org.assertj.core.groups.Tuple.tuple(Optional.of(from), to, by, reason);
    }

    // ---- what the tests share

    Lease claim() {
        return queue.claim("w1", "n1", ALL, LEASE).orElseThrow();
    }

    Job job(JobId id) {
        return queue.find(id).orElseThrow();
    }

    static JobFilter all() {
        return JobFilter.of(Set.of(), Set.of());
    }

    static JobOutcome succeeded() {
        return new JobOutcome.Succeeded("{}");
    }

    private static JobOutcome outcome(JobState state) {
        return switch (state) {
            case FAILED -> new JobOutcome.Failed("{\"x\":1}", "broken");
            case PARTIAL -> new JobOutcome.Partial("{\"x\":1}", "odd");
            case CANCELLED -> new JobOutcome.Cancelled("{\"x\":1}");
            default -> throw new IllegalArgumentException(state.name());
        };
    }

    static JobRequest backup(String subject) {
        return JobRequest.of(JobKind.BACKUP, subject, "schedule", "{}");
    }

    static JobRequest restore(String subject) {
        return JobRequest.of(JobKind.RESTORE, subject, "root", "{}");
    }

    static JobRequest upload(String subject) {
        return JobRequest.of(JobKind.UPLOAD, subject, "schedule", "{}");
    }

    static JobRequest run() {
        return JobRequest.of(JobKind.RUN, "2026-11-24", "schedule", "{}");
    }

    static FollowUp uploadOf(String subject) {
        return new FollowUp(List.of(), List.of(upload(subject)));
    }

    static RestorePoint point(String account) {
        return new RestorePoint(
                new AccountName(account),
                DestinationId.LOCAL,
                Tier.DAILY,
                LocalDate.of(2026, 11, 24),
                new ObjectKey("2026-11-24/accounts/" + account + ".tar.gz"),
                12_345_678_901L,
                "ab".repeat(32),
                Instant.parse("2026-11-24T02:10:00.123Z"),
                "n1");
    }
}
