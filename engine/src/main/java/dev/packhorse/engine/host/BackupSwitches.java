package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// Changes the backup switches of accounts: in the account file where there is one, and in a file
/// of ours for accounts that are plain users. Safe for many threads of one process.
public final class BackupSwitches {
    /// Where the switches of plain users are kept, a file of `KEY=value` lines for each that has
    /// any. That there is a file makes its user an account, whatever the login shell.
    private static final String FOLDER = "/etc/packhorse/accounts";

    private final HostFiles files;
    private final AccountDirectory accounts;
    private final ReentrantLock writing = new ReentrantLock();

    public BackupSwitches(HostRoot root, AccountDirectory accounts) {
        this.files = new HostFiles(root);
        this.accounts = accounts;
    }

    /// Puts a switch, and leaves everything else of the file as it is. When this returns, the
    /// change is on stable storage; a switch that stands right is not written again.
    ///
    /// @return false if there is no such account
    /// @throws IOException if its file cannot be read or written
    public boolean set(AccountName name, BackupSwitch which, boolean on) throws IOException {
        writing.lock();
        try {
            Optional<Account> account = accounts.find(name);
            if (account.isPresent()
                    && !value(on).equals(account.get().settings().get(which.key()))) {
                write(account.get(), which, on);
            }
            return account.isPresent();
        } finally {
            writing.unlock();
        }
    }

    /// Turns a switch over.
    ///
    /// @return how it stands now, empty if there is no such account
    /// @throws IOException if its file cannot be read or written
    public Optional<Boolean> toggle(AccountName name, BackupSwitch which) throws IOException {
        writing.lock();
        try {
            Optional<Account> account = accounts.find(name);
            if (account.isEmpty()) {
                return Optional.empty();
            }
            boolean on = !which.isOn(account.get().settings());
            write(account.get(), which, on);
            return Optional.of(on);
        } finally {
            writing.unlock();
        }
    }

    private void write(Account account, BackupSwitch which, boolean on) throws IOException {
        boolean panel = accounts.source().equals("cpanel");
        String path = panel ? HostLayout.users(account.name()) : own(account.name());
        FileRights whenNew =
                panel ? new FileRights(0640, 0, account.gid()) : FileRights.ofRoot(0600);
        AccountFileChange.make(
                files,
                path,
                whenNew,
                before -> AccountFile.with(path, before, which.key(), value(on)));
    }

    /// The switches that a plain user has, empty for one whose were never changed.
    static SortedMap<String, String> ofPlainUser(HostFiles files, AccountName name)
            throws IOException {
        Optional<byte[]> content = files.readBytes(own(name), HostFiles.DEFAULT_LIMIT);
        SortedMap<String, String> switches = new TreeMap<>();
        if (content.isPresent()) {
            SortedMap<String, String> pairs = AccountFile.parse(own(name), content.get());
            for (BackupSwitch each : BackupSwitch.values()) {
                Optional.ofNullable(pairs.get(each.key()))
                        .ifPresent(value -> switches.put(each.key(), value));
            }
        }
        return switches;
    }

    /// Forgets what was set for a plain user who is no longer there.
    public static void forget(HostFiles files, AccountName name) throws IOException {
        files.remove(own(name));
    }

    /// Whether a plain user is an account whatever its login shell is: because a restore made it,
    /// or an administrator put a file there.
    public static boolean knows(HostFiles files, AccountName name) throws IOException {
        return files.stat(own(name)).isPresent();
    }

    /// Notes that a plain user is an account, so that it stays one with a login shell that lets
    /// nobody in. One that is noted stays as it is.
    public static void note(HostFiles files, AccountName name) throws IOException {
        if (!knows(files, name)) {
            files.writeText(own(name), "", FileRights.ofRoot(0600));
        }
    }

    private static String own(AccountName name) {
        return FOLDER + "/" + name;
    }

    private static String value(boolean on) {
        return on ? "1" : "0";
    }
}
