package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The web folder's rights on a server that keeps customers out of each other's sites: it belongs
/// to the web server's group, and others cannot enter. Where the server does not do that, nothing
/// is changed.
///
/// Source: `/var/cpanel/fileprotect` turns it on, as public programs read it.
public final class FileProtectComponent extends ActionComponent {
    private static final String FOLDER = "public_html";
    private static final int CLOSED = 0750;

    public FileProtectComponent() {
        super(
                new ComponentName("FileProtect"),
                "Keeps other accounts out of the web folder.",
                true,
                Set.of(Components.HOMEDIR, Components.DOMAINS));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        if (!isPanel(target) || target.files().stat(ServiceLayout.FILE_PROTECT).isEmpty()) {
            return RestoreReport.nothing();
        }
        UserDatabase users = new UserDatabase(target.context().services().root());
        Optional<Integer> group = users.groupId("nobody").filter(gid -> gid != 0);
        if (group.isEmpty()) {
            return RestoreReport.absent("this server has no group nobody for its web server");
        }
        try (OwnerAccess owner = new OwnerAccess()) {
            boolean changed =
                    HomeWork.in(
                            target.context().services().root(),
                            target.account(),
                            home -> protect(home, target.account().uid(), group.get(), owner));
            if (changed) {
                target.notes().altered(FOLDER + ": closed to other accounts");
            }
        }
        return target.notes().report(Map.of());
    }

    private static boolean protect(Directory home, int uid, int gid, OwnerAccess owner)
            throws IOException {
        Optional<Directory> found = HomeWork.open(home, FOLDER);
        if (found.isEmpty()) {
            return false;
        }
        try (Directory folder = found.get()) {
            FileStat stat = folder.stat();
            boolean right = stat.gid() == gid && stat.mode() == CLOSED;
            if (right || stat.uid() != uid) {
                return false;
            }
            owner.run(() -> {
                folder.setOwner(uid, gid);
                folder.setMode(CLOSED);
            });
            return true;
        }
    }
}
