package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server with a store of its own that is called `a` first and `b` then.
class JobRebindingTest {
    private static final Duration LEASE = Duration.ofMinutes(1);

    @TempDir Path folder;
    private final SettableClock clock = SettableClock.somewhere();
    private Store store;
    private JdbcJobQueue queue;

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, clock, WorkListener.none(), "a");
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private int renamed() throws Exception {
        store.close();
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, clock, WorkListener.none(), "b");
        return queue.takeOver("b");
    }

    private static JobRequest backup(String account, String node) {
        return JobRequest.of(JobKind.BACKUP, account, "root", "{}")
                .withUniqueKey("backup:2026-03-07:" + account)
                .withExclusiveKey("account:" + account)
                .onNode(node);
    }

    private Optional<Lease> claim(String node) {
        return queue.claim(node + "/w", node, Set.of(JobKind.BACKUP), LEASE);
    }

    @Test
    void openJobsGoOnUnderTheNewName() throws Exception {
        JobId active = queue.enqueue(backup("dave", "a")).id();
        assertThat(claim("a")).isPresent();
        JobId waiting = queue.enqueue(backup("erin", "a")).id();
        JobId free = queue.enqueue(JobRequest.of(JobKind.BACKUP, "gina", "root", "{}")).id();

        assertThat(renamed()).isEqualTo(2);
        assertThat(queue.takeOver("b")).as("there is nothing more").isZero();
        assertThat(queue.enqueue(backup("dave", "b")).id()).isEqualTo(active);
        assertThat(queue.enqueue(backup("erin", "b")).id()).isEqualTo(waiting);
        // Until its lease is over somebody is at dave.
        JobId second =
                queue.enqueue(
                                JobRequest.of(JobKind.BACKUP, "dave", "root", "{}")
                                        .withExclusiveKey("account:dave")
                                        .onNode("b"))
                        .id();
        assertThat(claim("b").orElseThrow().job().id()).isEqualTo(waiting);
        assertThat(claim("b").orElseThrow().job().id()).isEqualTo(free);
        assertThat(claim("b")).isEmpty();

        clock.advance(LEASE.plusSeconds(1));
        queue.reclaimExpired();
        clock.advance(Duration.ofHours(1));
        Lease again = claim("b").orElseThrow();
        assertThat(again.job().id()).isEqualTo(active);
        assertThat(again.job().request().node()).contains("b");
        queue.finish(again, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        assertThat(queue.find(second).orElseThrow().state()).isEqualTo(JobState.PENDING);
    }

    @Test
    void whatFailedIsTriedAgainUnderTheNewName() throws Exception {
        JobId failed = queue.enqueue(backup("dave", "a")).id();
        queue.finish(claim("a").orElseThrow(), new JobOutcome.Failed("{}", "no"), FollowUp.NONE);
        assertThat(renamed()).isZero();
        assertThat(queue.retry(failed, "root")).isTrue();
        assertThat(claim("b").orElseThrow().job().id()).isEqualTo(failed);
    }

    /// Of an earlier version, which took jobs under the new name beside those it left.
    @Test
    void oneOfTwoThatDoTheSameIsCalledOff() throws Exception {
        JobId active = queue.enqueue(backup("dave", "a")).id();
        assertThat(claim("a")).isPresent();
        JobId waiting = queue.enqueue(backup("erin", "a")).id();
        JobId newer = queue.enqueue(backup("dave", "b")).id();
        JobId newest = queue.enqueue(backup("erin", "b")).id();
        assertThat(claim("b").orElseThrow().job().id()).isEqualTo(newer);

        renamed();
        for (JobId each : Set.of(active, waiting)) {
            assertThat(queue.find(each).orElseThrow())
                    .satisfies(job -> {
                        assertThat(job.state()).isEqualTo(JobState.CANCELLED);
                        assertThat(job.reason()).contains("is called b now");
                    });
        }
        assertThat(claim("b").orElseThrow().job().id()).isEqualTo(newest);
    }

    /// Both were worked on by daemons that are gone.
    @Test
    void twoThatExcludeEachOtherRunOneAfterTheOther() throws Exception {
        for (String node : Set.of("a", "b")) {
            queue.enqueue(
                    JobRequest.of(JobKind.BACKUP, "dave", "root", "{}")
                            .withExclusiveKey("account:dave")
                            .onNode(node));
            assertThat(claim(node)).isPresent();
        }
        assertThat(renamed()).isEqualTo(1);
        clock.advance(LEASE.plusSeconds(1));
        assertThat(queue.reclaimExpired()).isEqualTo(2);
        clock.advance(Duration.ofHours(1));
        Lease first = claim("b").orElseThrow();
        assertThat(claim("b")).isEmpty();
        queue.finish(first, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        assertThat(claim("b")).isPresent();
    }

    @Test
    void aNightThatWasFiredIsNotFiredAgain() throws Exception {
        JobRequest run = JobRequest.of(JobKind.RUN, "2026-03-07", "schedule", "{}").onNode("a");
        assertThat(queue.fireSlot("backup@a", "2026-03-07", run)).isPresent();
        renamed();
        assertThat(queue.newestSlot("backup@b")).contains("2026-03-07");
        assertThat(queue.fireSlot("backup@b", "2026-03-07", run.onNode("b"))).isEmpty();
        assertThat(queue.takeOver("b")).isZero();
    }
}
