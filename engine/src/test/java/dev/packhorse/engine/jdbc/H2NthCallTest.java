package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.faults.Faults;
import dev.packhorse.engine.faults.FaultyFiles;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whichever call to the file system fails while the embedded store is opened and used: what the
/// queue acknowledged is there after the next start, every job in one state, and all can be moved
/// on. Every call: `-Dpackhorse.calls.step=1`.
class H2NthCallTest {
    private static final int STEP = Integer.getInteger("packhorse.calls.step", 5);
    private static final Duration LEASE = Duration.ofMinutes(1);

    @TempDir private Path folder;
    private final SettableClock clock = SettableClock.somewhere();
    private final List<Acknowledged> acknowledged = new ArrayList<>();

    /// A move that the queue said was made.
    private record Acknowledged(JobId job, JobState state) {}

    @BeforeEach
    void makeTheTables() throws Exception {
        try (Store store = TestStore.h2(Files.createDirectory(folder.resolve("made")))) {
            queue(store).enqueue(JobQueueContract.backup("before"));
        }
    }

    private JdbcJobQueue queue(Store store) {
        return new JdbcJobQueue(store, clock, WorkListener.none());
    }

    @ParameterizedTest
    @EnumSource
    void whatWasAcknowledgedIsThereAfterTheNextStart(Faults.Kind kind) throws Exception {
        int failures = 0;
        for (int call = 1; fails(kind, call); call += STEP) {
            failures++;
        }
        System.out.printf("figure: %d failing calls of the store, %s%n", failures, kind);
        assertThat(failures).isGreaterThan(20 / STEP);
    }

    private boolean fails(Faults.Kind kind, int call) throws Exception {
        Path round = Files.createDirectory(folder.resolve(kind + "-" + call));
        Files.copy(folder.resolve("made/queue.mv.db"), round.resolve("queue.mv.db"));
        acknowledged.clear();
        Faults faults = new Faults(kind, call);
        use(round, faults);
        // what the next process sees: this one may still hold the lock of a store that failed
        Path next = Files.createDirectory(folder.resolve(kind + "-" + call + "-next"));
        Files.copy(round.resolve("queue.mv.db"), next.resolve("queue.mv.db"));
        assertNothingIsLost(next, call);
        return faults.failed();
    }

    /// A daemon that comes to a stop where the store fails.
    private void use(Path round, Faults faults) {
        try (Store store = RecordedPath.open(round, FaultyFiles.of(round, faults))) {
            JdbcJobQueue queue = queue(store);
            for (int i = 0; i < 3; i++) {
                work(queue, "account" + i);
            }
        } catch (StoreException | QueueException _) {
            assertThat(faults.failed()).isTrue();
        }
    }

    private void work(JdbcJobQueue queue, String account) {
        JobId id = queue.enqueue(JobQueueContract.backup(account)).id();
        acknowledged.add(new Acknowledged(id, JobState.PENDING));
        Lease lease = queue.claim("w", "n", Set.of(JobKind.BACKUP), LEASE).orElseThrow();
        acknowledged.add(new Acknowledged(lease.job().id(), JobState.ACTIVE));
        try {
            queue.finish(lease, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        } catch (LeaseLostException e) {
            throw new AssertionError(e);
        }
        acknowledged.add(new Acknowledged(lease.job().id(), JobState.SUCCEEDED));
    }

    private void assertNothingIsLost(Path round, int call) throws Exception {
        try (Store store = TestStore.h2(round)) {
            JdbcJobQueue queue = queue(store);
            for (Acknowledged move : acknowledged) {
                assertThat(queue.events(move.job()))
                        .as("call %d, %s", call, move)
                        .extracting(JobEvent::to)
                        .contains(move.state());
            }
            queue.list(JobQueueContract.all())
                    .forEach(job ->
                            assertThat(queue.events(job.id()).getLast().to())
                                    .isEqualTo(job.state()));
            clock.advance(LEASE.plusSeconds(1));
            queue.reclaimExpired();
            while (queue.claim("w2", "n", Set.of(JobKind.BACKUP), LEASE).isPresent()) {
                assertThat(queue.reclaimExpired()).isZero();
            }
            assertThat(queue.list(JobQueueContract.all()))
                    .hasSizeBetween(1, 4)
                    .allMatch(job ->
                            job.state() == JobState.ACTIVE || job.state() == JobState.SUCCEEDED);
        }
    }
}
