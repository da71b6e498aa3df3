package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Suspends accounts of this server and lets them in again: the password is locked, and with
/// cPanel's layout the shell is closed, FTP and mail logins and database users are locked, web
/// sites lead to a notice, the crontab waits aside, and the suspension is noted where the panel's
/// tools look. Every step can be done again. Programs and database sessions that are open go on.
///
/// Source: docs.cpanel.net "Backup Tarball Contents" for `suspended` and `suspendinfo`.
public final class Suspension {
    private static final String SHELL = "shell=";

    private final HostFiles files;
    private final UserDatabase users;
    private final UserTools tools;
    private final SuspendedServices services;
    private final boolean panel;

    public Suspension(HostServices host) {
        this.files = new HostFiles(host.root());
        this.users = new UserDatabase(host.root());
        this.tools = UserTools.of(host.root());
        this.services = new SuspendedServices(host);
        this.panel = host.accounts().source().equals("cpanel");
    }

    /// Suspends an account; one that is suspended gets the new reason.
    ///
    /// With cPanel's layout what the account had is noted first, then the mark is set by which it
    /// counts as suspended, and only then something is closed: a call after a kill notes nothing
    /// that the killed one had closed.
    ///
    /// @param locked whether only root may let it in again
    /// @param ftp whether its FTP logins are locked
    /// @return a sentence for each thing of it that stays open, with the reason
    /// @throws IOException if a step failed; those before it are done
    public List<String> suspend(
            Account account, String reason, boolean locked, boolean ftp, Instant now)
            throws IOException {
        refuseOddPassword(account);
        if (!panel) {
            lockPassword(account);
            return List.of();
        }
        if (!account.suspended()) {
            note(account);
        }
        write(HostLayout.suspended(account.name()), reason + "\n");
        if (locked) {
            write(HostLayout.suspendedLock(account.name()), "");
        }
        lockPassword(account);
        closeShell(account);
        List<String> left = services.close(account, ftp);
        SortedMap<String, String> settings = new TreeMap<>(account.settings());
        settings.put("SUSPENDED", "1");
        settings.put("SUSPENDTIME", Long.toString(now.getEpochSecond()));
        AccountSettings.write(files, account, settings);
        return left;
    }

    /// Notes of an earlier suspension, which a kill left, go.
    private void note(Account account) throws IOException {
        ShellRules rules = new ShellRules(files);
        if (rules.isClosed(account.shell())) {
            files.remove(HostLayout.suspendinfo(account.name()));
        } else {
            write(HostLayout.suspendinfo(account.name()), SHELL + account.shell() + "\n");
        }
        String password = HostLayout.suspendedPassword(account.name());
        if (users.passwordHash(account.name().value()).orElse("").startsWith("!")) {
            files.makeFolder(HostLayout.suspendedThingsFolder(), FileRights.ofRoot(0700));
            files.write(
                    password, "locked\n".getBytes(StandardCharsets.UTF_8), FileRights.ofRoot(0600));
        } else if (files.stat(password).isPresent()) {
            files.remove(password);
        }
    }

    /// Lets an account in again, with all that it had. The mark goes last of what decides, so that
    /// a call after a kill finishes.
    ///
    /// @return a sentence for each thing of it that stays closed, with the reason
    /// @throws IOException if a step failed; those before it are done
    public List<String> unsuspend(Account account) throws IOException {
        if (!panel) {
            unlockPassword(account);
            return List.of();
        }
        openShell(account);
        List<String> left = services.open(account);
        SortedMap<String, String> settings = new TreeMap<>(account.settings());
        settings.remove("SUSPENDED");
        settings.remove("SUSPENDTIME");
        // The mark alone keeps it suspended until the end.
        if (files.stat(HostLayout.suspended(account.name())).isEmpty()) {
            write(HostLayout.suspended(account.name()), "");
        }
        AccountSettings.write(files, account, settings);
        String password = HostLayout.suspendedPassword(account.name());
        if (files.stat(password).isEmpty()) {
            unlockPassword(account);
        }
        for (String path :
                List.of(
                        HostLayout.suspendedLock(account.name()),
                        HostLayout.suspended(account.name()),
                        HostLayout.suspendinfo(account.name()),
                        password)) {
            files.remove(path);
        }
        return left;
    }

    /// Whether only root may let the account in again.
    public boolean isLocked(Account account) throws IOException {
        return panel && files.stat(HostLayout.suspendedLock(account.name())).isPresent();
    }

    /// Why an account is suspended, empty if it is not, or nobody said.
    public Optional<String> reason(Account account) throws IOException {
        return panel
                ? files.readText(HostLayout.suspended(account.name()))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    /// Before anything is changed.
    private void refuseOddPassword(Account account) throws IOException {
        Optional<String> hash = users.passwordHash(account.name().value());
        // An empty field lets in without a password; that does not come back.
        if (hash.isPresent() && !hash.get().startsWith("!") && !NewUser.isHash("!" + hash.get())) {
            throw new IOException(
                    "the password of " + account.name() + " has no known form and cannot be kept");
        }
    }

    private void lockPassword(Account account) throws IOException {
        Optional<String> hash = users.passwordHash(account.name().value());
        if (hash.isPresent() && !hash.get().startsWith("!")) {
            tools.setPasswordHash(account.name(), "!" + hash.get());
        }
    }

    private void unlockPassword(Account account) throws IOException {
        Optional<String> hash = users.passwordHash(account.name().value());
        String open = hash.orElse("").replaceFirst("^!+", "");
        if (open.contains("$") && !open.equals(hash.orElse(""))) {
            tools.setPasswordHash(account.name(), open);
        }
    }

    /// The shell was noted before; one that root opened meanwhile is noted anew.
    private void closeShell(Account account) throws IOException {
        ShellRules rules = new ShellRules(files);
        if (!rules.isClosed(account.shell())) {
            write(HostLayout.suspendinfo(account.name()), SHELL + account.shell() + "\n");
            tools.setShell(account.name(), rules.closed());
        }
    }

    private void openShell(Account account) throws IOException {
        Optional<String> before =
                files.readText(HostLayout.suspendinfo(account.name())).stream()
                        .flatMap(String::lines)
                        .filter(line -> line.startsWith(SHELL))
                        .map(line -> line.substring(SHELL.length()).strip())
                        .findFirst();
        if (before.isPresent() && NewUser.isPath(before.get())) {
            tools.setShell(account.name(), new ShellRules(files).allowed(before.get(), false));
        }
    }

    private void write(String path, String text) throws IOException {
        files.replaceContent(path, text.getBytes(StandardCharsets.UTF_8), FileRights.ofRoot(0644));
    }
}
