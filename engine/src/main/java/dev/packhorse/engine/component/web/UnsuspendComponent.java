package dev.packhorse.engine.component.web;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.mail.SuspendedLogins;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// Takes out of the home what a suspension put in before it was packed: the redirect of all pages
/// to a notice, and the locks of mail logins. An account that comes back suspended keeps those of
/// this program; one that is suspended here is closed again by the module Suspend, which comes
/// later.
public final class UnsuspendComponent extends ActionComponent {
    public UnsuspendComponent() {
        super(
                new ComponentName("Unsuspend"),
                "Takes the redirect and the mail locks of a suspension out of the home.",
                true,
                Set.of(Components.HOMEDIR, Components.DOMAINS));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        boolean stays = ArchivedAccount.read(target.context(), source).isSuspended(source);
        HtaccessEdit.inEach(
                target,
                (site, folder) -> {
                    boolean isOurs = stays && SuspendedSites.isClosed(folder);
                    if (!isOurs && SuspendedSites.mend(folder)) {
                        target.notes()
                                .altered(site + "/.htaccess: redirect of a suspension taken out");
                    }
                });
        if (!stays) {
            SuspendedLogins.unlock(target.context().services().root(), target.account())
                    .forEach(target.notes()::skipped);
        }
        return target.notes().isEmpty() ? RestoreReport.nothing() : target.notes().report(Map.of());
    }
}
