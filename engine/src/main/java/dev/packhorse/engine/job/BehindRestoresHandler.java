package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import java.time.Duration;

/// A handler whose jobs pack an account, and wait while a restore of it has begun and is to go on:
/// between two tries of one nothing else keeps them off. They would pack what is half restored, and
/// might put it in the place of the very archive that the next try reads.
public record BehindRestoresHandler(JobHandler handler, OpenRestores restores)
        implements JobHandler {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    @Override
    public JobKind kind() {
        return handler.kind();
    }

    @Override
    public boolean takesScheduled() {
        return handler.takesScheduled();
    }

    @Override
    public Ended run(JobContext context) throws Exception {
        String subject = context.lease().job().request().subject();
        if (AccountName.isValid(subject) && restores.holdUpPacking(new AccountName(subject))) {
            return Ended.with(
                    new JobOutcome.Snoozed(
                            PAUSE, "a restore of the account has begun and goes on first"));
        }
        return handler.run(context);
    }
}
