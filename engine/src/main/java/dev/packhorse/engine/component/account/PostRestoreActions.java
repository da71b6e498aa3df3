package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.domain.DomainLists;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// Comes after everything else: brings the server's lists of domains up to date, and takes the mark
/// of the restore away, and that of a removal.
public final class PostRestoreActions extends BasicComponent {
    public PostRestoreActions() {
        super(
                Components.POST_RESTORE_ACTIONS,
                "Updates the server's lists of domains after a restore.",
                true,
                Set.of(
                        Components.ACCOUNT,
                        Components.PACKAGE,
                        Components.CP_USER,
                        Components.DOMAINS,
                        Components.USERDATA,
                        Components.HOMEDIR,
                        Components.MYSQL,
                        Components.CRON,
                        Components.PASSWORD,
                        Components.SHELL,
                        Components.QUOTA,
                        Components.ZONE_FILE,
                        Components.MAIL,
                        Components.FTP,
                        Components.SSL,
                        Components.RESELLER,
                        Components.SUSPEND),
                Set.of());
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) {
        return PackReport.EMPTY;
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        Account account = Components.existing(context);
        if (context.services().accounts().source().equals("cpanel")) {
            new DomainLists(new HostFiles(context.services().root())).update(account);
        }
        RestoreLock.of(context.services(), context.account()).release();
        RemovalMark.of(context.services(), context.account()).clear();
        return RestoreReport.done(Map.of());
    }
}
