package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.Rehearsal;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// A module that restores otherwise than it does; all else is its own.
record TamperedModule(AccountComponent module, Instead instead) implements AccountComponent {
    /// What is done with the module instead.
    @FunctionalInterface
    interface Instead {
        RestoreReport restore(AccountComponent module, RestoreContext context, ArchiveSource source)
                throws ComponentException, IOException;
    }

    /// All modules, the one of that name tampered with.
    static List<AccountComponent> among(
            List<AccountComponent> modules, String name, Instead instead) {
        return modules.stream()
                .map(module ->
                        module.name().value().equals(name)
                                ? new TamperedModule(module, instead)
                                : module)
                .toList();
    }

    @Override
    public ComponentName name() {
        return module.name();
    }

    @Override
    public String summary() {
        return module.summary();
    }

    @Override
    public boolean availableRestricted() {
        return module.availableRestricted();
    }

    @Override
    public Set<ComponentName> restoreAfter() {
        return module.restoreAfter();
    }

    @Override
    public Set<String> members() {
        return module.members();
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink)
            throws ComponentException, IOException {
        return module.pack(context, sink);
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        return instead.restore(module, context, source);
    }

    @Override
    public Rehearsal rehearse(RestoreContext context, HostServices live, ArchiveSource source)
            throws ComponentException, IOException {
        return module.rehearse(context, live, source);
    }
}
