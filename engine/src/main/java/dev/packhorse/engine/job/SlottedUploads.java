package dev.packhorse.engine.job;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.UploadSlot;
import dev.packhorse.engine.destination.UploadSlots;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// The handler of uploads, whose runs wait until the destination has a slot for them. A run that
/// waits goes back to the queue, costs no try and keeps no worker.
///
/// @param handler of uploads
/// @param watching told of places that cannot be asked
public record SlottedUploads(
        JobHandler handler,
        UploadSlots slots,
        DestinationStore destinations,
        UploadHandler.Watching watching,
        InstantSource clock)
        implements JobHandler {
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
        UploadArguments upload =
                JobJson.read(context.lease().job().request().arguments(), UploadArguments.class);
        Optional<Destination> destination =
                destinations.find(new DestinationId(upload.destination()));
        if (destination.isEmpty()
                || destination.get().disabled()
                || destination.get().slots().isEmpty()
                || upload.streamed()
                || isPaused(destination.get())) {
            return handler.run(context);
        }
        return switch (claim(destination.get(), context)) {
            case UploadSlots.Waits(var delay, var reason) ->
                    Ended.with(new JobOutcome.Snoozed(delay, reason));
            case UploadSlots.Granted(var slot) -> run(context, destination.get(), slot);
        };
    }

    private boolean isPaused(Destination destination) {
        return watching.health().paused(clock.instant()).containsKey(destination.id());
    }

    /// A place that does not answer is asked again for a day, and then that costs tries.
    private UploadSlots.Answer claim(Destination destination, JobContext context)
            throws IOException {
        try {
            return slots.claim(destination, context.cancellation());
        } catch (TransportException e) {
            watching.failed(destination, e, clock.instant());
            if (!e.kind().retryable() || isOld(context.lease().job())) {
                throw e;
            }
            return new UploadSlots.Waits(
                    e.retryAfter().filter(it -> it.compareTo(SOON) > 0).orElse(SOON),
                    "the upload slots at %s cannot be asked: %s"
                            .formatted(destination.name(), e.getMessage()));
        }
    }

    private boolean isOld(Job job) {
        Instant begun = job.startedAt().orElse(job.createdAt());
        return clock.instant().isAfter(begun.plus(PatientUploads.LONGEST_AWAY));
    }

    private Ended run(JobContext context, Destination destination, UploadSlot slot)
            throws Exception {
        try (slot) {
            return handler.run(new LimitedContext(context, slot.cancellation()));
        } catch (LeaseLostException e) {
            throw e;
        } catch (Exception e) {
            // A driver that is called off may fail in any way.
            if (context.cancellation().isRequested() || !slot.isLost()) {
                throw e;
            }
            return lost(context, destination, e);
        }
    }

    /// Costs a try where that goes on for more than a day.
    private Ended lost(JobContext context, Destination destination, Exception cause)
            throws TransportException {
        String reason =
                "its upload slot at %s was lost, since it could not be renewed there for minutes"
                        .formatted(destination.name());
        if (isOld(context.lease().job())) {
            throw new TransportException(Kind.UNAVAILABLE, reason, cause);
        }
        return Ended.with(new JobOutcome.Snoozed(SOON, reason));
    }
}
