package dev.packhorse.engine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What becomes of a job at the end of each kind of run.
class RunEndingTest {
    private static final Instant NOW = Instant.parse("2026-03-07T09:00:00Z");

    private static Job job(int attempts, boolean cancelRequested, Optional<String> worker) {
        return new Job(
                JobId.random(),
                JobRequest.of(JobKind.BACKUP, "demo", "root", "{}"),
                JobState.ACTIVE,
                NOW,
                Optional.of(NOW),
                Optional.empty(),
                attempts,
                1,
                worker,
                cancelRequested,
                "{}",
                Optional.empty(),
                "{}",
                "as before");
    }

    private static RunEnding of(JobOutcome outcome) {
        return RunEnding.of(job(1, false, Optional.of("w")), outcome, NOW);
    }

    @Test
    void whatIsDoneIsDone() {
        RunEnding succeeded = of(new JobOutcome.Succeeded("{\"a\":1}"));
        assertThat(succeeded.to()).isEqualTo(JobState.SUCCEEDED);
        assertThat(succeeded.result()).contains("{\"a\":1}");
        assertThat(succeeded.keepsMark()).isFalse();
        assertThat(succeeded.attemptCounts()).isTrue();
        assertThat(of(new JobOutcome.Partial("{}", "one")).to()).isEqualTo(JobState.PARTIAL);
        assertThat(of(new JobOutcome.Partial("{}", "one")).reason()).isEqualTo("one");
        assertThat(of(new JobOutcome.Cancelled("{}")).to()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void whatNobodyNeedsAnyMoreIsCancelledAndSaysWhy() {
        RunEnding superseded = of(new JobOutcome.Superseded("a later one"));
        assertThat(superseded.to()).isEqualTo(JobState.CANCELLED);
        assertThat(superseded.reason()).isEqualTo("a later one");
        assertThat(superseded.keepsMark()).isFalse();
    }

    @Test
    void whatFailedMayGoOnFromItsMark() {
        RunEnding failed = of(new JobOutcome.Failed("{}", "no space"));
        assertThat(failed.to()).isEqualTo(JobState.FAILED);
        assertThat(failed.keepsMark()).isTrue();
        assertThat(failed.reason()).isEqualTo("no space");
    }

    @Test
    void aRetryWaitsAnHourAtMost() {
        Duration shortly = Duration.ofMinutes(5);
        assertThat(of(new JobOutcome.RetryAfter(shortly, "busy")).runAt())
                .isEqualTo(NOW.plus(shortly));
        assertThat(of(new JobOutcome.RetryAfter(Duration.ofHours(1), "busy")).runAt())
                .isEqualTo(NOW.plus(RunEnding.LONGEST_DELAY));
        assertThat(of(new JobOutcome.RetryAfter(Duration.ofDays(9), "busy")).runAt())
                .isEqualTo(NOW.plus(RunEnding.LONGEST_DELAY));
    }

    @Test
    void theLastAttemptEndsTheJob() {
        JobOutcome again = new JobOutcome.RetryAfter(Duration.ZERO, "busy");
        int most = job(1, false, Optional.empty()).request().maxAttempts();
        RunEnding last = RunEnding.of(job(most, false, Optional.of("w")), again, NOW);
        assertThat(last.to()).isEqualTo(JobState.FAILED);
        assertThat(last.reason()).isEqualTo("busy (attempt " + most + ", the last)");
        RunEnding before = RunEnding.of(job(most - 1, false, Optional.of("w")), again, NOW);
        assertThat(before.to()).isEqualTo(JobState.PENDING);
        assertThat(before.attemptCounts()).isTrue();
        assertThat(before.snoozed()).isFalse();
    }

    @Test
    void waitingAndStoppingCountNoAttempt() {
        RunEnding snoozed = of(new JobOutcome.Snoozed(Duration.ofMinutes(1), "paused"));
        assertThat(snoozed.to()).isEqualTo(JobState.PENDING);
        assertThat(snoozed.attemptCounts()).isFalse();
        assertThat(snoozed.snoozed()).isTrue();
        RunEnding back = of(new JobOutcome.HandedBack());
        assertThat(back.attemptCounts()).isFalse();
        assertThat(back.snoozed()).isFalse();
        assertThat(back.runAt()).isEqualTo(RunEnding.AT_ONCE);
        assertThat(back.reason()).isEqualTo("as before");
    }

    @Test
    void aJobWhoseEndWasAskedForNeverWaitsAgain() {
        Job asked = job(1, true, Optional.of("w"));
        JobOutcome snoozed = new JobOutcome.Snoozed(Duration.ZERO, "paused");
        JobOutcome again = new JobOutcome.RetryAfter(Duration.ZERO, "busy");
        assertThat(RunEnding.of(asked, snoozed, NOW).to()).isEqualTo(JobState.CANCELLED);
        assertThat(RunEnding.of(asked, again, NOW).to()).isEqualTo(JobState.CANCELLED);
        assertThat(RunEnding.ofLostLease(asked, NOW).to()).isEqualTo(JobState.CANCELLED);
        assertThat(RunEnding.of(asked, new JobOutcome.Succeeded("{}"), NOW).to())
                .isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void onlyWhatMayStillRunIsOpen() {
        assertThat(JobState.values())
                .filteredOn(JobState::isOpen)
                .containsExactlyInAnyOrder(JobState.HELD, JobState.PENDING, JobState.ACTIVE);
    }

    @Test
    void aLostLeaseNamesItsWorker() {
        RunEnding lost = RunEnding.ofLostLease(job(1, false, Optional.of("w7")), NOW);
        assertThat(lost.to()).isEqualTo(JobState.PENDING);
        assertThat(lost.runAt()).isEqualTo(RunEnding.AT_ONCE);
        assertThat(lost.reason()).isEqualTo("the lease of worker w7 ran out");
    }
}
