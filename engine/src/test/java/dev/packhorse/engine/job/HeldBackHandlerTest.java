package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.host.AccountHolds;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.transport.spi.Cancellation;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Jobs about accounts that somebody makes, suspends or removes.
class HeldBackHandlerTest {
    private final AccountHolds holds = new AccountHolds();
    private final HeldBackHandler handler = new HeldBackHandler(new Done(), holds);

    /// Does what there is to do at once.
    private record Done() implements JobHandler {
        @Override
        public JobKind kind() {
            return JobKind.BACKUP;
        }

        @Override
        public Ended run(JobContext context) {
            return Ended.with(new JobOutcome.Succeeded("{}"));
        }
    }

    private JobOutcome run(String subject) throws Exception {
        return handler.run(
                        TestJob.of(
                                JobId.random(),
                                JobKind.BACKUP,
                                subject,
                                Map.of(),
                                DemoPlant.NOW,
                                Cancellation.never()))
                .outcome();
    }

    @Test
    void jobsWaitWhileTheirAccountIsHeld() throws Exception {
        AccountName alice = new AccountName("alice");
        try (AccountHolds.Hold _ = holds.take(alice).orElseThrow()) {
            assertThat(holds.take(alice)).isEmpty();
            assertThat(run("alice")).isInstanceOf(JobOutcome.Snoozed.class);
            assertThat(run("bob")).isInstanceOf(JobOutcome.Succeeded.class);
            assertThat(run("no account")).isInstanceOf(JobOutcome.Succeeded.class);
        }
        assertThat(run("alice")).isInstanceOf(JobOutcome.Succeeded.class);
    }
}
