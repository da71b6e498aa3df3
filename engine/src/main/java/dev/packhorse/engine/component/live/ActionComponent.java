package dev.packhorse.engine.component.live;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import java.io.IOException;
import java.util.Set;

/// A module that packs nothing and acts on the restored account. What it finds in order it leaves
/// untouched, so that running it again changes nothing.
public abstract class ActionComponent extends BasicComponent {
    protected ActionComponent(
            ComponentName name,
            String summary,
            boolean availableRestricted,
            Set<ComponentName> restoreAfter) {
        super(name, summary, availableRestricted, restoreAfter, Set.of());
    }

    @Override
    public final PackReport pack(PackContext context, ArchiveSink sink) {
        return PackReport.EMPTY;
    }

    @Override
    public final RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        if (context.restricted() && !availableRestricted()) {
            throw new ComponentException(name() + " does not run for an archive of unknown origin");
        }
        return act(RestoreTarget.of(context, source), source);
    }

    /// Whether the server has the panel's layout.
    protected static boolean isPanel(RestoreTarget target) {
        return target.context().services().accounts().source().equals("cpanel");
    }

    /// Acts.
    ///
    /// @throws ComponentException if it cannot be done at all
    protected abstract RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException;
}
