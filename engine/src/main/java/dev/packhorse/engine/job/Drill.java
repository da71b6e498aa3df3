package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveJudge;
import dev.packhorse.engine.archive.ArchiveLimits;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.DatabaseTrial;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SilentLog;
import dev.packhorse.engine.session.TransferItem;
import dev.packhorse.engine.session.TransferSessionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Tries the restore of one archive: the account and its home by the modules that every restore
/// has, into a server root that is made for it; the databases into ones that nobody has. Compares
/// with the archive and its manifest. One use, one thread.
final class Drill {
    /// What is restored into the drill's root. The others write what the panel or the services of
    /// this very server need, and say nothing of the archive that its digest does not say.
    private static final Set<String> MODULES =
            Set.of(
                    Components.PRE_RESTORE_ACTIONS.value(),
                    Components.ACCOUNT.value(),
                    Components.CP_USER.value(),
                    Components.HOMEDIR.value(),
                    Components.POST_RESTORE_ACTIONS.value());

    private final RestoreHandler.Parts live;
    private final RestorePoint point;
    private final JobContext job;
    private final Path work;
    private final List<String> differences = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> compared = new ArrayList<>();

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
        HostServices drilled = DrillRoot.make(folder("root"), live.services());
        RestoreArguments arguments = arguments();
        restore(drilled, arguments);
        if (!differences.isEmpty()) {
            return;
        }
        Path again = folder("again");
        // What is far away was fetched for the restore.
        Optional<IndexedFile> indexed =
                point.destination().isLocal()
                        ? live.fetcher()
                                .indexed(
                                        arguments,
                                        folder("unpacked"),
                                        notes::add,
                                        job.cancellation())
                        : Optional.empty();
        if (indexed.isPresent()) {
            try (IndexedFile file = indexed.get()) {
                compare(drilled, file.source(), Optional.of(file.manifest()));
            }
            return;
        }
        // There is no need to have it twice.
        Files.deleteIfExists(work.resolve("restore/archive"));
        FetchedArchive fetched =
                live.fetcher()
                        .fetch(
                                arguments,
                                new ArchiveFetcher.Room(again, download(), notes::add),
                                job.cancellation());
        ArchiveLimits limits =
                fetched.trust() == ArchiveTrust.PROVEN ? ArchiveLimits.OWN : ArchiveLimits.DEFAULTS;
        try (JudgedArchive archive =
                new ArchiveJudge(limits, fetched.trust())
                        .judge(fetched.file(), folder("judged"), job.cancellation())) {
            compare(drilled, archive, fetched.manifest());
        }
    }

    /// Is fetched from a destination once, for the restore and the comparison.
    private Path download() {
        return work.resolve("download");
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
                false,
                false,
                false,
                List.of(),
                List.of(),
                false,
                false,
                "");
    }

    private void restore(HostServices drilled, RestoreArguments arguments)
            throws IOException, LeaseLostException {
        List<AccountComponent> modules =
                live.components().stream()
                        .filter(each -> MODULES.contains(each.name().value()))
                        .toList();
        RestoreHandler.Parts parts =
                new RestoreHandler.Parts(
                        modules,
                        drilled,
                        live.fetcher(),
                        live.sessions(),
                        live.staging(),
                        live.backups(),
                        live.safety(),
                        new HookRunner(
                                new HookStore(work.resolve("no-hooks.json")),
                                live.hooks().scripts()));
        SessionId session = live.sessions().createTransfer("drill", point.account().value()).id();
        try (TransferSessionLog log =
                live.sessions()
                        .openTransferLog(session, TransferItem.of(point.account().value()))) {
            log.started();
            RestoreWork.Done done =
                    new RestoreWork(parts, job, arguments, session, log, download())
                            .run(folder("restore"));
            if (done instanceof RestoreWork.Restored(RestoreResult result, long _)) {
                judge(result);
            }
            log.complete();
        }
    }

    /// What a restore alters with good reason on another server must not happen on the same one.
    private void judge(RestoreResult result) {
        if (result.result() == 0) {
            differences.add(result.message());
        }
        result.skipped().forEach(each -> differences.add("left out: " + each));
        result.altered().forEach(each -> notes.add("altered: " + each));
    }

    private void compare(HostServices drilled, ArchiveSource source, Optional<Manifest> manifest)
            throws IOException {
        compareHome(drilled, source);
        DatabaseTrial trial =
                new DatabaseTrial(
                        live.services(),
                        source,
                        folder("databases"),
                        SilentLog.SILENT,
                        job.cancellation());
        Map<String, DatabaseTrial.Tried> tried = trial.run();
        differences.addAll(trial.failures());
        notes.addAll(trial.notes());
        tried.forEach((module, found) -> {
            if (found.databases() > 0) {
                compared.add(
                        "%d databases of %s with %d tables"
                                .formatted(found.databases(), module, found.tables()));
            }
            manifest.map(each -> each.components().get(module))
                    .ifPresent(packed -> count(module, packed, found));
        });
    }

    private void count(String module, Manifest.Packed packed, DatabaseTrial.Tried found) {
        Map<String, Long> counts = Map.of("databases", found.databases(), "tables", found.tables());
        counts.forEach((what, loaded) -> {
            Long promised = packed.counts().get(what);
            if (promised != null && !promised.equals(loaded)) {
                differences.add(
                        "%s: %d %s were packed, %d were loaded"
                                .formatted(module, promised, what, loaded));
            }
        });
    }

    private void compareHome(HostServices drilled, ArchiveSource source) throws IOException {
        Optional<Account> account = drilled.accounts().find(point.account());
        Optional<UserEntry> user = new UserDatabase(drilled.root()).find(point.account().value());
        if (account.isEmpty() || user.isEmpty()) {
            differences.add("the account is not there after the restore");
            return;
        }
        String path = account.get().home();
        if (new HostFiles(drilled.root()).stat(path).isEmpty()) {
            differences.add("the home directory is not there after the restore");
            return;
        }
        try (Directory home = Directory.openTrusted(drilled.root().resolve(path))) {
            HomeComparison comparison =
                    new HomeComparison(
                            home, user.get().uid(), user.get().gid(), job.cancellation());
            differences.addAll(comparison.run(source));
            compared.add(
                    "%d entries of the home with %d bytes"
                            .formatted(comparison.entries(), comparison.bytes()));
        }
    }

    /// What is not as it was packed, a sentence each.
    List<String> differences() {
        return List.copyOf(differences);
    }

    /// What was not tried, and what was altered.
    List<String> notes() {
        return List.copyOf(notes);
    }

    /// What was compared, in words.
    String compared() {
        return String.join(", ", compared);
    }
}
