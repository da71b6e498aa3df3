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

/// Would fetch mail that came to the account's old server while the account moved. A restore works
/// from an archive, with no connection to a server that the account came from, so there is never
/// anything to fetch; the log says so.
public final class MailSync extends ActionComponent {
    public MailSync() {
        super(
                new ComponentName("MailSync"),
                "Mail that came to the old server during a move; an archive has no such server.",
                true,
                Set.of(Components.HOMEDIR));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        target.context().log().line("No old server to fetch mail from: restoring from an archive.");
        return RestoreReport.nothing();
    }
}
