package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.SuspendedDatabases;
import dev.packhorse.engine.component.mail.SuspendedLogins;
import dev.packhorse.engine.component.web.SuspendedSites;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// What of a suspended account goes on by itself or is entered past its password: the crontab, FTP
/// and mail logins, web sites, and database users. Every step can be done again, and a kill between
/// two leaves nothing that the next call does not finish.
final class SuspendedServices {
    private static final int FTP_MODE = 0640;

    private final HostServices services;
    private final HostFiles files;
    private final Crontabs crontabs;
    private final SuspendedDatabases databases;

    SuspendedServices(HostServices services) {
        this.services = services;
        this.files = new HostFiles(services.root());
        this.crontabs = new Crontabs(files);
        this.databases = new SuspendedDatabases(services);
    }

    /// Closes them all. A home or a database server that cannot be worked with keeps nothing else
    /// open.
    ///
    /// @param ftp whether the FTP logins are locked, too
    /// @return a sentence for each thing that stays open, with the reason
    /// @throws IOException if a file of the host cannot be changed
    List<String> close(Account account, boolean ftp) throws IOException {
        crontabs.putAside(account);
        if (ftp) {
            change(account, login -> login.locked());
        }
        List<String> left = new ArrayList<>();
        if (services.root().rehearsal().isEmpty()) {
            inHome("web sites", left, () -> SuspendedSites.close(services.root(), account));
            inHome("mail logins", left, () -> SuspendedLogins.lock(services.root(), account));
            left.addAll(databases.lock(account));
        }
        return left;
    }

    /// Brings all back as they were; what was added meanwhile stays.
    ///
    /// @return a sentence for each thing that stays closed, with the reason
    /// @throws IOException if a file of the host or a database user cannot be changed; what was
    ///   done stays done
    List<String> open(Account account) throws IOException {
        databases.unlock(account);
        List<String> left = new ArrayList<>();
        inHome("web sites", left, () -> SuspendedSites.open(services.root(), account));
        inHome("mail logins", left, () -> SuspendedLogins.unlock(services.root(), account));
        change(account, login -> login.unlocked());
        crontabs.bringBack(account);
        return left;
    }

    private static void inHome(String what, List<String> left, HomeStep step) {
        try {
            left.addAll(step.run());
        } catch (ComponentException | IOException e) {
            left.add(what + ": not changed, " + e.getMessage());
        }
    }

    /// Work in a home, which tells what it left.
    @FunctionalInterface
    private interface HomeStep {
        List<String> run() throws ComponentException, IOException;
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
