package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/// The files `passwd` below `etc` of a home, of logins that are no users of the system: their
/// numbers become the account's on this server, and their folders must lie in its home. Passwords
/// lie beside in `shadow` and are not touched.
///
/// Source: lines `LOGIN:x:UID:GID:TEXT:FOLDER:SHELL` in the manner of passwd(5); mail servers have
/// the home in the place of a shell.
public final class HomePasswd {
    private static final ByteName PASSWD = ByteName.of("passwd");
    private static final int FIELDS = 7;
    private static final int MAX_BYTES = 1 << 20;

    private final RestoreTarget target;
    private final String folder;
    private final Function<String, String> usual;

    /// @param folder below the home, as `etc/webdav`
    /// @param usual the folder of a login whose own lies outside of the home
    public HomePasswd(RestoreTarget target, String folder, Function<String, String> usual) {
        this.target = target;
        this.folder = folder;
        this.usual = usual;
    }

    /// Fits the file to this server, if that changes anything.
    ///
    /// @return how many logins it has; 0 if there is none
    public long fit(Directory home) throws IOException {
        Optional<Directory> found = HomeWork.open(home, folder);
        if (found.isEmpty()) {
            return 0;
        }
        try (Directory opened = found.get()) {
            String text = HomeWork.text(opened, PASSWD, MAX_BYTES).orElse("");
            StringBuilder fitted = new StringBuilder();
            long logins = 0;
            for (String line : text.lines().toList()) {
                String[] fields = line.split(":", -1);
                if (fields.length == FIELDS) {
                    fitted.append(fitted(fields)).append('\n');
                    logins++;
                } else if (!line.isBlank()) {
                    notes().skipped(folder + "/passwd: a line that is no login");
                }
            }
            if (!fitted.toString().equals(text)) {
                int mode = opened.find(PASSWD).map(FileStat::mode).orElse(0640) & 0777;
                HomeWork.replace(opened, PASSWD, fitted.toString(), mode);
                notes().altered(folder + "/passwd: fitted to this server");
            }
            return logins;
        }
    }

    private RestoreNotes notes() {
        return target.notes();
    }

    private String fitted(String[] fields) {
        Account account = target.account();
        String home = account.home();
        String place = target.moved(fields[5]);
        boolean inside =
                (place.equals(home) || place.startsWith(home + "/"))
                        && !(place + "/").contains("/../");
        fields[2] = Integer.toString(account.uid());
        fields[3] = Integer.toString(account.gid());
        fields[5] = inside ? place : usual.apply(fields[0]);
        fields[6] = target.moved(fields[6]);
        return String.join(":", fields);
    }
}
