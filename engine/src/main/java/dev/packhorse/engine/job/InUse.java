package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.transport.spi.ObjectKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which points open jobs wait for: restores, uploads of what lies in the backup directory, and
/// backups and uploads that put another archive in the place of one.
final class InUse {
    private static final Set<JobState> OPEN =
            EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);

    private final Map<String, List<Wait>> waits = new HashMap<>();

    private record Wait(String reason, Matcher matcher) {}

    @FunctionalInterface
    private interface Matcher {
        boolean matches(RestorePoint point);
    }

    private InUse() {}

    /// What all open jobs wait for.
    static InUse of(JobQueue queue) {
        return read(queue, filter());
    }

    /// What open jobs about one account wait for.
    static InUse of(JobQueue queue, AccountName account) {
        return read(queue, filter().about(account.value()));
    }

    /// What open backups of one account put another archive in the place of.
    static InUse ofBackups(JobQueue queue, AccountName account) {
        return read(queue, JobFilter.of(Set.of(JobKind.BACKUP), OPEN).about(account.value()));
    }

    private static JobFilter filter() {
        return JobFilter.of(Set.of(JobKind.RESTORE, JobKind.UPLOAD, JobKind.BACKUP), OPEN);
    }

    private static InUse read(JobQueue queue, JobFilter filter) {
        InUse use = new InUse();
        queue.forEach(filter, use::add);
        return use;
    }

    private void add(Job job) {
        String arguments = job.request().arguments();
        switch (job.request().kind()) {
            case UPLOAD -> add(JobJson.read(arguments, UploadArguments.class));
            case BACKUP -> add(JobJson.read(arguments, BackupArguments.class));
            default -> {
                RestoreArguments restore = JobJson.read(arguments, RestoreArguments.class);
                put(restore.account(), "a restore waits for it", point -> wants(restore, point));
            }
        }
    }

    private void add(UploadArguments upload) {
        put(
                upload.account(),
                "not sent to " + upload.destination() + " yet",
                point ->
                        point.archive().value().equals(upload.archive())
                                && (point.destination().isLocal()
                                        || point.destination()
                                                .value()
                                                .equals(upload.destination())));
    }

    /// What takes the archive's place may have done so already, and is not in the catalog before
    /// the job ends.
    private void add(BackupArguments backup) {
        put(
                backup.account(),
                "a backup takes its place",
                point ->
                        backup.tiers().contains(point.tier())
                                && SlotName.find(backup.date())
                                        .filter(point.slot()::equals)
                                        .isPresent());
    }

    private static boolean wants(RestoreArguments restore, RestorePoint point) {
        return restore.archivePath().isEmpty()
                ? SlotName.find(restore.restorePoint()).filter(point.slot()::isMeantBy).isPresent()
                        && point.destination().value().equals(restore.destination())
                : point.destination().equals(DestinationId.LOCAL)
                        && restore.archivePath().endsWith("/" + point.archive());
    }

    private void put(String account, String reason, Matcher matcher) {
        waits.computeIfAbsent(account, _ -> new ArrayList<>()).add(new Wait(reason, matcher));
    }

    /// Why a point is needed, empty if no job waits for it.
    Optional<String> reason(RestorePoint point) {
        return waits.getOrDefault(point.account().value(), List.of()).stream()
                .filter(wait -> wait.matcher().matches(point))
                .map(Wait::reason)
                .findFirst();
    }

    /// The archives among these that are needed, with the reason.
    Map<ObjectKey, String> among(List<RestorePoint> points) {
        Map<ObjectKey, String> reasons = new HashMap<>();
        for (RestorePoint point : points) {
            reason(point).ifPresent(reason -> reasons.put(point.archive(), reason));
        }
        return reasons;
    }
}
