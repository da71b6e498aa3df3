package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobRequest.Priority;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A living account and one that may be gone, in the queue of a recovery.
class LastRestoresHandlerTest {
    private static final Duration AGAIN = Duration.ofMinutes(5);

    @TempDir private Path folder;
    private final SettableClock clock = SettableClock.somewhere();
    private Store store;
    private JobQueue queue;
    private LastRestoresHandler handler;

    private record Done() implements JobHandler {
        @Override
        public JobKind kind() {
            return JobKind.RESTORE;
        }

        @Override
        public Ended run(JobContext context) {
            return Ended.with(new JobOutcome.Succeeded("{}"));
        }
    }

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        handler = new LastRestoresHandler(new Done(), queue);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private void enqueue(String account, int priority) {
        queue.enqueue(JobRequest.of(JobKind.RESTORE, account, "root", "{}").withPriority(priority));
    }

    private Lease claim(String account) {
        Lease lease =
                queue.claim("w", "node1", Set.of(JobKind.RESTORE), Duration.ofMinutes(1))
                        .orElseThrow();
        assertThat(lease.job().request().subject()).isEqualTo(account);
        return lease;
    }

    private JobOutcome run(Lease lease) throws Exception {
        JobOutcome outcome = handler.run(new TestJob(lease, Cancellation.never())).outcome();
        queue.finish(lease, outcome, FollowUp.NONE);
        return outcome;
    }

    /// The claim alone would give the last ones out as soon as a first one waits for its next try.
    @Test
    void theLastWaitForATryThatIsStillToCome() throws Exception {
        enqueue("living", Priority.RESTORE);
        enqueue("gone", Priority.LAST_RESTORE);
        enqueue("gone2", Priority.LAST_RESTORE);
        queue.finish(
                claim("living"),
                new JobOutcome.RetryAfter(AGAIN, "the network failed"),
                FollowUp.NONE);

        assertThat(run(claim("gone")))
                .isInstanceOfSatisfying(
                        JobOutcome.Snoozed.class,
                        wait ->
                                assertThat(wait.reason())
                                        .isEqualTo(
                                                "1 restores of accounts with newer backups come first"));

        clock.advance(AGAIN);
        assertThat(run(claim("living"))).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(run(claim("gone"))).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void whatIsAskedForLaterKeepsNobodyBack() throws Exception {
        enqueue("gone", Priority.LAST_RESTORE);
        clock.advance(Duration.ofSeconds(1));
        enqueue("later", Priority.RESTORE);
        claim("later");

        assertThat(run(claim("gone"))).isInstanceOf(JobOutcome.Succeeded.class);
    }
}
