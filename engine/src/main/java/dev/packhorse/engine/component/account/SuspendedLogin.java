package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Password and shell of an account that is suspended on this server: what a restore brings waits
/// where [Suspension] looks when it lets the account in again, and lets nobody in until then. What
/// waits is noted before anything is closed, so that every step can be done again.
final class SuspendedLogin {
    private static final String LOCKED = "!";
    private static final String SHELL = "shell=";

    private final HostFiles files;
    private final UserDatabase users;
    private final UserTools tools;
    private final ShellRules rules;
    private final boolean panel;

    SuspendedLogin(HostServices host) {
        this.files = new HostFiles(host.root());
        this.users = new UserDatabase(host.root());
        this.tools = UserTools.of(host.root());
        this.rules = new ShellRules(files);
        this.panel = host.accounts().source().equals("cpanel");
    }

    private String hash(Account account) throws IOException {
        return users.passwordHash(account.name().value()).orElse("");
    }

    /// Gives it a password; one that is locked stays so after the suspension.
    void setPassword(Account account, String hash) throws IOException {
        boolean locked = hash.startsWith(LOCKED);
        if (panel) {
            String mark = HostLayout.suspendedPassword(account.name());
            if (locked) {
                files.makeFolder(HostLayout.suspendedThingsFolder(), FileRights.ofRoot(0700));
                files.write(mark, LosslessText.encode("locked\n"), FileRights.ofRoot(0600));
            } else if (files.stat(mark).isPresent()) {
                files.remove(mark);
            }
        }
        String closed = locked ? hash : LOCKED + hash;
        String usable = NewUser.isHash(closed) ? closed : LOCKED;
        if (!usable.equals(hash(account))) {
            tools.setPasswordHash(account.name(), usable);
        }
    }

    /// Gives it a shell.
    void setShell(Account account, String shell) throws IOException {
        if (panel) {
            noteShell(account, shell);
        }
        String now = panel && !rules.isClosed(shell) ? rules.closed() : shell;
        if (!now.equals(account.shell())) {
            tools.setShell(account.name(), now);
        }
    }

    /// What others noted there stays.
    private void noteShell(Account account, String shell) throws IOException {
        String path = HostLayout.suspendinfo(account.name());
        Optional<String> before = files.readText(path);
        List<String> lines = new ArrayList<>(before.stream().flatMap(String::lines).toList());
        lines.removeIf(line -> line.startsWith(SHELL));
        if (!rules.isClosed(shell)) {
            lines.add(SHELL + shell);
        }
        String after = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        if (after.isEmpty() && before.isPresent()) {
            files.remove(path);
        } else if (!after.equals(before.orElse(""))) {
            files.replaceContent(path, LosslessText.encode(after), FileRights.ofRoot(0644));
        }
    }

    /// Closes what is open.
    void close(Account account) throws IOException {
        String hash = hash(account);
        if (!hash.isEmpty() && !hash.startsWith(LOCKED)) {
            setPassword(account, hash);
        }
        if (!rules.isClosed(account.shell())) {
            setShell(account, account.shell());
        }
    }
}
