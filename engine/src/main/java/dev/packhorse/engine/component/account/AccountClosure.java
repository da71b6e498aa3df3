package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.DiskQuota;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What keeps an account's owner and its disk limit out of a restore: until the last module has
/// ended the user is one that has expired, whom PAM lets in by no password, key or cron job, and
/// the limit of the home's disk is lifted. Password, shell and suspension stay as they are, so that
/// modules, backups and suspensions see and change them as ever. What comes back at the end is
/// written down before anything is changed, beside the mark of [RestoreLock], so every step can be
/// done again after a kill and [#all] finds what a restore left that will never go on.
public final class AccountClosure {
    /// The day since 1970 on which a closed login ended; no user that ever was let in has it.
    static final long CLOSED = 1;

    private static final String SUFFIX = ".closed";

    private final HostServices services;
    private final AccountName name;
    private final HostFiles files;
    private final UserDatabase users;
    private final UserTools tools;
    private final String path;

    private AccountClosure(HostServices services, AccountName name) {
        this.services = services;
        this.name = name;
        this.files = new HostFiles(services.root());
        this.users = new UserDatabase(services.root());
        this.tools = UserTools.of(services.root());
        this.path = RestoreLock.folder(services) + "/" + name + SUFFIX;
    }

    public static AccountClosure of(HostServices services, AccountName account) {
        return new AccountClosure(services, account);
    }

    /// The accounts of this server that are closed.
    public static List<AccountName> all(HostServices services) throws IOException {
        List<AccountName> names = new ArrayList<>();
        for (var each : new HostFiles(services.root()).list(RestoreLock.folder(services))) {
            String file = each.toString();
            String account = file.substring(0, Math.max(0, file.length() - SUFFIX.length()));
            if (file.endsWith(SUFFIX) && AccountName.isValid(account)) {
                names.add(new AccountName(account));
            }
        }
        return names;
    }

    /// Closes the account, if it is there; again after a kill. A login that has expired already
    /// stays so, and of what somebody changed since an earlier try the change counts.
    ///
    /// @return why the limit stays, empty if it was lifted or there is none
    /// @throws IOException if that failed; a later call finishes it, or [#open] takes it back
    public Optional<String> close(DiskLimits limits) throws IOException {
        Optional<Account> account = services.accounts().find(name);
        if (account.isEmpty()) {
            return Optional.empty();
        }
        closeLogin();
        try {
            lift(limits, account.get());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the account's disk limit stays: " + e.getMessage());
        }
    }

    private void closeLogin() throws IOException {
        if (!users.isExpired(name.value())) {
            note().withLogin(users.expiryDay(name.value())).write(files, path);
            tools.setExpiryDay(name, OptionalLong.of(CLOSED));
        }
    }

    private void lift(DiskLimits limits, Account account) throws IOException {
        Optional<DiskQuota> quota =
                limits.find(account, home(account)).filter(each -> !each.equals(DiskQuota.NONE));
        if (quota.isPresent()) {
            note().withQuota(quota.get()).write(files, path);
            limits.set(account, home(account), DiskQuota.NONE);
        }
    }

    private Path home(Account account) {
        return services.root().resolve(account.home());
    }

    private ClosureNote note() throws IOException {
        return ClosureNote.read(files, path).orElse(ClosureNote.NOTHING);
    }

    /// The limit that was lifted, empty if none was.
    Optional<DiskQuota> liftedLimit() throws IOException {
        return note().quota();
    }

    /// The account gets another limit than the former one in the end.
    void comesBackWith(DiskQuota quota) throws IOException {
        ClosureNote note = note();
        ClosureNote changed =
                quota.equals(DiskQuota.NONE) ? note.withoutQuota() : note.withQuota(quota);
        changed.write(files, path);
    }

    /// Gives back what was closed, if anything is: the login first, which needs nothing but the
    /// user, then the limit. What somebody else set meanwhile stays.
    ///
    /// @throws IOException if something could not be given back; that alone stays written down
    public void open(DiskLimits limits) throws IOException {
        if (ClosureNote.read(files, path).isEmpty()) {
            return;
        }
        if (users.find(name.value()).isEmpty()) {
            files.remove(path);
            return;
        }
        openLogin();
        Optional<DiskQuota> quota = note().quota();
        if (quota.isPresent()) {
            try {
                limit(limits, quota.get());
            } catch (IOException e) {
                throw new IOException("the disk limit is not given back: " + e.getMessage(), e);
            }
        }
        files.remove(path);
    }

    private void openLogin() throws IOException {
        ClosureNote note = note();
        if (!note.login()) {
            return;
        }
        if (users.expiryDay(name.value()).equals(OptionalLong.of(CLOSED))) {
            tools.setExpiryDay(name, note.expiry());
        }
        note.withoutLogin().write(files, path);
    }

    private void limit(DiskLimits limits, DiskQuota quota) throws IOException {
        Account account =
                services.accounts()
                        .find(name)
                        .orElseThrow(() -> new IOException("there is no account of the user now"));
        DiskQuota now =
                limits.find(account, home(account))
                        .orElseThrow(() ->
                                new IOException(
                                        "where the home lies no limits are on, or it is gone"));
        if (now.equals(DiskQuota.NONE)) {
            limits.set(account, home(account), quota);
        }
    }

    /// Forgets a limit that cannot be given back. Of a login that is closed yet nothing is
    /// forgotten.
    ///
    /// @return the limit, empty if nothing was forgotten
    public Optional<DiskQuota> giveUpLimit() throws IOException {
        ClosureNote note = note();
        if (note.login() || note.quota().isEmpty()) {
            return Optional.empty();
        }
        files.remove(path);
        return note.quota();
    }
}
