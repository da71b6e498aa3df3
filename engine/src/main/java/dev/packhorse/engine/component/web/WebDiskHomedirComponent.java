package dev.packhorse.engine.component.web;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.home.HomeWork;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The Web Disk logins in the home, `etc/webdav/passwd`: their numbers become the account's on this
/// server, their folders must lie in its home. Passwords lie beside in `shadow` and are not
/// touched.
///
/// Source: lines `LOGIN:x:UID:GID:TEXT:FOLDER:SHELL` in the manner of passwd(5).
public final class WebDiskHomedirComponent extends ActionComponent {
    private static final ByteName PASSWD = ByteName.of("passwd");
    private static final int FIELDS = 7;
    private static final int MAX_BYTES = 1 << 20;

    public WebDiskHomedirComponent() {
        super(
                new ComponentName("WebDiskHomedir"),
                "Folders and numbers of Web Disk logins.",
                true,
                Set.of(Components.HOMEDIR));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        long logins =
                HomeWork.in(
                        target.context().services().root(),
                        target.account(),
                        home -> rewrite(home, target));
        return logins == 0 && target.notes().isEmpty()
                ? RestoreReport.nothing()
                : target.notes().report(Map.of("webdisks", logins));
    }

    private static long rewrite(Directory home, RestoreTarget target) throws IOException {
        Optional<Directory> folder = HomeWork.open(home, "etc/webdav");
        if (folder.isEmpty()) {
            return 0;
        }
        try (Directory opened = folder.get()) {
            String text = HomeWork.text(opened, PASSWD, MAX_BYTES).orElse("");
            StringBuilder fitted = new StringBuilder();
            long logins = 0;
            for (String line : text.lines().toList()) {
                String[] fields = line.split(":", -1);
                if (fields.length == FIELDS) {
                    fitted.append(fitted(fields, target)).append('\n');
                    logins++;
                } else if (!line.isBlank()) {
                    target.notes().skipped("etc/webdav/passwd: a line that is no login");
                }
            }
            if (!fitted.toString().equals(text)) {
                int mode = opened.find(PASSWD).map(FileStat::mode).orElse(0640) & 0777;
                HomeWork.replace(opened, PASSWD, fitted.toString(), mode);
                target.notes().altered("etc/webdav/passwd: fitted to this server");
            }
            return logins;
        }
    }

    private static String fitted(String[] fields, RestoreTarget target) {
        String home = target.account().home();
        String folder = target.moved(fields[5]);
        boolean inside =
                (folder.equals(home) || folder.startsWith(home + "/"))
                        && !(folder + "/").contains("/../");
        fields[2] = Integer.toString(target.account().uid());
        fields[3] = Integer.toString(target.account().gid());
        fields[5] = inside ? folder : home;
        return String.join(":", fields);
    }
}
