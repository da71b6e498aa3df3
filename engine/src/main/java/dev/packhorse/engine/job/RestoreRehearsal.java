package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.KnownAfterwardsException;
import dev.packhorse.engine.component.Rehearsal;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.HostRehearsal;
import dev.packhorse.engine.job.PlannedModule.Does;
import dev.packhorse.engine.session.SilentLog;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Finds out what a restore would do: every module is rehearsed, in order, on a server of which
/// nothing is changed. One thread, one use.
final class RestoreRehearsal {
    /// Of these what is left out is a conflict with what this server has.
    private static final Set<String> CONFLICTING =
            Set.of("Domains", "IPAddress", Components.MYSQL.value(), "Postgres");

    /// Files of ours that last as long as the restore.
    private static final Pattern OWN_MARK =
            Pattern.compile("/var/(?:cpanel|lib)/packhorse(?:/(?:restoring|awaited).*)?");

    private final ModuleChoice choice;
    private final RestoreContext real;
    private final ArchiveSource source;
    private final List<PlannedModule> planned = new ArrayList<>();
    private final List<String> conflicts = new ArrayList<>();

    RestoreRehearsal(ModuleChoice choice, RestoreContext real, ArchiveSource source) {
        this.choice = choice;
        this.real = real;
        this.source = source;
    }

    /// Rehearses.
    ///
    /// @throws IOException if the archive or the server cannot be read, or the run was cancelled
    PlannedRestore run() throws IOException {
        Path folder = Files.createTempDirectory(real.staging(), "rehearsal");
        HostRehearsal rehearsal = new HostRehearsal(real.services().root(), folder);
        RestoreContext context =
                real.on(real.services().rehearsedIn(rehearsal)).with(SilentLog.SILENT);
        boolean goesOn = true;
        for (AccountComponent module : choice.modules()) {
            real.cancellation().check();
            String name = module.name().value();
            if (goesOn) {
                goesOn = rehearse(module, context, rehearsal) || !ModuleRun.isFoundation(module);
            } else {
                planned.add(PlannedModule.idle(name, Does.LEFT_OUT, "the restore ends before it"));
            }
        }
        List<String> notes = new ArrayList<>(choice.leftOut());
        notes.addAll(ModuleNotes.ofArchive(real.facts().skipped()));
        return new PlannedRestore(
                real.account().value(),
                real.services().accounts().find(real.account()).isPresent(),
                real.restricted() ? "restricted" : "trusted",
                real.facts().sha256(),
                planned,
                conflicts,
                notes);
    }

    /// Whether the module would come to its end.
    private boolean rehearse(
            AccountComponent module, RestoreContext context, HostRehearsal rehearsal)
            throws IOException {
        String name = module.name().value();
        try {
            Rehearsal found = module.rehearse(context, real.services(), source);
            planned.add(PlannedModule.of(name, does(found.report()), "", found, files(rehearsal)));
            if (CONFLICTING.contains(name)) {
                found.report().skipped().forEach(each -> conflicts.add(name + ": " + each));
            }
            requireSpace(name, found);
            return true;
        } catch (CancelledException e) {
            throw e;
        } catch (KnownAfterwardsException e) {
            planned.add(
                    PlannedModule.of(
                            name,
                            Does.AFTERWARDS,
                            String.valueOf(e.getMessage()),
                            Rehearsal.of(RestoreReport.nothing()),
                            files(rehearsal)));
            return true;
        } catch (ComponentException | IOException | UncheckedIOException e) {
            Optional<TransportException> passing = PassingFailure.in(e);
            if (passing.isPresent()) {
                throw passing.get();
            }
            String why = String.valueOf(e.getMessage());
            files(rehearsal);
            planned.add(PlannedModule.idle(name, Does.REFUSED, why));
            conflicts.add(name + ": " + why);
            return false;
        }
    }

    private static Does does(RestoreReport report) {
        return switch (report.outcome()) {
            case DONE, WARNINGS -> Does.RESTORES;
            case NOTHING -> Does.NOTHING;
            case ABSENT_SERVICE -> Does.ABSENT_SERVICE;
        };
    }

    private static Map<String, List<String>> files(HostRehearsal rehearsal) throws IOException {
        return rehearsal.drain().stream()
                .filter(change -> !OWN_MARK.matcher(change.path()).matches())
                .collect(
                        Collectors.groupingBy(
                                change -> change.kind().name(),
                                Collectors.mapping(
                                        HostRehearsal.Change::path, Collectors.toList())));
    }

    /// A home that cannot hold what comes is better told before than by a full disk.
    private void requireSpace(String module, Rehearsal found) throws IOException {
        long bytes = found.report().counts().getOrDefault("bytes", 0L);
        Path homes = real.services().root().resolve("/home");
        if (!module.equals(Components.HOMEDIR.value()) || !Files.isDirectory(homes)) {
            return;
        }
        long free = Files.getFileStore(homes).getUsableSpace();
        if (bytes > free) {
            conflicts.add(
                    "%s: %d bytes come back, and %d are free where homes lie"
                            .formatted(module, bytes, free));
        }
    }
}
