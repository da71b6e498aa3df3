package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.DiskQuota;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What keeps an account's owner and its disk limit out of a restore: until the last module has
/// ended the password is locked, the shell closed and the limit of the home's disk lifted. What
/// comes back at the end is written down before anything is changed, beside the mark of
/// [RestoreLock], so every step can be done again after a kill and [#all] finds what a restore left
/// that will never go on.
///
/// Modules that bring a password, a shell or a limit change what will come back.
public final class AccountClosure {
    private static final String SUFFIX = ".closed";

    private final HostServices services;
    private final AccountName name;
    private final HostFiles files;
    private final UserTools tools;
    private final ShellRules rules;
    private final String path;

    private AccountClosure(HostServices services, AccountName name) {
        this.services = services;
        this.name = name;
        this.files = new HostFiles(services.root());
        this.tools = UserTools.of(services.root());
        this.rules = new ShellRules(files);
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

    /// Closes the account, if it is there; again after a kill. One that is suspended is closed
    /// already, and its limit alone is lifted.
    ///
    /// @return why the limit stays, empty if it was lifted or there is none
    /// @throws IOException if that failed; a later call finishes it, or [#open] takes it back
    public Optional<String> close(DiskLimits limits) throws IOException {
        Optional<Account> found = services.accounts().find(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Account account = found.get();
        Optional<String> stays = Optional.empty();
        Optional<DiskQuota> quota = Optional.empty();
        try {
            quota =
                    limits.find(account, home(account))
                            .filter(each -> !each.equals(DiskQuota.NONE));
        } catch (IOException e) {
            stays = Optional.of("the account's disk limit stays: " + e.getMessage());
        }
        Optional<Kept> noted = Kept.read(files, path);
        Kept before = noted.isPresent() ? noted.get() : notice(account);
        Kept kept = before.orQuota(quota);
        kept.write(files, path);
        if (kept.password()) {
            lockPassword();
        }
        if (kept.shell().isPresent() && !rules.isClosed(account.shell())) {
            tools.setShell(name, rules.closed());
        }
        if (quota.isPresent()) {
            stays = lift(limits, account);
        }
        if (stays.isPresent()) {
            before.write(files, path);
        }
        return stays;
    }

    private Optional<String> lift(DiskLimits limits, Account account) {
        try {
            limits.set(account, home(account), DiskQuota.NONE);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the account's disk limit stays: " + e.getMessage());
        }
    }

    private Kept notice(Account account) throws IOException {
        boolean open = hash().filter(hash -> !hash.startsWith("!") && isLockable(hash)).isPresent();
        boolean in = !account.suspended() && !rules.isClosed(account.shell());
        return new Kept(
                !account.suspended() && open,
                in ? Optional.of(account.shell()) : Optional.empty(),
                Optional.empty());
    }

    /// A mark for no password, locked, could not be told from one that never was.
    private static boolean isLockable(String hash) {
        return hash.contains("$") && NewUser.isHash("!" + hash);
    }

    private Optional<String> hash() throws IOException {
        return new UserDatabase(services.root()).passwordHash(name.value());
    }

    private Path home(Account account) {
        return services.root().resolve(account.home());
    }

    private void lockPassword() throws IOException {
        Optional<String> hash = hash().filter(each -> !each.startsWith("!"));
        if (hash.isPresent() && isLockable(hash.get())) {
            tools.lockPassword(name, true);
        }
    }

    /// Whether the account is closed by a restore and by nothing else.
    boolean keepsLogin(Account account) throws IOException {
        Optional<Kept> kept = Kept.read(files, path);
        return kept.isPresent() && (kept.get().password() || !account.suspended());
    }

    /// Gives a closed account another password.
    void setPassword(String hash) throws IOException {
        boolean opens = !hash.startsWith("!") && isLockable(hash);
        kept().withPassword(opens).write(files, path);
        String closed = opens ? "!" + hash : hash;
        if (!hash().equals(Optional.of(closed))) {
            tools.setPasswordHash(name, closed);
        }
    }

    /// Gives a closed account another shell.
    void setShell(Account account, String shell) throws IOException {
        boolean opens = !rules.isClosed(shell);
        kept().withShell(opens ? Optional.of(shell) : Optional.empty()).write(files, path);
        String closed = opens ? rules.closed() : shell;
        if (!closed.equals(account.shell()) && !(opens && rules.isClosed(account.shell()))) {
            tools.setShell(name, closed);
        }
    }

    /// The account came back suspended: nobody is let in at the end.
    void staysClosed() throws IOException {
        Optional<Kept> kept = Kept.read(files, path);
        if (kept.isPresent()) {
            kept.get().withPassword(false).withShell(Optional.empty()).write(files, path);
        }
    }

    /// The account has another limit: the former one does not come back.
    void hasNewLimit() throws IOException {
        Optional<Kept> kept = Kept.read(files, path);
        if (kept.isPresent()) {
            kept.get().withoutQuota().write(files, path);
        }
    }

    private Kept kept() throws IOException {
        return Kept.read(files, path).orElse(Kept.NOTHING);
    }

    /// Gives back what was closed, if anything is. Of an account that was suspended meanwhile it
    /// waits until it is let in again.
    ///
    /// @throws IOException if something could not be given back; it stays written down
    public void open(DiskLimits limits) throws IOException {
        Optional<Kept> found = Kept.read(files, path);
        Optional<Account> account = services.accounts().find(name);
        if (found.isPresent() && account.isPresent()) {
            Kept kept = found.get();
            if (kept.quota().isPresent()) {
                limits.set(account.get(), home(account.get()), kept.quota().get());
            }
            openLogin(kept, account.get());
        }
        if (found.isPresent()) {
            files.remove(path);
        }
    }

    private void openLogin(Kept kept, Account account) throws IOException {
        String hash = hash().orElse("");
        String open = hash.startsWith("!") ? hash.substring(1) : hash;
        boolean waits = account.suspended() && services.accounts().source().equals("cpanel");
        if (waits) {
            SuspendedLogin login = new SuspendedLogin(services);
            if (kept.password()) {
                login.setPassword(account, open);
            }
            if (kept.shell().isPresent()) {
                login.setShell(account, kept.shell().get());
            }
            return;
        }
        if (kept.password() && !open.equals(hash) && isLockable(open)) {
            tools.lockPassword(name, false);
        }
        if (kept.shell().isPresent() && rules.isClosed(account.shell())) {
            tools.setShell(name, kept.shell().get());
        }
    }

    /// What comes back.
    ///
    /// @param password whether the password is unlocked
    /// @param shell the shell, empty if the one that is there stays
    /// @param quota the limit, empty if the one that is there stays
    private record Kept(boolean password, Optional<String> shell, Optional<DiskQuota> quota) {
        static final Kept NOTHING = new Kept(false, Optional.empty(), Optional.empty());

        static Optional<Kept> read(HostFiles files, String path) throws IOException {
            Optional<String> text = files.readText(path);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            Kept kept = NOTHING;
            for (String line : text.get().lines().toList()) {
                kept = kept.with(line, path);
            }
            return Optional.of(kept);
        }

        private Kept with(String line, String path) throws IOException {
            if (line.equals("password")) {
                return withPassword(true);
            }
            if (line.startsWith("shell ") && NewUser.isPath(line.substring(6))) {
                return withShell(Optional.of(line.substring(6)));
            }
            if (line.matches("quota( [0-9]{1,18}){4}")) {
                String[] each = line.split(" ", -1);
                return orQuota(
                        Optional.of(
                                new DiskQuota(
                                        Long.parseLong(each[1]),
                                        Long.parseLong(each[2]),
                                        Long.parseLong(each[3]),
                                        Long.parseLong(each[4]))));
            }
            throw new IOException(path + ": not a line of what a restore closed: " + line);
        }

        void write(HostFiles files, String path) throws IOException {
            StringBuilder text = new StringBuilder();
            if (password) {
                text.append("password\n");
            }
            shell.ifPresent(each -> text.append("shell ").append(each).append('\n'));
            quota.ifPresent(each ->
                    text.append(
                            "quota %d %d %d %d\n"
                                    .formatted(
                                            each.hardBlocks(),
                                            each.softBlocks(),
                                            each.hardInodes(),
                                            each.softInodes())));
            files.writeText(path, text.toString(), FileRights.ofRoot(0600));
        }

        Kept withPassword(boolean opens) {
            return new Kept(opens, shell, quota);
        }

        Kept withShell(Optional<String> other) {
            return new Kept(password, other, quota);
        }

        /// One that is lifted has none any more; what was noted first counts.
        Kept orQuota(Optional<DiskQuota> other) {
            return new Kept(password, shell, quota.or(() -> other));
        }

        Kept withoutQuota() {
            return new Kept(password, shell, Optional.empty());
        }
    }
}
