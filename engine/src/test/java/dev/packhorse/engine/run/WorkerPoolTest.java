package dev.packhorse.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobHandler.Ended;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerPoolTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration BRIEF = Duration.ofMillis(50);

    @TempDir static Path folder;
    private static Store store;

    private final WorkSignal signal = new WorkSignal();
    private final List<WorkerPool> pools = new ArrayList<>();
    private final AtomicReference<Throwable> error = new AtomicReference<>();
    private JdbcJobQueue queue;

    @BeforeAll
    static void open() throws StoreException {
        store = TestStore.h2(folder);
    }

    @AfterAll
    static void close() throws StoreException {
        store.close();
    }

    @BeforeEach
    void emptyTheStore() throws SQLException {
        TestStore.empty(store);
        queue = new JdbcJobQueue(store, InstantSource.system(), signal);
    }

    @AfterEach
    void stopThePools() {
        pools.forEach(WorkerPool::stop);
    }

    // ---- how runs end

    @Test
    void successIsWrittenDownWithItsFollowUp() {
        start(
                handler(
                        JobKind.BACKUP,
                        context ->
                                new Ended(
                                        new JobOutcome.Succeeded("{\"done\":true}"),
                                        new FollowUp(
                                                List.of(), List.of(request(JobKind.RESTORE))))));
        JobId id = enqueue(JobKind.BACKUP);
        Job job = awaitState(id, JobState.SUCCEEDED);
        assertThat(job.result()).isEqualTo("{\"done\":true}");
        assertThat(queue.count(JobFilter.of(Set.of(JobKind.RESTORE), Set.of()))).isEqualTo(1);
    }

    @Test
    void retryableTransportFailureIsTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        start(
                handler(
                        JobKind.UPLOAD,
                        context -> {
                            if (tries.incrementAndGet() < 3) {
                                throw new IOException(
                                        "uploading",
                                        new TransportException(
                                                TransportException.Kind.UNAVAILABLE, "put x"));
                            }
                            return succeeded();
                        }));
        Job job = awaitState(enqueue(JobKind.UPLOAD), JobState.SUCCEEDED);
        assertThat(tries).hasValue(3);
        assertThat(job.attempts()).isEqualTo(3);
    }

    @Test
    void retriesEndWithTheLastAttempt() {
        start(
                handler(
                        JobKind.UPLOAD,
                        context -> {
                            throw new TransportException(
                                    TransportException.Kind.TIMED_OUT, "put x timed out");
                        }));
        Job job = awaitState(enqueue(JobKind.UPLOAD), JobState.FAILED);
        assertThat(job.reason())
                .isEqualTo("TransportException: put x timed out (attempt 3, the last)");
    }

    @Test
    void finalTransportFailureFailsAtOnce() {
        start(
                handler(
                        JobKind.UPLOAD,
                        context -> {
                            throw new TransportException(
                                    TransportException.Kind.DENIED, "put x: wrong key");
                        }));
        Job job = awaitState(enqueue(JobKind.UPLOAD), JobState.FAILED);
        assertThat(job.reason()).isEqualTo("TransportException: put x: wrong key");
        assertThat(job.attempts()).isEqualTo(1);
    }

    @Test
    void otherExceptionsFailWithClassAndMessage() {
        start(
                handler(
                        JobKind.BACKUP,
                        context -> {
                            throw new IllegalStateException("no such folder");
                        }));
        Job job = awaitState(enqueue(JobKind.BACKUP), JobState.FAILED);
        assertThat(job.reason()).isEqualTo("IllegalStateException: no such folder");
    }

    @Test
    void resultThatTheStoreDoesNotTakeFailsTheJob() {
        String big = "x".repeat(1_000_001);
        start(handler(JobKind.BACKUP, context -> Ended.with(new JobOutcome.Succeeded(big))));
        Job job = awaitState(enqueue(JobKind.BACKUP), JobState.FAILED);
        assertThat(job.reason()).contains("the result of 1000001 characters");
    }

    @Test
    void errorMarksTheJobAndEndsItsWorker() {
        WorkerPool pool =
                start(
                        handler(
                                JobKind.BACKUP,
                                context -> {
                                    throw new StackOverflowError("deep");
                                }));
        Job job = awaitState(enqueue(JobKind.BACKUP), JobState.FAILED);
        assertThat(job.reason()).isEqualTo("StackOverflowError: deep");
        Eventually.holds("the error is reported", () -> error.get() != null);
        assertThat(error.get()).isInstanceOf(StackOverflowError.class);
        Eventually.holds("the worker is dead", () -> pool.liveness().deadWorkers() == 1);
    }

    @Test
    void outOfMemoryLeavesTheJobForAnotherAttempt() {
        WorkerPool pool =
                start(
                        handler(
                                JobKind.BACKUP,
                                context -> {
                                    throw new OutOfMemoryError("made by the test");
                                }));
        JobId id = enqueue(JobKind.BACKUP);
        Eventually.holds("both workers are dead", () -> pool.liveness().deadWorkers() == 2);
        assertThat(job(id).state()).isEqualTo(JobState.PENDING);
        assertThat(job(id).reason()).isEqualTo("OutOfMemoryError: made by the test");
        assertThat(job(id).attempts()).isEqualTo(2);
    }

    // ---- cancelling

    @Test
    void cancelReachesTheRunBeforeTheNextHeartbeat() {
        CountDownLatch started = new CountDownLatch(1);
        start(
                settings(LONG.multipliedBy(2), LONG),
                queue,
                handler(
                        JobKind.BACKUP,
                        context -> {
                            started.countDown();
                            Eventually.holds("cancellation", context.cancellation()::isRequested);
                            return Ended.with(new JobOutcome.Cancelled("{\"swept\":1}"));
                        }));
        JobId id = enqueue(JobKind.BACKUP);
        await(started);
        assertThat(queue.requestCancel(id, "root")).isTrue();
        assertThat(awaitState(id, JobState.CANCELLED).result()).isEqualTo("{\"swept\":1}");
    }

    @Test
    void cancelledExceptionEndsTheJobAsCancelled() {
        CountDownLatch started = new CountDownLatch(1);
        start(
                handler(
                        JobKind.BACKUP,
                        context -> {
                            started.countDown();
                            while (true) {
                                context.cancellation().check();
                                Thread.onSpinWait();
                            }
                        }));
        JobId id = enqueue(JobKind.BACKUP);
        await(started);
        queue.requestCancel(id, "root");
        awaitState(id, JobState.CANCELLED);
    }

    @Test
    void cancelledWithoutARequestIsAFailure() {
        start(handler(JobKind.BACKUP, context -> Ended.with(new JobOutcome.Cancelled("{}"))));
        assertThat(awaitState(enqueue(JobKind.BACKUP), JobState.FAILED).reason())
                .isEqualTo("the handler stopped although nobody asked for it");
    }

    // ---- stopping

    @Test
    void whoClaimsNoMoreEndsWhatRuns() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        WorkerPool pool =
                start(
                        handler(
                                JobKind.BACKUP,
                                _ -> {
                                    started.countDown();
                                    await(goOn);
                                    return succeeded();
                                }));
        JobId running = enqueue(JobKind.BACKUP);
        await(started);
        pool.claimNoMore();
        JobId waiting = enqueue(JobKind.BACKUP);
        goOn.countDown();
        awaitState(running, JobState.SUCCEEDED);
        assertThat(pool.liveness().claiming()).isFalse();
        assertThat(pool.liveness().deadWorkers()).isZero();
        assertThat(pool.stop()).isEmpty();
        assertThat(job(waiting).state()).isEqualTo(JobState.PENDING);
        assertThat(job(waiting).fence()).isZero();
    }

    @Test
    void stopHandsRunningJobsBackAndClaimsNoMore() {
        CountDownLatch started = new CountDownLatch(2);
        WorkerPool pool =
                start(
                        handler(
                                JobKind.BACKUP,
                                context -> {
                                    context.mark(Optional.of("half"));
                                    started.countDown();
                                    Eventually.holds("stop", context::isStopping);
                                    return Ended.with(new JobOutcome.HandedBack());
                                }));
        List<JobId> running = List.of(enqueue(JobKind.BACKUP), enqueue(JobKind.BACKUP));
        await(started);
        JobId waiting = enqueue(JobKind.BACKUP);
        assertThat(pool.stop()).isEmpty();
        for (JobId id : running) {
            assertThat(job(id).state()).isEqualTo(JobState.PENDING);
            assertThat(job(id).attempts()).isZero();
            assertThat(job(id).resumeMark()).contains("half");
        }
        assertThat(job(waiting).fence()).isZero();
    }

    @Test
    void stopDoesNotLoseAJobWhoseHandlerTakesItForACancellation() {
        CountDownLatch started = new CountDownLatch(2);
        WorkerPool pool =
                start(
                        handler(
                                JobKind.BACKUP,
                                context -> {
                                    started.countDown();
                                    Eventually.holds("stop", context.cancellation()::isRequested);
                                    return Ended.with(new JobOutcome.Cancelled("{}"));
                                }),
                        handler(
                                JobKind.UPLOAD,
                                context -> {
                                    started.countDown();
                                    Eventually.holds("stop", context.cancellation()::isRequested);
                                    context.cancellation().check();
                                    return succeeded();
                                }));
        JobId returns = enqueue(JobKind.BACKUP);
        JobId throwing = enqueue(JobKind.UPLOAD);
        await(started);
        pool.stop();
        assertThat(job(returns).state()).isEqualTo(JobState.PENDING);
        assertThat(job(throwing).state()).isEqualTo(JobState.PENDING);
    }

    @Test
    void stopWaitsOnlySoLong() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        PoolSettings impatient =
                new PoolSettings(
                        "n1",
                        Map.of(JobKind.Stage.PACK, 1),
                        LONG,
                        BRIEF,
                        BRIEF,
                        Duration.ofMillis(200),
                        backoff());
        WorkerPool pool =
                start(
                        impatient,
                        queue,
                        handler(
                                JobKind.BACKUP,
                                context -> {
                                    started.countDown();
                                    await(release);
                                    return succeeded();
                                }));
        JobId id = enqueue(JobKind.BACKUP);
        await(started);
        assertThat(pool.stop()).singleElement().asString().endsWith("/PACK-1");
        assertThat(job(id).state()).isEqualTo(JobState.ACTIVE);
        release.countDown();
        awaitState(id, JobState.SUCCEEDED);
    }

    @Test
    void aStageThatRunsIsGivenMoreWorkersAndNeverFewer() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        WorkerPool pool =
                start(
                        handler(
                                JobKind.UPLOAD,
                                context -> {
                                    running.incrementAndGet();
                                    await(release);
                                    return succeeded();
                                }));
        List<JobId> jobs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            jobs.add(enqueue(JobKind.UPLOAD));
        }
        Eventually.holds("the first worker", () -> running.get() == 1);
        pool.raise(JobKind.Stage.UPLOAD, 3);
        pool.raise(JobKind.Stage.UPLOAD, 1);
        pool.raise(JobKind.Stage.RESTORE, 3);
        Eventually.holds("three workers", () -> running.get() == 3);
        release.countDown();
        jobs.forEach(id -> awaitState(id, JobState.SUCCEEDED));
        assertThat(pool.liveness().deadWorkers()).isZero();
    }

    @Test
    void poolThatNeverStartedStops() {
        WorkerPool pool =
                new WorkerPool(queue, signal, List.of(), settings(LONG, BRIEF), (_, _) -> {});
        assertThat(pool.stop()).isEmpty();
    }

    // ---- leases

    @Test
    void heartbeatCarriesProgressAndKeepsTheLease() {
        CountDownLatch release = new CountDownLatch(1);
        start(
                settings(Duration.ofMillis(1_500), BRIEF),
                queue,
                handler(
                        JobKind.BACKUP,
                        context -> {
                            context.progress("{\"bytes\":7}");
                            await(release);
                            return succeeded();
                        }));
        JobId id = enqueue(JobKind.BACKUP);
        Eventually.holds("progress", () -> job(id).progress().equals("{\"bytes\":7}"));
        long until = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        Eventually.holds(
                "longer than a lease",
                () -> {
                    assertThat(job(id).fence()).isLessThanOrEqualTo(1);
                    return System.nanoTime() > until;
                });
        release.countDown();
        assertThat(awaitState(id, JobState.SUCCEEDED).fence()).isEqualTo(1);
    }

    @Test
    void lostLeaseEndsTheRunAndNothingIsWritten() {
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<Throwable> markFailure = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        start(
                settings(LONG, BRIEF),
                queue,
                handler(
                        JobKind.BACKUP,
                        context -> {
                            started.countDown();
                            Eventually.holds("cancellation", context.cancellation()::isRequested);
                            try {
                                context.mark(Optional.of("late"));
                            } catch (LeaseLostException e) {
                                markFailure.set(e);
                            }
                            ended.countDown();
                            return new Ended(
                                    new JobOutcome.Succeeded("{\"late\":1}"),
                                    new FollowUp(List.of(), List.of(request(JobKind.RESTORE))));
                        }));
        JobId id = enqueue(JobKind.BACKUP);
        await(started);
        takeAway(id);
        await(ended);
        assertThat(markFailure.get()).isInstanceOf(LeaseLostException.class);
        stopThePools();
        Job job = job(id);
        assertThat(job.state()).isEqualTo(JobState.PENDING);
        assertThat(job.resumeMark()).isEmpty();
        assertThat(job.result()).isEqualTo("{}");
        assertThat(queue.count(JobFilter.of(Set.of(JobKind.RESTORE), Set.of()))).isZero();
    }

    @Test
    void aRunThatLostItsLeaseKeepsItsAccountUntilItHasEnded() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        start(
                settings(LONG, BRIEF),
                queue,
                handler(
                        JobKind.BACKUP,
                        context -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            started.countDown();
                            // As in a system call that does not return.
                            await(release);
                            running.decrementAndGet();
                            return succeeded();
                        }));
        JobId id = queue.enqueue(request(JobKind.BACKUP).withExclusiveKey("account:demo")).id();
        await(started);
        takeAway(id);
        JobId next = queue.enqueue(request(JobKind.BACKUP).withExclusiveKey("account:demo")).id();
        queue.setPaused(JobKind.BACKUP, false, "test");
        for (JobId each : List.of(id, next)) {
            Eventually.holds(
                    "put off", () -> job(each).reason().contains("an earlier run of it has not"));
        }
        release.countDown();
        awaitState(id, JobState.SUCCEEDED);
        awaitState(next, JobState.SUCCEEDED);
        assertThat(most).hasValue(1);
        assertThat(job(id).attempts()).isEqualTo(2);
    }

    /// What another process does whose clock says that the lease ran out.
    private void takeAway(JobId id) {
        queue.setPaused(JobKind.BACKUP, true, "test");
        JdbcJobQueue later =
                new JdbcJobQueue(
                        store,
                        InstantSource.offset(InstantSource.system(), LONG.multipliedBy(5)),
                        WorkListener.none());
        Eventually.holds(
                "the lease is taken back",
                () -> {
                    later.reclaimExpired();
                    return job(id).state() == JobState.PENDING;
                });
    }

    @Test
    void expiredLeaseOfADeadWorkerIsRunAgain() {
        JobId id = enqueue(JobKind.BACKUP);
        assertThat(queue.claim("dead", "n1", Set.of(JobKind.BACKUP), Duration.ofMillis(1)))
                .isPresent();
        start(handler(JobKind.BACKUP, context -> succeeded()));
        assertThat(awaitState(id, JobState.SUCCEEDED).attempts()).isEqualTo(2);
    }

    @Test
    void runEndsWhenTheStoreIsAwayLongerThanItsLease() {
        FaultyQueue faulty = new FaultyQueue(queue);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        start(
                settings(Duration.ofMillis(200), BRIEF),
                faulty.queue(),
                handler(
                        JobKind.BACKUP,
                        context -> {
                            started.countDown();
                            Eventually.holds("cancellation", context.cancellation()::isRequested);
                            ended.countDown();
                            return succeeded();
                        }));
        JobId id = enqueue(JobKind.BACKUP);
        await(started);
        faulty.fail("renew", "finish", "claim", "reclaimExpired");
        await(ended);
        assertThat(job(id).state()).isEqualTo(JobState.ACTIVE);
    }

    @Test
    void endIsWrittenDownWhenTheStoreComesBack() {
        FaultyQueue faulty = new FaultyQueue(queue);
        WorkerPool pool =
                start(
                        settings(LONG, BRIEF),
                        faulty.queue(),
                        handler(
                                JobKind.BACKUP,
                                context -> {
                                    faulty.fail("finish", "claim");
                                    return succeeded();
                                }));
        JobId id = enqueue(JobKind.BACKUP);
        Eventually.holds("finish failed", () -> faulty.failures() > 0);
        assertThat(job(id).state()).isEqualTo(JobState.ACTIVE);
        assertThat(pool.liveness().running()).isEqualTo(1);
        faulty.heal();
        awaitState(id, JobState.SUCCEEDED);
    }

    @Test
    void workersGoOnAfterTheStoreWasAway() {
        FaultyQueue faulty = new FaultyQueue(queue);
        faulty.fail("claim", "reclaimExpired");
        WorkerPool pool =
                start(
                        settings(LONG, BRIEF),
                        faulty.queue(),
                        handler(JobKind.BACKUP, context -> succeeded()));
        JobId id = enqueue(JobKind.BACKUP);
        Eventually.holds("several failures", () -> faulty.failures() > 5);
        assertThat(pool.liveness().deadWorkers()).isZero();
        assertThat(pool.liveness().sinceStoreAnswered())
                .isGreaterThan(pool.liveness().sinceHeartbeat());
        faulty.heal();
        awaitState(id, JobState.SUCCEEDED);
    }

    // ---- many

    @Test
    void stageRunsNoMoreThanItsWorkersAndOtherStagesDoNotWait() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        start(
                handler(
                        JobKind.BACKUP,
                        context -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            await(release);
                            running.decrementAndGet();
                            return succeeded();
                        }),
                handler(JobKind.UPLOAD, context -> succeeded()));
        List<JobId> backups = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            backups.add(enqueue(JobKind.BACKUP));
        }
        Eventually.holds("two run", () -> running.get() == 2);
        awaitState(enqueue(JobKind.UPLOAD), JobState.SUCCEEDED);
        release.countDown();
        backups.forEach(id -> awaitState(id, JobState.SUCCEEDED));
        assertThat(most).hasValue(2);
    }

    @Test
    void idleWorkerIsWokenByTheQueue() {
        PoolSettings drowsy =
                new PoolSettings(
                        "n1",
                        Map.of(JobKind.Stage.PACK, 1),
                        LONG.multipliedBy(2),
                        LONG,
                        LONG,
                        Duration.ofSeconds(10),
                        backoff());
        WorkerPool pool = start(drowsy, queue, handler(JobKind.BACKUP, context -> succeeded()));
        awaitState(enqueue(JobKind.BACKUP), JobState.SUCCEEDED);
        awaitState(enqueue(JobKind.BACKUP), JobState.SUCCEEDED);
        assertThat(pool.liveness().deadWorkers()).isZero();
        assertThat(pool.stop()).isEmpty();
    }

    @Test
    void jobsOfOtherNodesAndOfKindsWithoutHandlerAreLeft() {
        start(handler(JobKind.BACKUP, context -> succeeded()));
        JobId foreign = queue.enqueue(request(JobKind.BACKUP).onNode("n2")).id();
        JobId unknown = enqueue(JobKind.RESTORE);
        awaitState(enqueue(JobKind.BACKUP), JobState.SUCCEEDED);
        assertThat(job(foreign).fence()).isZero();
        assertThat(job(unknown).fence()).isZero();
    }

    @Test
    void twoHandlersForOneKindAreRefused() {
        JobHandler handler = handler(JobKind.BACKUP, context -> succeeded());
        assertThatThrownBy(() -> start(handler, handler))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two handlers for BACKUP");
    }

    // ---- what the tests share

    private interface Body {
        Ended run(JobContext context) throws Exception;
    }

    private static JobHandler handler(JobKind kind, Body body) {
        return new JobHandler() {
            @Override
            public JobKind kind() {
                return kind;
            }

            @Override
            public Ended run(JobContext context) throws Exception {
                return body.run(context);
            }
        };
    }

    private WorkerPool start(JobHandler... handlers) {
        return start(settings(Duration.ofSeconds(60), BRIEF), queue, handlers);
    }

    private WorkerPool start(PoolSettings settings, JobQueue of, JobHandler... handlers) {
        WorkerPool pool =
                new WorkerPool(
                        of, signal, List.of(handlers), settings, (_, thrown) -> error.set(thrown));
        pools.add(pool);
        pool.start();
        return pool;
    }

    private static PoolSettings settings(Duration leaseFor, Duration heartbeat) {
        return new PoolSettings(
                "n1",
                Map.of(JobKind.Stage.PACK, 2, JobKind.Stage.UPLOAD, 1),
                leaseFor,
                heartbeat,
                BRIEF,
                Duration.ofSeconds(20),
                backoff());
    }

    private static Backoff backoff() {
        return new Backoff(Duration.ZERO, Duration.ZERO, new SplittableRandom(1));
    }

    private static Ended succeeded() {
        return Ended.with(new JobOutcome.Succeeded("{}"));
    }

    private static JobRequest request(JobKind kind) {
        return JobRequest.of(kind, "demo", "root", "{}");
    }

    private JobId enqueue(JobKind kind) {
        return queue.enqueue(request(kind)).id();
    }

    private Job job(JobId id) {
        return queue.find(id).orElseThrow();
    }

    private Job awaitState(JobId id, JobState state) {
        Eventually.holds("job is " + state, () -> job(id).state() == state);
        return job(id);
    }

    private static void await(CountDownLatch latch) {
        Eventually.holds("latch", () -> latch.getCount() == 0);
    }
}
