package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Suspends accounts of this server and lets them in again: the password is locked, and with
/// cPanel's layout the shell is closed, FTP and mail logins and database users are locked, web
/// sites lead to a notice, the crontab waits aside, and the suspension is noted where the panel's
/// tools look. Every step can be done again. Programs and database sessions that are open go on.
/// Safe for many threads: what is done to one account is done one after another, each time on the
/// account as it is then.
///
/// Source: docs.cpanel.net "Backup Tarball Contents" for `suspended` and `suspendinfo`.
public final class Suspension {
    private static final String SHELL = "shell=";
    private static final int LOCKS = 64;

    private final AccountDirectory accounts;

    /// An account's name always has the same one; two names may share one.
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    private final HostFiles files;
    private final UserDatabase users;
    private final UserTools tools;
    private final SuspendedServices services;
    private final boolean panel;

    public Suspension(HostServices host) {
        this.accounts = host.accounts();
        this.files = new HostFiles(host.root());
        this.users = new UserDatabase(host.root());
        this.tools = UserTools.of(host.root());
        this.services = new SuspendedServices(host);
        this.panel = host.accounts().source().equals("cpanel");
    }

    /// Work on an account's suspension.
    @FunctionalInterface
    public interface Work<T, X extends Exception> {
        T run() throws X;
    }

    /// Does work while nobody else changes the account's suspension.
    public <T, X extends Exception> T alone(AccountName account, Work<T, X> work) throws X {
        ReentrantLock lock = locks.get(Math.floorMod(account.hashCode(), LOCKS));
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    /// As it is now: whoever asked may have read it before another's change.
    private Account now(Account account) throws IOException {
        return accounts.find(account.name())
                .orElseThrow(() ->
                        new IOException("there is no account " + account.name() + " any more"));
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
        return alone(account.name(), () -> close(now(account), reason, locked, ftp, now));
    }

    private List<String> close(
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
        AccountSettings.change(
                files,
                account,
                Map.of("SUSPENDED", "1", "SUSPENDTIME", Long.toString(now.getEpochSecond())),
                Set.of());
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
        return alone(account.name(), () -> open(now(account)));
    }

    private List<String> open(Account account) throws IOException {
        if (!panel) {
            unlockPassword(account);
            return List.of();
        }
        openShell(account);
        List<String> left = services.open(account);
        // The mark alone keeps it suspended until the end.
        if (files.stat(HostLayout.suspended(account.name())).isEmpty()) {
            write(HostLayout.suspended(account.name()), "");
        }
        AccountSettings.change(files, account, Map.of(), Set.of("SUSPENDED", "SUSPENDTIME"));
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
