package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.job.HostArchive;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Removes archives that somebody put on this server by hand; restore points are none of them.
final class ArchiveRemovalFunctions {
    private final ArchiveFiles files;
    private final JobQueue queue;

    ArchiveRemovalFunctions(ArchiveFiles files, JobQueue queue) {
        this.files = files;
        this.queue = queue;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                                FunctionSpec.of(
                                        "delete_account_archives",
                                        Permission.ROOT,
                                        "Removes the archives of an account that lie in one of the usual"
                                                + " folders; restore points stay",
                                        required("user", ParameterSpec.Type.ACCOUNT, "The account"),
                                        optional(
                                                        "mountpoint",
                                                        ParameterSpec.Type.TEXT,
                                                        "The folder they lie in")
                                                .withDefault("/home")),
                                this::delete)
                        .onOwnThread());
    }

    private Answer delete(Caller caller, Arguments arguments) throws WhmException {
        AccountName user = Values.account(arguments, "user");
        String folder = arguments.text("mountpoint").replaceFirst("(?<=.)/+$", "");
        if (!files.folders().contains(folder)) {
            throw Text.badValue(
                    "mountpoint", "archives lie in " + String.join(", ", files.folders()));
        }
        List<String> paths = found(user, folder);
        refuseUsed(paths);
        List<String> messages = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (String path : paths) {
            try {
                HostArchive.delete(files.require(path));
                messages.add("Found archive: " + path);
            } catch (IOException e) {
                warnings.add(path + " was not removed as a whole: " + e.getMessage());
            }
        }
        return new Answer(Optional.empty(), "OK", warnings, messages);
    }

    private List<String> found(AccountName user, String folder) throws WhmException {
        try {
            return files.list().found().stream()
                    .filter(each -> each.folder().equals(folder))
                    .filter(each -> each.user().equals(user.value()))
                    .map(each -> each.folder() + "/" + each.file())
                    .toList();
        } catch (IOException e) {
            throw Text.failed("The archive folders cannot be read", e);
        }
    }

    /// A restore that waits or runs needs its archive, under whatever name the account comes back.
    private void refuseUsed(List<String> paths) throws WhmException {
        Set<String> used = new HashSet<>();
        queue.forEach(
                JobFilter.of(
                        Set.of(JobKind.RESTORE),
                        Set.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE)),
                job ->
                        used.add(
                                JobJson.read(job.request().arguments(), RestoreArguments.class)
                                        .archivePath()));
        for (String path : paths) {
            if (used.contains(path)) {
                throw WhmException.refused(
                        "A restore from " + path + " waits or runs; nothing was removed.");
            }
        }
    }
}
