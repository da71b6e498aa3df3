package dev.packhorse.engine.job;

import dev.packhorse.engine.host.AccountHolds;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import java.time.Duration;

/// A handler whose jobs wait while their account is being made, suspended or removed: what they
/// would find of it is not what anybody wants to have.
public record HeldBackHandler(JobHandler handler, AccountHolds holds) implements JobHandler {
    private static final Duration PAUSE = Duration.ofSeconds(10);

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
        if (AccountName.isValid(subject) && holds.isHeld(new AccountName(subject))) {
            return Ended.with(
                    new JobOutcome.Snoozed(
                            PAUSE, "the account is being made, suspended or removed"));
        }
        return handler.run(context);
    }
}
