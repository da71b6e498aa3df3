package dev.packhorse.engine.job;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The upload jobs of system backups, one for each destination and calendar, so that none waits for
/// another. Safe for many threads.
///
/// @param node the server that has the backups
record SystemUploads(DestinationStore destinations, JobQueue queue, String node) {
    /// The uploads of a run's backup.
    ///
    /// @param tries how many each has
    /// @param sent destinations that have it already
    /// @param lastDumps what must stay at destinations, of each calendar
    List<JobRequest> of(
            Job job,
            SystemArguments run,
            int tries,
            List<String> sent,
            Map<Tier, LastDumps> lastDumps)
            throws IOException {
        List<JobRequest> uploads = new ArrayList<>();
        for (Destination destination : destinations.contents().destinations()) {
            if (!destination.takesSystemBackups() || sent.contains(destination.id().value())) {
                continue;
            }
            for (Tier tier : run.tiers()) {
                UploadArguments upload =
                        UploadArguments.ofSystem(
                                destination.id(),
                                tier,
                                LocalDate.parse(run.date()),
                                lastDumps.getOrDefault(tier, LastDumps.NONE));
                uploads.add(request(job, upload, destination).withMaxAttempts(tries));
            }
        }
        return uploads;
    }

    /// Warnings of the destinations that should hold it and whose settings cannot be read.
    List<String> unreadable() throws IOException {
        return destinations.contents().unreadable().stream()
                .filter(DestinationStore.Unreadable::mayTakeSystemBackups)
                .map(each -> "not sent to destination " + each.id() + ": " + each.problem())
                .toList();
    }

    /// A further backup of the day has an upload of its own, even while one of the former sends.
    private JobRequest request(Job job, UploadArguments upload, Destination destination) {
        return JobRequest.of(
                        JobKind.UPLOAD,
                        upload.account(),
                        job.request().owner(),
                        JobJson.write(upload))
                .withPriority(job.request().priority())
                .withUniqueKey(
                        "upload:" + destination.id() + ":" + upload.archive() + ":" + job.id())
                .withExclusiveKey(UploadLanes.ofSystem(destination.id()))
                .onNode(node);
    }

    /// The dates of a calendar whose backups are not sent everywhere yet.
    Set<LocalDate> unsent(Tier tier) {
        Set<LocalDate> dates = new HashSet<>();
        JobFilter open =
                JobFilter.of(
                        Set.of(JobKind.UPLOAD),
                        EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE));
        queue.forEach(
                open.about(RunJobs.SYSTEM),
                job -> {
                    UploadArguments upload =
                            JobJson.read(job.request().arguments(), UploadArguments.class);
                    if (upload.tier() == tier) {
                        dates.add(LocalDate.parse(upload.date()));
                    }
                });
        return dates;
    }
}
