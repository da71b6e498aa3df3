package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.component.home.AddedMail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs every module's packing side over one account, one after the other into one archive. Modules
/// that the options leave out do not run and have no report. Hooks run before the first module and
/// after the last.
final class AccountPacker {
    private final List<AccountComponent> components;
    private final PackingHooks hooks;

    AccountPacker(List<AccountComponent> components, PackingHooks hooks) {
        this.components = List.copyOf(components);
        this.hooks = hooks;
    }

    /// Packs the account.
    ///
    /// @return the modules' reports by name, in the order in which they ran
    /// @throws ComponentException if a module could not pack its data at all: then there is no
    ///   archive worth keeping; or a hook forbade the packing
    /// @throws IOException if the archive cannot be written, or the run was cancelled
    Map<String, PackReport> pack(PackContext context, ArchiveSink sink)
            throws ComponentException, IOException {
        Map<String, PackReport> reports = new LinkedHashMap<>();
        hooks.pre();
        for (AccountComponent component : components) {
            context.cancellation().check();
            if (component.members().isEmpty()) {
                continue;
            }
            String name = component.name().value();
            Optional<PackSkip> skip = context.options().silencing(component.name());
            if (skip.isPresent()) {
                context.log().line("Leaving out " + name + " (" + skip.get().wireName() + ").");
                continue;
            }
            context.log().begin("Packing " + name + "...");
            PackReport report = packOne(component, context, sink);
            if (component.name().equals(Components.HOMEDIR)) {
                AddedMail.pack(context, sink);
            }
            reports.put(name, report);
            context.log().done("Done");
            report.warnings().forEach(context.log()::warn);
        }
        hooks.preFinalize();
        return reports;
    }

    private static PackReport packOne(
            AccountComponent component, PackContext context, ArchiveSink sink)
            throws ComponentException, IOException {
        try {
            return component.pack(context, sink);
        } catch (ComponentException e) {
            context.log().done("Failed");
            throw new ComponentException(component.name() + ": " + e.getMessage(), e);
        }
    }

    /// Every warning, prefixed with its module.
    static List<String> warnings(Map<String, PackReport> reports) {
        List<String> warnings = new ArrayList<>();
        reports.forEach((name, report) ->
                report.warnings().forEach(text -> warnings.add(name + ": " + text)));
        return warnings;
    }
}
