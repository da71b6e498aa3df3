package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.domain.DomainLists;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Comes after everything else: brings the server's lists of domains up to date, takes the mark of
/// the restore away, and gives accounts back to their reseller that came before it.
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
        boolean cpanel = context.services().accounts().source().equals("cpanel");
        RestoreNotes notes = new RestoreNotes();
        if (cpanel) {
            for (String domain :
                    new DomainLists(new HostFiles(context.services().root())).update(account)) {
                notes.dangerous(
                        "domain "
                                + domain
                                + ": another account got it while this one was restored, and keeps"
                                + " it; take it out of this account");
            }
        }
        RestoreLock.of(context.services(), context.account()).release();
        if (cpanel && isItself(context)) {
            settle(context, notes);
        }
        return notes.report(Map.of());
    }

    /// Whether the account is the one that others may mean by its name.
    private static boolean isItself(RestoreContext context) {
        return !context.restricted() && context.account().equals(context.facts().account());
    }

    /// After the mark is gone: nothing else of this restore changes the account any more.
    private static void settle(RestoreContext context, RestoreNotes notes) throws IOException {
        List<String> left = new ArrayList<>();
        DomainLists lists = new DomainLists(new HostFiles(context.services().root()));
        for (Account changed :
                new AwaitedSettings(context.services()).settle(context.account(), left)) {
            lists.update(changed);
        }
        left.forEach(notes::skipped);
    }
}
