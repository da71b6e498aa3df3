package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.HostUndo;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Runs the modules of one restore and gathers what they say. One thread, one use.
final class ModuleRun {
    private static final Set<String> DATABASES =
            Set.of(MysqlComponent.NAME.value(), PostgresComponent.NAME.value());

    private final ModuleChoice plan;
    private final List<AccountComponent> all;
    private final HostUndo undo;
    private final RestoreContext context;
    private final ArchiveSource source;
    private final Optional<Manifest> manifest;
    private final JobContext job;
    private final Path kept;
    private final RestoreTeller teller;
    private final ClosedAccount closed;

    private final RestoreJournal before;
    private final ModuleNotes notes;
    private final List<String> skipped = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, String> outcomes = new LinkedHashMap<>();
    private final List<String> failed = new ArrayList<>();

    /// Modules of databases whose server is away: a further try of the job may find it.
    private final Set<String> absent = new HashSet<>();

    /// @param before what the earlier tries of the job have kept, and the present one goes on from
    /// @param kept a folder for root alone that stays until the job ends, made if it is needed
    ModuleRun(
            List<AccountComponent> all,
            ModuleChoice choice,
            RestoreContext context,
            ArchiveSource source,
            HostUndo undo,
            Optional<Manifest> manifest,
            JobContext job,
            RestoreJournal before,
            SessionId session,
            Path kept,
            ClosedAccount closed) {
        this.all = all;
        this.plan = choice;
        this.undo = undo;
        this.context = context.on(context.services().watchedBy(undo));
        this.source = source;
        this.manifest = manifest;
        this.job = job;
        this.kept = kept;
        this.closed = closed;
        this.teller = new RestoreTeller(job, context.facts().unpackedBytes(), session);
        this.before = before;
        this.notes = new ModuleNotes(before.said());
    }

    RestoreResult run() throws IOException, LeaseLostException {
        context.log().line("Modules: " + names());
        plan.leftOut().forEach(skipped::add);
        skipped.addAll(ModuleNotes.ofArchive(context.facts().skipped()));
        Set<String> done = new LinkedHashSet<>(before.done());
        job.mark(Optional.of(before.text()));
        boolean founded = false;
        for (AccountComponent module : plan.modules()) {
            context.cancellation().check();
            String name = module.name().value();
            if (!isFoundation(module)) {
                if (!founded) {
                    closed.close().ifPresent(warnings::add);
                }
                founded = true;
                undo.begin();
            }
            if (done.contains(name)) {
                removeKept(name);
                outcomes.put(name, "done before");
                continue;
            }
            teller.begins(name);
            boolean ended =
                    runOne(
                            module,
                            new KeptProgress(
                                    job,
                                    kept,
                                    name,
                                    before.after(done, notes.said()),
                                    before,
                                    teller));
            if (!ended && isFoundation(module)) {
                break;
            }
            if (ended && !absent.contains(name)) {
                done.add(name);
            }
            keep(done);
            removeKept(name);
        }
        if (plan.whole()) {
            warnings.addAll(Unclaimed.members(all, context.facts(), source));
        }
        warnings.addAll(new RemovalEnd(plan, context, failed, absent).settle());
        return result();
    }

    private void keep(Set<String> done) throws LeaseLostException {
        job.mark(Optional.of(before.after(done, notes.said()).text()));
    }

    /// What a module kept on its way serves no further try of it. What cannot be removed goes with
    /// the job.
    private void removeKept(String module) {
        try {
            new WorkFolder(KeptProgress.folder(kept, module)).close();
        } catch (IOException e) {
            context.log().warn(module + ": what it kept could not be removed: " + e.getMessage());
        }
    }

    private String names() {
        return String.join(", ", plan.modules().stream().map(each -> each.name().value()).toList());
    }

    /// Whether a module came to its end in this or an earlier run of the job.
    ///
    /// @param mark what the runs have kept
    static boolean hasEnded(Optional<String> mark, String module) {
        return RestoreJournal.of(mark).done().contains(module);
    }

    /// Without these there is nothing that further modules could restore into.
    static boolean isFoundation(AccountComponent module) {
        return module.name().equals(Components.PRE_RESTORE_ACTIONS)
                || module.name().equals(Components.ACCOUNT);
    }

    /// Runs one module; a failure is noted, and the others still get their turn.
    ///
    /// @throws TransportException if the archive is read from afar and that failed for a reason
    ///   that may pass: then the job is tried again
    private boolean runOne(AccountComponent module, KeptProgress progress)
            throws IOException, LeaseLostException {
        String name = module.name().value();
        context.log().begin("Restoring " + name + "...");
        boolean ended = false;
        try {
            RestoreReport report =
                    module.restore(plan.whole() ? context.with(progress) : context, source);
            ended = true;
            take(name, report);
            context.log().done(word(report.outcome()));
            return true;
        } catch (CancelledException e) {
            context.log().done("Stopped");
            progress.requireLease();
            throw e;
        } catch (ComponentException | IOException | UncheckedIOException e) {
            Optional<TransportException> passing = PassingFailure.in(e);
            if (passing.isPresent()) {
                context.log().done("Interrupted");
                throw passing.get();
            }
            context.log().done("Failed");
            context.log().warn(name + ": " + e.getMessage());
            outcomes.put(name, "failed");
            failed.add(name + ": " + e.getMessage());
            return false;
        } finally {
            if (!ended) {
                putBack(name);
            }
        }
    }

    /// What a module that did not come to its end had changed of the host's files becomes what it
    /// was; with the account itself also the mark that it is being restored, since nothing else was
    /// begun.
    private void putBack(String module) {
        for (String each : undo.undo()) {
            context.log().warn(module + ": " + each);
            warnings.add(module + ": " + each);
        }
    }

    private void take(String name, RestoreReport report) {
        outcomes.put(name, word(report.outcome()));
        if (report.outcome() == RestoreReport.Outcome.ABSENT_SERVICE && DATABASES.contains(name)) {
            absent.add(name);
            report.skipped().forEach(why -> skipped.add(name + ": " + why));
            return;
        }
        notes.take(name, report);
        manifest.map(each -> each.components().get(name))
                .ifPresent(packed -> notes.compare(name, packed, report));
    }

    /// As results name it.
    static String word(RestoreReport.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private RestoreResult result() {
        ModuleNotes.Said said = notes.said();
        skipped.addAll(said.skipped());
        warnings.addAll(said.warnings());
        if (!failed.isEmpty()) {
            return result(0, "failed: " + String.join("; ", failed), said);
        }
        boolean clean =
                said.altered().isEmpty()
                        && said.dangerous().isEmpty()
                        && skipped.isEmpty()
                        && warnings.isEmpty();
        return clean ? result(1, "success", said) : result(2, "warning", said);
    }

    private RestoreResult result(int code, String message, ModuleNotes.Said said) {
        return new RestoreResult(
                code, message, said.altered(), said.dangerous(), skipped, warnings, outcomes);
    }
}
