package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.WorkListener;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Many threads at one store, through queue objects of their own as separate processes have them.
abstract class JobQueueRaceContract {
    private static final int THREADS = 8;
    private static final int JOBS = 2_000;
    private static final int ACCOUNTS = 40;
    private static final Set<JobKind> ALL = Set.of(JobKind.values());

    private List<JdbcJobQueue> queues;

    abstract Store store();

    @BeforeEach
    void emptyTheStore() throws SQLException {
        TestStore.empty(store());
        queues =
                IntStream.range(0, THREADS)
                        .mapToObj(_ ->
                                new JdbcJobQueue(
                                        store(), InstantSource.system(), WorkListener.none()))
                        .toList();
    }

    @Test
    void noJobIsClaimedTwiceAndExclusiveKeysHold() throws Exception {
        inAllThreads(thread -> {
            for (int i = thread; i < JOBS; i += THREADS) {
                String account = "account" + i % ACCOUNTS;
                queues.get(thread)
                        .enqueue(
                                JobRequest.of(JobKind.BACKUP, account, "root", "{}")
                                        .withExclusiveKey("account:" + account));
            }
            return true;
        });
        Set<JobId> claimed = ConcurrentHashMap.newKeySet();
        Set<String> busy = ConcurrentHashMap.newKeySet();
        List<List<String>> breaches = inAllThreads(thread -> drain(thread, claimed, busy));

        assertThat(breaches.stream().flatMap(List::stream)).isEmpty();
        assertThat(claimed).hasSize(JOBS);
        JobFilter succeeded = JobFilter.of(Set.of(), Set.of(JobState.SUCCEEDED));
        assertThat(queues.getFirst().count(succeeded)).isEqualTo(JOBS);
        System.out.printf(
                "figure: %d jobs of %d accounts, %d claimers, none claimed twice%n",
                JOBS, ACCOUNTS, THREADS);
    }

    private List<String> drain(int thread, Set<JobId> claimed, Set<String> busy) throws Exception {
        JdbcJobQueue queue = queues.get(thread);
        List<String> breaches = new ArrayList<>();
        JobFilter open = JobFilter.of(Set.of(), Set.of(JobState.PENDING, JobState.ACTIVE));
        while (true) {
            Optional<Lease> lease = queue.claim("w" + thread, "n", ALL, JobQueueContract.LEASE);
            if (lease.isEmpty()) {
                if (queue.count(open) == 0) {
                    return breaches;
                }
                continue;
            }
            String account = lease.get().job().request().subject();
            if (!claimed.add(lease.get().job().id())) {
                breaches.add("claimed twice: " + lease);
            }
            if (!busy.add(account)) {
                breaches.add("two at a time: " + account);
            }
            queue.paused();
            busy.remove(account);
            queue.finish(lease.get(), JobQueueContract.succeeded(), FollowUp.NONE);
        }
    }

    @Test
    void oneOfManyEnqueuersAddsTheUniqueJob() throws Exception {
        for (int round = 0; round < 20; round++) {
            JobRequest request =
                    JobRequest.of(JobKind.RUN, "x", "root", "{}").withUniqueKey("key" + round);
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Enqueued> answers =
                    inAllThreads(thread -> {
                        start.await();
                        return queues.get(thread).enqueue(request);
                    });
            assertThat(answers).filteredOn(Enqueued::added).hasSize(1);
            assertThat(answers).extracting(Enqueued::id).containsOnly(answers.getFirst().id());
        }
    }

    @Test
    void oneOfManyFiresTheSlot() throws Exception {
        for (int round = 0; round < 20; round++) {
            String slot = "slot" + round;
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Optional<JobId>> answers =
                    inAllThreads(thread -> {
                        start.await();
                        return queues.get(thread).fireSlot("backup", slot, JobQueueContract.run());
                    });
            assertThat(answers).filteredOn(Optional::isPresent).hasSize(1);
        }
        assertThat(queues.getFirst().count(JobQueueContract.all())).isEqualTo(20);
    }

    @Test
    void cancelAndClaimNeverBothWin() throws Exception {
        for (int round = 0; round < 50; round++) {
            JobId id = queues.getFirst().enqueue(JobQueueContract.backup("a")).id();
            CyclicBarrier start = new CyclicBarrier(2);
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                Future<Boolean> cancel =
                        threads.submit(() -> {
                            start.await();
                            return queues.get(0).requestCancel(id, "root");
                        });
                Future<Optional<Lease>> claim =
                        threads.submit(() -> {
                            start.await();
                            return queues.get(1).claim("w", "n", ALL, JobQueueContract.LEASE);
                        });
                assertThat(cancel.get()).isTrue();
                JobState state = queues.getFirst().find(id).orElseThrow().state();
                assertThat(state)
                        .isEqualTo(claim.get().isPresent() ? JobState.ACTIVE : JobState.CANCELLED);
            }
        }
    }

    private interface Work<R> {
        R run(int thread) throws Exception;
    }

    private static <R> List<R> inAllThreads(Work<R> work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<R>> calls = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                calls.add(() -> work.run(thread));
            }
            List<R> results = new ArrayList<>();
            for (Future<R> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
