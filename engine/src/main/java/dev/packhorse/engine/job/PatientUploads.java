package dev.packhorse.engine.job;

import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The handler of uploads, whose runs use up no try where they got on, or where the place asked for
/// time: a large archive arrives over a line that is cut every hour, and a place that is asked by
/// too many takes all later. That ends after a week; then tries count. Nor does a run use up one
/// that found a paused destination still away; that ends after a day.
///
/// @param handler of uploads
/// @param headways that of the uploads' sources
/// @param health what the handler tells of destinations
public record PatientUploads(
        JobHandler handler, UploadHeadways headways, DestinationHealth health, InstantSource clock)
        implements JobHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PatientUploads.class);

    /// Since its first run.
    static final Duration LONGEST = Duration.ofDays(7);

    /// As long for a place that does not answer at all: longer than a night.
    static final Duration LONGEST_AWAY = Duration.ofDays(1);

    private static final Duration SOON = Duration.ofMinutes(1);

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
        try {
            return handler.run(context);
        } catch (TransportException e) {
            if (context.cancellation().isRequested() || !costsNoTry(context.lease().job(), e)) {
                throw e;
            }
            Duration wait = e.retryAfter().filter(it -> it.compareTo(SOON) > 0).orElse(SOON);
            String reason = String.valueOf(e.getMessage());
            LOG.atWarn()
                    .addKeyValue("seconds", wait.toSeconds())
                    .addKeyValue("reason", reason)
                    .log("upload broken off, it goes on later");
            return Ended.with(new JobOutcome.Snoozed(wait, reason));
        }
    }

    private boolean costsNoTry(Job job, TransportException failure) {
        Instant begun = job.startedAt().orElse(job.createdAt());
        if (!failure.kind().retryable() || clock.instant().isAfter(begun.plus(LONGEST))) {
            return false;
        }
        UploadArguments upload = JobJson.read(job.request().arguments(), UploadArguments.class);
        // Asked in any case, so that what was read counts once.
        boolean gotOn = headways.gotOn(upload);
        return gotOn
                || failure.kind() == Kind.THROTTLED
                || failure.retryAfter().isPresent()
                || isAway(new DestinationId(upload.destination()), begun);
    }

    /// Whether the place is known to be sick: who looked whether it is well again gives no try for
    /// that.
    private boolean isAway(DestinationId destination, Instant begun) {
        Instant now = clock.instant();
        return now.isBefore(begun.plus(LONGEST_AWAY))
                && health.paused(now).containsKey(destination);
    }
}
