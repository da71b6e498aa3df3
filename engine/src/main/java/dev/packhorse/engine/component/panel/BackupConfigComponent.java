package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.account.AccountSettings;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// Whether the restored account is backed up. What an archive of this server says is kept; any
/// other account is taken into the backups, as new accounts are, lest nobody notice that one has
/// none.
public final class BackupConfigComponent extends ActionComponent {
    private static final String KEY = "BACKUP";

    public BackupConfigComponent() {
        super(
                new ComponentName("BackupConfig"),
                "Takes the restored account into the server's backups.",
                true,
                Set.of(Components.CP_USER));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        if (!isPanel(target)) {
            return RestoreReport.nothing();
        }
        String now = target.account().setting(KEY, "");
        boolean kept = now.equals("1") || (now.equals("0") && !target.restricted());
        if (kept) {
            return RestoreReport.done(Map.of());
        }
        AccountSettings.set(target.files(), target.account(), KEY, "1");
        if (now.equals("0")) {
            target.notes().altered("backups: on, although the archive says that they were off");
        }
        return target.notes().report(Map.of());
    }
}
