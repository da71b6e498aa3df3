package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.archive.ArchiveJudge;
import dev.packhorse.engine.archive.ArchiveLimits;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.component.ReplacedDatabases;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostUndo;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.TransferSessionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// The work of one restore: the archive is fetched and judged, or opened by its index for a part;
/// then it is planned, or done as planned, with a safety copy before. One use, one thread.
final class RestoreWork {
    private final RestoreHandler.Parts parts;
    private final JobContext job;
    private final RestoreArguments arguments;
    private final SessionId session;
    private final TransferSessionLog log;
    private final Path download;
    private final AccountName account;
    private final List<RestorePart> selected;
    private final RestoreJournal kept;
    private final String run;

    /// @param download a folder that is kept until the job ends, for an archive from a destination
    ///   and what modules leave to later tries
    /// @throws IllegalArgumentException if the arguments name no part
    /// @throws IOException if the account's safety copies cannot be looked at, or the one with
    ///   which it began is gone
    RestoreWork(
            RestoreHandler.Parts parts,
            JobContext job,
            RestoreArguments arguments,
            SessionId session,
            TransferSessionLog log,
            Path download)
            throws IOException {
        this.parts = parts;
        this.job = job;
        this.kept = RestoreJournal.of(job.lease().job().resumeMark());
        this.run = RestoreJournal.runOf(job.lease().job());
        this.account = new AccountName(arguments.account());
        this.arguments = named(arguments);
        this.session = session;
        this.log = log;
        this.download = download;
        this.selected = arguments.scope().parts().stream().map(RestorePart::parse).toList();
    }

    /// A later try takes the safety copy that the first one took: the newest one is by now that of
    /// what this restore itself is replacing.
    private RestoreArguments named(RestoreArguments asked) throws IOException {
        if (!asked.isFromNewestCopy()) {
            return asked;
        }
        if (!kept.copy().isEmpty()) {
            return asked.fromCopy(kept.copy());
        }
        List<String> copies = parts.safety().names(asked.packedAs());
        if (hasMark()) {
            return asked.fromCopy(before(copies));
        }
        return copies.stream().findFirst().map(asked::fromCopy).orElse(asked);
    }

    /// The copy with which an earlier version began, which did not keep its name: the newest that
    /// is older than anything this restore took itself. A retry has forgotten when it first began.
    private String before(List<String> copies) throws IOException {
        Instant first =
                isRetryOfEarlierVersion()
                        ? job.lease().job().createdAt().truncatedTo(ChronoUnit.MILLIS)
                        : begun();
        return copies.stream()
                .filter(copy -> SafetyCopies.isOlder(copy, first))
                .findFirst()
                .orElseThrow(() ->
                        new IOException(
                                "the safety copy with which this restore began is gone; the account may not be whole: restore one of its safety copies by name"));
    }

    /// How it ended.
    sealed interface Done {}

    record Planned(PlannedRestore plan) implements Done {}

    /// @param sizeBytes of the archive
    record Restored(RestoreResult result, long sizeBytes) implements Done {}

    /// An archive that modules may read.
    private record OpenArchive(
            ArchiveSource source,
            ArchiveFacts facts,
            boolean restricted,
            Optional<Manifest> manifest,
            List<String> leftOut,
            long sizeBytes) {}

    /// Does it in a folder of the run.
    Done run(Path work) throws IOException, LeaseLostException {
        Path unpacked = folder(work, "members");
        Optional<IndexedFile> indexed =
                selected.isEmpty()
                        ? Optional.empty()
                        : parts.fetcher()
                                .indexed(arguments, unpacked, log.text()::line, job.cancellation());
        if (indexed.isPresent()) {
            try (IndexedFile file = indexed.get()) {
                return ofIndexed(file, work);
            }
        }
        FetchedArchive fetched =
                parts.fetcher()
                        .fetch(
                                arguments,
                                new ArchiveFetcher.Room(work, download, log.text()::line),
                                job.cancellation());
        log.itemStarted(fetched.sizeBytes());
        log.text().line("Checking the archive " + describe(arguments, fetched));
        ArchiveLimits limits =
                fetched.trust() == ArchiveTrust.PROVEN ? ArchiveLimits.OWN : ArchiveLimits.DEFAULTS;
        ArchiveJudge judge = new ArchiveJudge(limits, fetched.trust());
        try (JudgedArchive archive = judge.judge(fetched.file(), unpacked, job.cancellation())) {
            check(archive, fetched, arguments);
            return run(
                    new OpenArchive(
                            archive,
                            archive.facts(),
                            fetched.trust() == ArchiveTrust.RESTRICTED,
                            fetched.manifest(),
                            fetched.leftOut(),
                            fetched.sizeBytes()),
                    work);
        }
    }

    private Done ofIndexed(IndexedFile file, Path work) throws IOException, LeaseLostException {
        log.itemStarted(file.sizeBytes());
        log.text()
                .line("Reading the archive of %s by its index".formatted(arguments.restorePoint()));
        Done done =
                run(
                        new OpenArchive(
                                file.source(),
                                file.facts(),
                                false,
                                Optional.empty(),
                                List.of(),
                                file.sizeBytes()),
                        work);
        log.text()
                .line(
                        "Read %d of %d bytes of the archive"
                                .formatted(file.source().bytesRead(), file.sizeBytes()));
        return done;
    }

    private static Path folder(Path work, String name) throws IOException {
        return Files.createDirectory(work.resolve(name), BackupDirectory.FOLDER_MODE);
    }

    private Done run(OpenArchive archive, Path work) throws IOException, LeaseLostException {
        RestoreContext context =
                new RestoreContext(
                        account,
                        archive.facts(),
                        // a database server that comes up behind the safety copy is not in it
                        parts.services().settled(),
                        ModuleChoice.options(arguments),
                        archive.restricted(),
                        folder(work, "scratch"),
                        log.text(),
                        job.cancellation());
        ModuleChoice choice =
                selected.isEmpty()
                        ? ModuleChoice.of(parts.components(), context).leavingOut(archive.leftOut())
                        : ModuleChoice.ofParts(parts.components(), selected, archive.restricted());
        ArchiveSource source =
                selected.isEmpty() ? archive.source() : selection(archive.source(), context);
        if (arguments.scope().planOnly()) {
            return new Planned(new RestoreRehearsal(choice, context, source).run());
        }
        // a retry after days finds what was made in them, which nothing else keeps
        boolean retried = kept.isOfEarlierRun(run);
        boolean begins = retried || !hasMark();
        String digest = archive.facts().sha256();
        if (!begins) {
            requireSame(digest);
        }
        Optional<RestoreResult> refused =
                begins ? changed(choice, context, source, retried) : Optional.empty();
        if (refused.isPresent()) {
            return new Restored(refused.get(), archive.sizeBytes());
        }
        if (begins || isRetryOfEarlierVersion()) {
            takeSafetyCopy(choice, context, source);
        }
        RestoreJournal before = retried ? kept.retriedWith(digest) : kept;
        HostUndo undo = new HostUndo(parts.services().root(), folder(work, "undo"));
        ClosedAccount closed = new ClosedAccount(parts, account, choice, log.text());
        Optional<Manifest> promised = selected.isEmpty() ? archive.manifest() : Optional.empty();
        ModuleRun modules =
                new ModuleRun(
                        parts.components(),
                        choice,
                        context,
                        source,
                        undo,
                        promised,
                        job,
                        before.begunWith(digest, copy(), run),
                        session,
                        download,
                        closed);
        return new Restored(
                new RestoreHooks(parts.hooks())
                        .around(context, job, () -> closed.open(modules.run())),
                archive.sizeBytes());
    }

    private String copy() {
        return arguments.destination().equals(RestoreArguments.SAFETY)
                ? arguments.restorePoint()
                : "";
    }

    /// Half of one archive and half of another make no account.
    private void requireSame(String digest) throws IOException {
        if (!kept.isOf(digest)) {
            throw new IOException(
                    "the archive is not the one with which this restore began, another one has taken its place; the account may not be whole: restore it again, and look at its safety copies first");
        }
    }

    private ArchiveSource selection(ArchiveSource all, RestoreContext context)
            throws ArchiveException {
        SelectedSource selection = new SelectedSource(all, selected, into());
        selection.require(context.facts().account());
        return selection;
    }

    private Optional<BytePath> into() {
        return arguments.scope().into().isEmpty()
                ? Optional.empty()
                : Optional.of(RestorePart.belowHome(arguments.scope().into()));
    }

    private boolean hasMark() {
        return job.lease().job().resumeMark().isPresent();
    }

    /// A mark of an earlier version does not tell in which run it was made. Where no copy was taken
    /// since this one began it may be a retry, after days in which things were made.
    private boolean isRetryOfEarlierVersion() throws IOException {
        return hasMark()
                && kept.run().isEmpty()
                && parts.safety().names(account).stream()
                        .allMatch(copy -> SafetyCopies.isOlder(copy, begun()));
    }

    /// When this run of the job began, as names of safety copies tell times.
    private Instant begun() {
        Job now = job.lease().job();
        return now.startedAt().orElse(now.createdAt()).truncatedTo(ChronoUnit.MILLIS);
    }

    /// A restore that was planned is done as planned or not at all. A retry finds in place what the
    /// earlier run restored, and only the rest can be as it was.
    private Optional<RestoreResult> changed(
            ModuleChoice choice, RestoreContext context, ArchiveSource source, boolean retried)
            throws IOException {
        if (arguments.scope().expected().isEmpty()) {
            return Optional.empty();
        }
        List<String> differences =
                new RestoreRehearsal(choice, context, source)
                        .run().differences(arguments.scope().expected()).stream()
                                .filter(module -> !retried || !kept.done().contains(module))
                                .toList();
        if (differences.isEmpty()) {
            return Optional.empty();
        }
        String form =
                retried
                        ? "since the plan was made the archive or the server have changed (%s), so this retry did nothing; what was restored before stays as it is: plan it again"
                        : "nothing was changed: the archive or the server are no longer as they were when the restore was planned (%s); plan it again";
        return Optional.of(RestoreResult.of(0, form.formatted(String.join(", ", differences))));
    }

    /// What only adds needs none.
    private void takeSafetyCopy(ModuleChoice choice, RestoreContext context, ArchiveSource source)
            throws IOException {
        boolean adds = arguments.scope().merge() || into().isPresent();
        Optional<Account> there = parts.services().accounts().find(account);
        if (!adds && there.isPresent()) {
            ReplacedDatabases databases = ReplacedDatabases.of(context, source);
            parts.safety().take(there.get(), choice, databases, context);
        }
    }

    private static String describe(RestoreArguments arguments, FetchedArchive fetched) {
        String what =
                arguments.archivePath().isEmpty()
                        ? "of " + arguments.restorePoint() + " at " + arguments.destination()
                        : arguments.archivePath();
        String trust =
                switch (fetched.trust()) {
                    case PROVEN -> "made by this server";
                    case VOUCHED -> "vouched for by root";
                    case RESTRICTED -> "of unknown origin: restricted restore";
                };
        return what + " (" + trust + ")";
    }

    private static void check(
            JudgedArchive archive, FetchedArchive fetched, RestoreArguments arguments)
            throws ArchiveException {
        if (!arguments.isOf(archive.facts().account())) {
            throw new ArchiveException(
                    ArchiveException.Kind.HOSTILE,
                    "the archive is of account %s, not of %s"
                            .formatted(archive.facts().account(), arguments.packedAs()));
        }
        boolean differs =
                fetched.sha256().filter(each -> !each.equals(archive.facts().sha256())).isPresent();
        if (differs) {
            throw new ArchiveException(
                    ArchiveException.Kind.DAMAGED,
                    "the archive does not have the digest of its manifest: it was changed or damaged since it was packed");
        }
    }
}
