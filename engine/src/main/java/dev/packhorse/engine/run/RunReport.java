package dev.packhorse.engine.run;

import dev.packhorse.engine.catalog.CatalogException;
import dev.packhorse.engine.queue.JobHandler.Ended;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.transport.spi.TransportException;
import java.util.Optional;

/// Turns what a handler returned or threw into the outcome that is written down.
final class RunReport {
    private final Backoff backoff;

    RunReport(Backoff backoff) {
        this.backoff = backoff;
    }

    /// The handler's own ending, unless it claims what is not so: cancelled where only the daemon
    /// stops would lose the job, and handed back where nothing stops would run it in a circle.
    Ended returned(ActiveRun run, Ended ended) {
        return switch (ended.outcome()) {
            case JobOutcome.Cancelled _ when run.isStopping() && !run.isCancelled() ->
                    Ended.with(new JobOutcome.HandedBack());
            case JobOutcome.Cancelled _ when !run.cancellation().isRequested() ->
                    Ended.with(
                            new JobOutcome.Failed(
                                    "{}", "the handler stopped although nobody asked for it"));
            case JobOutcome.HandedBack _ when !run.isStopping() ->
                    Ended.with(
                            new JobOutcome.RetryAfter(
                                    delay(run), "handed back although nothing stops"));
            default -> ended;
        };
    }

    /// The outcome of a run that ended by an exception or an error.
    JobOutcome thrown(ActiveRun run, Throwable thrown) {
        if (thrown instanceof Exception && run.cancellation().isRequested()) {
            return run.isStopping() && !run.isCancelled()
                    ? new JobOutcome.HandedBack()
                    : new JobOutcome.Cancelled("{}");
        }
        if (isRetryable(thrown)) {
            return new JobOutcome.RetryAfter(delay(run), reason(thrown));
        }
        return new JobOutcome.Failed("{}", reason(thrown));
    }

    private static boolean isRetryable(Throwable thrown) {
        return thrown instanceof OutOfMemoryError
                || thrown instanceof QueueException
                || thrown instanceof CatalogException
                || transportFailure(thrown).map(e -> e.kind().retryable()).orElse(false);
    }

    /// The transport's failure, which handlers may have wrapped to say what they were doing.
    private static Optional<TransportException> transportFailure(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof TransportException failure) {
                return Optional.of(failure);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    static String reason(Throwable thrown) {
        String message = thrown.getMessage();
        String name = thrown.getClass().getSimpleName();
        return message == null ? name : name + ": " + message;
    }

    private java.time.Duration delay(ActiveRun run) {
        return backoff.after(run.lease().job().attempts());
    }
}
