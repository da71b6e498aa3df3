package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.posix.LowPriority;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import java.util.Optional;

/// A handler whose scheduled jobs wait until they are admitted, and may run behind everything else
/// on the machine.
///
/// @param lowPriority whether they do
public record AdmittedHandler(JobHandler handler, Admission admission, boolean lowPriority)
        implements JobHandler {
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
        Optional<JobOutcome> deferral = admission.deferral(context.lease().job());
        if (deferral.isPresent()) {
            return Ended.with(deferral.get());
        }
        return lowPriority ? LowPriority.call(() -> handler.run(context)) : handler.run(context);
    }
}
