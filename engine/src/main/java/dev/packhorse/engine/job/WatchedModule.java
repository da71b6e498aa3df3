package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import java.io.IOException;
import java.util.Set;

/// A module of which somebody looks at what it restored as soon as it has, before any other module
/// runs. All else is the module's own.
record WatchedModule(AccountComponent module, Watcher watcher) implements AccountComponent {
    /// Looks at what was restored.
    @FunctionalInterface
    interface Watcher {
        /// Looks, before the module counts as ended.
        ///
        /// @throws ComponentException if the module shall count as failed
        /// @throws IOException if something cannot be read, or the run was cancelled
        void restored(RestoreContext context, ArchiveSource source, RestoreReport report)
                throws ComponentException, IOException;
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
        RestoreReport report = module.restore(context, source);
        watcher.restored(context, source, report);
        return report;
    }
}
