package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Suspends accounts of this server and lets them in again: the password is locked, and with
/// cPanel's layout the shell is closed and the suspension noted where its tools look. Every step
/// can be done again. Web sites, mail and databases are not touched.
///
/// Source: docs.cpanel.net "Backup Tarball Contents" for `suspended` and `suspendinfo`.
public final class Suspension {
    private static final String SHELL = "shell=";

    private final HostFiles files;
    private final UserDatabase users;
    private final UserTools tools;
    private final boolean panel;

    /// @param source the source of the accounts, `cpanel` or another
    public Suspension(HostRoot root, String source) {
        this.files = new HostFiles(root);
        this.users = new UserDatabase(root);
        this.tools = UserTools.of(root);
        this.panel = source.equals("cpanel");
    }

    /// Suspends an account; one that is suspended gets the new reason.
    ///
    /// @param locked whether only root may let it in again
    /// @throws IOException if a step failed; those before it are done
    public void suspend(Account account, String reason, boolean locked, Instant now)
            throws IOException {
        lockPassword(account);
        if (!panel) {
            return;
        }
        closeShell(account);
        write(HostLayout.suspended(account.name()), reason + "\n");
        if (locked) {
            write(HostLayout.suspendedLock(account.name()), "");
        }
        SortedMap<String, String> settings = new TreeMap<>(account.settings());
        settings.put("SUSPENDED", "1");
        settings.put("SUSPENDTIME", Long.toString(now.getEpochSecond()));
        AccountSettings.write(files, account, settings);
    }

    /// Lets an account in again, with the password and the shell it had.
    ///
    /// @throws IOException if a step failed; those before it are done
    public void unsuspend(Account account) throws IOException {
        if (panel) {
            openShell(account);
            SortedMap<String, String> settings = new TreeMap<>(account.settings());
            settings.remove("SUSPENDED");
            settings.remove("SUSPENDTIME");
            AccountSettings.write(files, account, settings);
        }
        unlockPassword(account);
        if (panel) {
            files.remove(HostLayout.suspendedLock(account.name()));
            files.remove(HostLayout.suspended(account.name()));
            files.remove(HostLayout.suspendinfo(account.name()));
        }
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

    private void lockPassword(Account account) throws IOException {
        Optional<String> hash = users.passwordHash(account.name().value());
        if (hash.isEmpty() || hash.get().startsWith("!")) {
            return;
        }
        // An empty field lets in without a password; that does not come back.
        String locked = "!" + hash.get();
        if (!NewUser.isHash(locked)) {
            throw new IOException(
                    "the password of " + account.name() + " has no known form and cannot be kept");
        }
        tools.setPasswordHash(account.name(), locked);
    }

    private void unlockPassword(Account account) throws IOException {
        Optional<String> hash = users.passwordHash(account.name().value());
        String open = hash.orElse("").replaceFirst("^!+", "");
        if (open.contains("$") && !open.equals(hash.orElse(""))) {
            tools.setPasswordHash(account.name(), open);
        }
    }

    /// The shell is noted before it is closed, and never noted as a closed one.
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
