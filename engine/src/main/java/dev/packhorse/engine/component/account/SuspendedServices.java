package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// What of a suspended account goes on by itself or is entered past its password: FTP logins and
/// the crontab. Every step can be done again, and a kill between two leaves nothing that the next
/// call does not finish.
final class SuspendedServices {
    private static final int FTP_MODE = 0640;

    private final HostFiles files;
    private final Crontabs crontabs;

    SuspendedServices(HostFiles files) {
        this.files = files;
        this.crontabs = new Crontabs(files);
    }

    /// Locks FTP logins and puts the crontab aside.
    ///
    /// @param ftp whether the FTP logins are locked, too
    void close(Account account, boolean ftp) throws IOException {
        crontabs.putAside(account);
        if (ftp) {
            change(account, login -> login.locked());
        }
    }

    /// Brings both back as they were; what was added meanwhile stays.
    void open(Account account) throws IOException {
        change(account, login -> login.unlocked());
        crontabs.bringBack(account);
    }

    private void change(Account account, UnaryOperator<FtpLogin> change) throws IOException {
        String path = HostLayout.proftpdPasswords(account.name());
        Optional<String> before = files.readText(path);
        if (before.isEmpty()) {
            return;
        }
        String after =
                FtpLogin.lines(before.get()).stream()
                        .map(line ->
                                FtpLogin.parse(line).map(change).map(FtpLogin::line).orElse(line))
                        .collect(Collectors.joining("\n"));
        if (!after.equals(before.get())) {
            files.replaceContent(
                    path, after.getBytes(StandardCharsets.UTF_8), FileRights.ofRoot(FTP_MODE));
        }
    }
}
