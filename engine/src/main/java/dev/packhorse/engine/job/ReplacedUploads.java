package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Tells uploads whose archive another took the place of, as one that was backed up by hand: that
/// one has uploads of its own, which may overtake those that wait for a destination. An upload that
/// went on all the same would put the older archive in the place of the newer one. Safe for many
/// threads.
///
/// @param queue of this server
record ReplacedUploads(Catalog catalog, JobQueue queue) {
    /// What failed or was called off takes no place.
    private static final Set<JobState> STANDING =
            EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE, JobState.SUCCEEDED);

    /// A streamed archive is at its place already, and is the only one there while a later one is
    /// still to come, which may fail.
    private static final Set<JobState> DONE = EnumSet.of(JobState.SUCCEEDED);

    /// The newest of those that ended come first.
    private static final int MOST_JOBS = 1_000;

    /// Whether a later archive of the same slot is here, or is or was sent to the same destination.
    /// The catalog decides where it knows of an archive here, since it needs no clock; of one that
    /// is never a file here only the jobs tell, and only those that are done.
    ///
    /// @param job that is to send it
    boolean isReplaced(Job job, UploadArguments upload) {
        Optional<RestorePoint> here = upload.streamed() ? Optional.empty() : here(upload);
        if (here.isPresent() && !here.get().sha256().equals(upload.sha256())) {
            return true;
        }
        return later(job, upload).anyMatch(other -> here.isEmpty() || other.streamed());
    }

    private Optional<RestorePoint> here(UploadArguments upload) {
        Optional<SlotName> slot = SlotName.find(upload.date());
        return catalog.ofAccount(new AccountName(upload.account())).stream()
                .filter(point -> point.destination().isLocal())
                .filter(point -> point.tier() == upload.tier())
                .filter(point -> slot.filter(point.slot()::equals).isPresent())
                .findFirst();
    }

    /// What was asked for after it and takes its place.
    private Stream<UploadArguments> later(Job job, UploadArguments upload) {
        JobFilter filter =
                JobFilter.of(Set.of(JobKind.UPLOAD), upload.streamed() ? DONE : STANDING)
                        .about(upload.account())
                        .limit(MOST_JOBS);
        return queue.list(filter).stream()
                .filter(other -> other.createdAt().isAfter(job.createdAt()))
                .map(other -> JobJson.read(other.request().arguments(), UploadArguments.class))
                .filter(other -> other.destination().equals(upload.destination()))
                .filter(other ->
                        other.tier() == upload.tier() && other.date().equals(upload.date()))
                .filter(other -> !other.sha256().equals(upload.sha256()));
    }
}
