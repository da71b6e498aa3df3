package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.queue.WorkListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PostgreSQL is killed under four clients that make moves of the queue, by SIGKILL of all its
/// processes and by SIGQUIT in turn: each move that was acknowledged is there when it is back, also
/// where the server's default does not wait for the disk. Longer: `-Dpackhorse.postgres.kills=100`.
class PostgresKillTest {
    private static final int ROUNDS = Integer.getInteger("packhorse.postgres.kills", 4);
    private static final int MOVES_A_ROUND = 60;
    private static final List<JobState> ORDER =
            List.of(JobState.PENDING, JobState.ACTIVE, JobState.SUCCEEDED);

    @TempDir private Path work;

    /// The furthest state of each job that somebody was told of.
    private final Map<JobId, JobState> acknowledged = new ConcurrentHashMap<>();

    private final AtomicInteger moves = new AtomicInteger();

    /// From just before the server is: only then may its clients fail.
    private volatile boolean killed;

    @Test
    void eachAcknowledgedMoveIsThereWhenTheServerIsBack() throws Exception {
        try (SharedStore server = SharedStore.start(work);
                Store store = Store.open(server.store("?options=-c%20synchronous_commit=off"))) {
            JdbcJobQueue queue =
                    new JdbcJobQueue(
                            store, store.clock(InstantSource.system()), WorkListener.none());
            for (int round = 0; round < ROUNDS; round++) {
                killUnderLoad(server, queue, round % 2 == 0);
                server.restart();
                assertAllIsThere(queue);
            }
            assertThat(moves.get()).isGreaterThanOrEqualTo(ROUNDS * MOVES_A_ROUND);
            System.out.printf(
                    "figure: %d kills of PostgreSQL, %d acknowledged moves: each is there%n",
                    ROUNDS, moves.get());
        }
    }

    private void killUnderLoad(SharedStore server, JdbcJobQueue queue, boolean all)
            throws Exception {
        int wanted = moves.get() + MOVES_A_ROUND;
        killed = false;
        List<FutureTask<?>> clients = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            String name = "client" + client;
            FutureTask<?> moving = new FutureTask<>(() -> moveUntilKilled(queue, name));
            clients.add(moving);
            Thread.ofPlatform().daemon().start(moving);
        }
        DaemonUnderTest.await(
                Duration.ofMinutes(2),
                () -> moves.get() >= wanted || clients.stream().anyMatch(FutureTask::isDone));
        killed = true;
        if (all) {
            server.kill();
        } else {
            server.quit();
        }
        for (FutureTask<?> client : clients) {
            client.get(2, TimeUnit.MINUTES);
        }
    }

    /// Fails with whatever goes wrong before the server is killed, and with a lost lease ever.
    private Object moveUntilKilled(JdbcJobQueue queue, String name) throws LeaseLostException {
        try {
            while (true) {
                move(queue, name);
            }
        } catch (QueueException e) {
            if (!killed) {
                throw e;
            }
            return name;
        }
    }

    private void move(JdbcJobQueue queue, String name) throws LeaseLostException {
        JobId id = queue.enqueue(JobRequest.of(JobKind.PRUNE, name, "root", "{}")).id();
        acknowledge(id, JobState.PENDING);
        Optional<Lease> lease =
                queue.claim(name, "", Set.of(JobKind.PRUNE), Set.of(), Duration.ofMinutes(30));
        if (lease.isPresent()) {
            acknowledge(lease.get().job().id(), JobState.ACTIVE);
            queue.finish(lease.get(), new JobOutcome.Succeeded("{}"), FollowUp.NONE);
            acknowledge(lease.get().job().id(), JobState.SUCCEEDED);
        }
    }

    private void acknowledge(JobId id, JobState state) {
        acknowledged.merge(
                id, state, (one, two) -> ORDER.indexOf(one) > ORDER.indexOf(two) ? one : two);
        moves.incrementAndGet();
    }

    private void assertAllIsThere(JdbcJobQueue queue) {
        for (Map.Entry<JobId, JobState> each : acknowledged.entrySet()) {
            assertThat(queue.find(each.getKey()))
                    .as("%s, which was %s", each.getKey(), each.getValue())
                    .hasValueSatisfying(job ->
                            assertThat(ORDER.indexOf(job.state()))
                                    .as("state of %s", job)
                                    .isGreaterThanOrEqualTo(ORDER.indexOf(each.getValue())));
        }
    }
}
