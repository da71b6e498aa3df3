package dev.packhorse.engine.component.action;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import java.io.IOException;
import java.util.Set;

/// Would copy what changed in the home on the account's old server while the account moved. A
/// restore works from an archive, with no connection to such a server; the log says so.
public final class ResyncHomedir extends ActionComponent {
    public ResyncHomedir() {
        super(
                new ComponentName("ResyncHomedir"),
                "Changes of the home on the old server during a move; an archive has no such server.",
                true,
                Set.of(Components.HOMEDIR));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        target.context()
                .log()
                .line("No old server to compare the home with: restoring from an archive.");
        return RestoreReport.nothing();
    }
}
