package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The uploads that follow the packing of an account. Safe for many threads.
///
/// @param node the server that has the archive
record BackupUploads(DestinationStore destinations, ServerBackups backups, String node) {
    /// One for each destination that takes the account's archives; of a tree, for each that keeps
    /// trees. That of the one to which the archive was streamed only has to find it there; there is
    /// one even if that destination was disabled or taken from the plan meanwhile, since without it
    /// nobody would ever know of the only copy.
    List<JobRequest> of(
            BackupTask task,
            Optional<Plan> plan,
            Tier tier,
            ObjectKey key,
            AccountArchiver.Archived archived)
            throws IOException {
        BackupArguments arguments = task.arguments();
        int tries = Math.max(1, backups.config().number(ConfigKey.ERRORTHRESHHOLD));
        List<JobRequest> uploads = new ArrayList<>();
        boolean tree = ArchiveForm.of(key.name()) == ArchiveForm.INCREMENTAL;
        for (Destination destination : receiving(task, plan)) {
            if (tree && !destination.type().keepsTrees()) {
                continue;
            }
            UploadArguments upload =
                    new UploadArguments(
                            arguments.account(),
                            destination.id().value(),
                            tier,
                            arguments.date(),
                            key.value(),
                            archived.archive().sizeBytes(),
                            archived.archive().sha256(),
                            arguments.label(),
                            task.isStreamedTo(destination.id()));
            uploads.add(request(task.job(), upload, destination, key).withMaxAttempts(tries));
        }
        return uploads;
    }

    private List<Destination> receiving(BackupTask task, Optional<Plan> plan) throws IOException {
        List<Destination> receiving = new ArrayList<>(taking(plan));
        task.target()
                .map(StreamTarget::destination)
                .filter(to -> receiving.stream().noneMatch(each -> each.id().equals(to.id())))
                .ifPresent(receiving::add);
        return receiving;
    }

    private List<Destination> taking(Optional<Plan> plan) throws IOException {
        return taking(destinations.contents(), plan);
    }

    /// The destinations that take archives of accounts of a plan.
    static List<Destination> taking(DestinationStore.Contents contents, Optional<Plan> plan) {
        return contents.destinations().stream()
                .filter(Destination::takesArchives)
                .filter(each ->
                        plan.map(it -> it.destinations().takes(each.id(), each.name()))
                                .orElse(true))
                .toList();
    }

    private JobRequest request(
            Job job, UploadArguments upload, Destination destination, ObjectKey key) {
        return JobRequest.of(
                        JobKind.UPLOAD,
                        upload.account(),
                        job.request().owner(),
                        JobJson.write(upload))
                .withPriority(priority(job, upload))
                .withUniqueKey("upload:" + destination.id() + ":" + key + ":" + upload.sha256())
                .withExclusiveKey(
                        UploadLanes.of(destination.id(), new AccountName(upload.account())))
                .onNode(node);
    }

    /// What is there already need not wait for an hour in which uploads may begin: until it was
    /// looked at the catalog does not know it.
    private static int priority(Job job, UploadArguments upload) {
        int usual = job.request().priority();
        return upload.streamed() ? Math.min(usual, JobRequest.Priority.MANUAL) : usual;
    }

    /// Warnings of the destinations that should hold the account and cannot hold its tree.
    List<String> unsent(Optional<Plan> plan) throws IOException {
        return taking(plan).stream()
                .filter(each -> !each.type().keepsTrees())
                .map(each ->
                        "not sent to destination "
                                + each.id()
                                + ": incremental trees go to Rsync destinations only; set backuptype to compressed to send archives")
                .toList();
    }

    /// Warnings of the destinations that should hold the account and whose settings cannot be read.
    List<String> unreadable(Optional<Plan> plan) throws IOException {
        return destinations.contents().unreadable().stream()
                .filter(DestinationStore.Unreadable::mayTakeArchives)
                .filter(each ->
                        plan.map(it -> it.destinations().takes(each.id(), each.name()))
                                .orElse(true))
                .map(each -> "not sent to destination " + each.id() + ": " + each.problem())
                .toList();
    }

    /// Warnings of the destinations that the plan names and nobody knows.
    List<String> unknown(Optional<Plan> plan) throws IOException {
        if (plan.isEmpty()) {
            return List.of();
        }
        Map<DestinationId, String> there = new LinkedHashMap<>();
        destinations.contents().destinations().forEach(each -> there.put(each.id(), each.name()));
        return plan.get().destinations().unknown(there).stream()
                .map(each ->
                        "plan %s names destination “%s”, which is not there"
                                .formatted(plan.get().name(), each))
                .toList();
    }
}
