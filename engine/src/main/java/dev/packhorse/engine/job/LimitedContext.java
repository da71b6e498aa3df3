package dev.packhorse.engine.job;

import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.transport.spi.Cancellation;
import java.util.Optional;

/// A run whose end may be asked for by somebody else, too.
record LimitedContext(JobContext context, Cancellation cancellation) implements JobContext {
    @Override
    public Lease lease() {
        return context.lease();
    }

    @Override
    public boolean isStopping() {
        return context.isStopping();
    }

    @Override
    public void progress(String json) {
        context.progress(json);
    }

    @Override
    public void mark(Optional<String> resumeMark) throws LeaseLostException {
        context.mark(resumeMark);
    }
}
