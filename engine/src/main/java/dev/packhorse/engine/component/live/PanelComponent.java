package dev.packhorse.engine.component.live;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import java.io.IOException;
import java.util.Set;

/// A module of data that only a server of the panel's layout keeps. An archive that holds nothing
/// of the kind is done at once; a server of another layout says that it has no place for it; and
/// what is not available for archives that nobody vouches for is refused here once more.
public abstract class PanelComponent extends BasicComponent {
    private final String kept;

    /// @param kept what it is about, in the plural and in the middle of a sentence
    protected PanelComponent(
            ComponentName name,
            String summary,
            boolean availableRestricted,
            Set<ComponentName> restoreAfter,
            Set<String> members,
            String kept) {
        super(name, summary, availableRestricted, restoreAfter, members);
        this.kept = kept;
    }

    @Override
    public final RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        if (!isIn(context, source)) {
            return RestoreReport.nothing();
        }
        if (context.restricted() && !availableRestricted()) {
            throw new ComponentException(kept + " are not taken from an archive of unknown origin");
        }
        if (!context.services().accounts().source().equals("cpanel")) {
            return RestoreReport.absent("this server keeps no " + kept);
        }
        return restore(RestoreTarget.of(context, source), source);
    }

    /// Whether the archive holds anything for this module.
    protected abstract boolean isIn(RestoreContext context, ArchiveSource source)
            throws IOException;

    /// Restores what the archive holds.
    ///
    /// @throws ComponentException if it cannot be restored at all
    protected abstract RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException;
}
