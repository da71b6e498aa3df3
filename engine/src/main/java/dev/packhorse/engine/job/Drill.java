package dev.packhorse.engine.job;

import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.model.ProvenModule;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.TransferItem;
import dev.packhorse.engine.session.TransferSessionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Tries the restore of one archive: every module of a restore runs, in a server root that is made
/// for it; the databases are loaded into ones that nobody has. What came back is compared with the
/// archive and its manifest. One use, one thread.
final class Drill {
    private static final String DONE = "done";

    private final RestoreHandler.Parts live;
    private final RestorePoint point;
    private final JobContext job;
    private final Path work;
    private final DrillFindings findings = new DrillFindings();

    /// @param live what restores on this server work with; of it nothing is changed
    /// @param work an empty folder of the run, which is removed afterwards
    Drill(RestoreHandler.Parts live, RestorePoint point, JobContext job, Path work) {
        this.live = live;
        this.point = point;
        this.job = new DrillContext(job);
        this.work = work;
    }

    /// Does it.
    ///
    /// @throws IOException if the archive cannot be fetched or read, or the run was cancelled
    void run() throws IOException, LeaseLostException {
        HostServices drilled = DrillRoot.make(folder("root"), live.services(), point.account());
        RestoreArguments arguments = arguments();
        RestoreHandler.Parts parts =
                new RestoreHandler.Parts(
                        new DrillModules(
                                        live.components(),
                                        live.services(),
                                        () -> index(arguments),
                                        findings)
                                .watched(),
                        drilled,
                        live.fetcher(),
                        live.sessions(),
                        live.staging(),
                        live.backups(),
                        live.safety(),
                        new HookRunner(
                                new HookStore(work.resolve("no-hooks.json")),
                                live.hooks().scripts()),
                        Optional.empty());
        SessionId session = live.sessions().createTransfer("drill", point.account().value()).id();
        try (TransferSessionLog log =
                live.sessions()
                        .openTransferLog(session, TransferItem.of(point.account().value()))) {
            log.started();
            RestoreWork.Done done =
                    new RestoreWork(parts, job, arguments, session, log, work.resolve("download"))
                            .run(folder("restore"));
            if (done instanceof RestoreWork.Restored(RestoreResult result, long _)) {
                judge(result);
            }
            log.complete();
        }
    }

    /// What is far away was fetched for the restore.
    private Optional<IndexedFile> index(RestoreArguments arguments) throws IOException {
        return point.destination().isLocal()
                ? live.fetcher()
                        .indexed(arguments, folder("unpacked"), findings::note, job.cancellation())
                : Optional.empty();
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectory(work.resolve(name), BackupDirectory.FOLDER_MODE);
    }

    private RestoreArguments arguments() {
        return new RestoreArguments(
                point.account().value(),
                point.slot().toString(),
                point.destination().value(),
                "",
                RestoreArguments.Origin.ACCOUNT,
                false,
                true,
                true,
                true,
                List.of(),
                List.of(),
                false,
                false,
                "");
    }

    private void judge(RestoreResult result) {
        if (result.result() == 0) {
            findings.failed(result.message());
        }
        if (!findings.hasBegun()) {
            return;
        }
        result.altered().forEach(each -> findings.note("altered: " + each));
        for (String each : result.skipped()) {
            tell("left out: " + each, mayLeaveOut(module(each)));
        }
        for (String each : result.warnings()) {
            // what no module has said is of members without one
            boolean told =
                    findings.report(module(each)).isEmpty()
                            || findings.altered(module(each))
                            || mayLeaveOut(module(each));
            tell(each, told);
        }
        if (DONE.equals(result.modules().get(Components.PACKAGE.value()))) {
            findings.note(
                    "the account's package is not on this server: a restore makes one of its name from the account's limits");
        }
    }

    private void tell(String sentence, boolean withReason) {
        if (withReason) {
            findings.note(sentence);
        } else {
            findings.difference(sentence);
        }
    }

    /// What a restore leaves out with good reason on another server must not be left out on the
    /// same one; but an archive that nobody vouches for is taken in parts.
    private boolean mayLeaveOut(String module) {
        return findings.isRestricted() || findings.lacks(module) || MemberRules.isStaleList(module);
    }

    /// Sentences of a restore begin with the module.
    private static String module(String sentence) {
        int colon = sentence.indexOf(':');
        return colon < 0 ? "" : sentence.substring(0, colon);
    }

    /// What is not as it was packed, a sentence each.
    List<String> differences() {
        return findings.differences();
    }

    /// What was not tried, and what is otherwise with good reason.
    List<String> notes() {
        return findings.notes();
    }

    /// The modules that gave back all that they had packed.
    List<ProvenModule> proven() {
        return findings.proven();
    }

    /// What was compared, in words.
    String compared() {
        return findings.compared();
    }
}
