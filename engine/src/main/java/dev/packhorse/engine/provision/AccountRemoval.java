package dev.packhorse.engine.provision;

import dev.packhorse.engine.component.DatabaseSearch;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.MissingServer;
import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.component.account.ShellRules;
import dev.packhorse.engine.component.account.UserTools;
import dev.packhorse.engine.component.dns.NameServer;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.BackupSwitches;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes accounts for good: home, databases, and all that the server keeps of them. Backups stay.
/// Everything that speaks against it is looked for before anything is touched; a removal that a
/// failure or a crash stopped half-way is gone on with by asking for it again, since the user, the
/// account file and the mark go last.
public final class AccountRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(AccountRemoval.class);

    private final HostServices services;
    private final HostFiles files;
    private final ServicePrograms programs;

    public AccountRemoval(HostServices services) {
        this(services, ServicePrograms.ofSystem());
    }

    /// @param programs by which web server and name server are driven
    AccountRemoval(HostServices services, ServicePrograms programs) {
        this.services = services;
        this.programs = programs;
        this.files = new HostFiles(services.root());
    }

    /// What else ends with an account.
    @FunctionalInterface
    public interface Farewell {
        /// Is called when nothing speaks against the removal and nothing was changed yet; again
        /// when the removal is gone on with, and when the user is gone.
        void run() throws IOException;
    }

    /// Removes an account: [#begin] and [Begun#finish].
    public List<String> remove(Account account, boolean keepDns)
            throws ProvisionException, IOException {
        return begin(account, keepDns, () -> {}).finish();
    }

    /// Judges whether an account may be removed, keeps its customer out and moves its home aside,
    /// which takes a short time.
    ///
    /// @param keepDns whether its zones stay
    /// @throws ProvisionException if it must not be removed, or a step failed
    /// @throws IOException if this server cannot be looked at; nothing was changed
    public Begun begin(Account account, boolean keepDns, Farewell farewell)
            throws ProvisionException, IOException {
        if (account.uid() == 0 || account.gid() == 0) {
            throw new ProvisionException(
                    "the account has the number of root or its group; nothing was changed");
        }
        refuseOwner(account);
        HomeRemoval home = new HomeRemoval(services.root(), account);
        home.judge(isPanel());
        DatabaseOwnership ownership =
                DatabaseOwnership.of(account.name(), services.accounts().names());
        try {
            refuseUnreachable(account.name(), ownership);
            farewell.run();
            RemovalMark.of(services, account.name()).set();
            lock(account);
            home.moveAside();
        } catch (IOException e) {
            throw halfWay(e);
        }
        return new Begun(account, keepDns, ownership, home, farewell);
    }

    /// A removal that has begun.
    public final class Begun {
        private final Account account;
        private final boolean keepDns;
        private final DatabaseOwnership ownership;
        private final HomeRemoval home;
        private final Farewell farewell;

        private Begun(
                Account account,
                boolean keepDns,
                DatabaseOwnership ownership,
                HomeRemoval home,
                Farewell farewell) {
            this.account = account;
            this.keepDns = keepDns;
            this.ownership = ownership;
            this.home = home;
            this.farewell = farewell;
        }

        /// Removes all that there is of the account, which takes as long as its files are many.
        ///
        /// @return sentences on what is left
        /// @throws ProvisionException if it was not removed as a whole
        public List<String> finish() throws ProvisionException {
            List<String> notes = new ArrayList<>();
            try {
                dropDatabases(ownership);
                List<DomainName> zones = zones(account);
                List<String> left = new AccountTraces(files, account, keepDns).remove();
                // also where something is left: a later try does not know of these zones any more
                forget(gone(zones), notes);
                if (!left.isEmpty()) {
                    throw new IOException(String.join("; ", left));
                }
                home.removeAside();
                UserTools.of(services.root()).remove(account.name());
                // The user could call until now, and a later account of the name cannot be there
                // yet.
                farewell.run();
                removeLeft(account.name());
            } catch (IOException e) {
                throw halfWay(e);
            }
            tell(notes);
            return notes;
        }
    }

    private static ProvisionException halfWay(IOException e) {
        return new ProvisionException(
                "the account was not removed as a whole: "
                        + e.getMessage()
                        + ". Put that right and remove it again",
                e);
    }

    /// Whether a removal that was killed at its very end left what describes an account: there is
    /// no user of the name any more, and it was the removal that took it. Of an account whose user
    /// somebody else removed everything else is there, and nothing but its description tells what.
    public boolean isLeft(AccountName name) throws IOException {
        return RemovalMark.of(services, name).stands()
                && new UserDatabase(services.root()).find(name.value()).isEmpty();
    }

    /// Removes what describes an account whose user is gone. The mark last: while it is there, the
    /// removal can be asked for.
    public void removeLeft(AccountName name) throws IOException {
        if (isPanel()) {
            files.remove(HostLayout.users(name));
        } else {
            BackupSwitches.forget(files, name);
        }
        RemovalMark.of(services, name).clear();
    }

    private boolean isPanel() {
        return services.accounts().source().equals("cpanel");
    }

    /// Accounts of a reseller would be nobody's.
    private void refuseOwner(Account account) throws ProvisionException, IOException {
        List<String> owned = new ArrayList<>();
        for (AccountName other : services.accounts().names()) {
            if (!other.equals(account.name()) && owns(account.name(), other)) {
                owned.add(other.value());
            }
        }
        if (!owned.isEmpty()) {
            throw new ProvisionException(
                    "it owns other accounts ("
                            + String.join(", ", owned)
                            + "); give them another owner first. Nothing was changed");
        }
    }

    private boolean owns(AccountName owner, AccountName other) {
        try {
            return services.accounts()
                    .find(other)
                    .filter(each -> each.owner().equals(owner.value()))
                    .isPresent();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("account", other)
                    .setCause(e)
                    .log("the account's description is damaged; only its line of the owner counts");
            return saysOwner(other, owner);
        }
    }

    /// One damaged file must not keep all accounts: what names no owner any more has none.
    private boolean saysOwner(AccountName other, AccountName owner) {
        try {
            return files
                    .readBytes(HostLayout.users(other), HostFiles.DEFAULT_LIMIT)
                    .map(content -> new String(content, StandardCharsets.ISO_8859_1))
                    .stream()
                    .flatMap(String::lines)
                    .anyMatch(line -> line.matches("\\s*OWNER\\s*=\\s*" + owner + "\\s*"));
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("account", other).setCause(e).log("nor can that be read");
            return false;
        }
    }

    private void refuseUnreachable(AccountName account, DatabaseOwnership ownership)
            throws IOException {
        DatabaseSearch.Found<MysqlServer> mysql = services.mysqlSearch().now();
        if (mysql.server().isPresent()) {
            mysql.server().get().databases(ownership);
        }
        DatabaseSearch.Found<PostgresServer> postgres = services.postgresSearch().now();
        if (postgres.server().isPresent()) {
            postgres.server().get().databases(ownership);
        }
        refuse(MissingServer.mysql(mysql, account, services));
        refuse(MissingServer.postgres(postgres, account, services));
    }

    /// What nobody can drop now would stay, and be the next account's of that name.
    private static void refuse(Optional<String> missing) throws IOException {
        if (missing.isPresent()) {
            throw new IOException(
                    "its databases cannot be removed: " + missing.get() + ". Nothing was changed");
        }
    }

    /// Keeps the customer out, and ends what runs under the account's number.
    private void lock(Account account) throws IOException {
        UserTools tools = UserTools.of(services.root());
        tools.setPasswordHash(account.name(), "!");
        tools.setShell(account.name(), new ShellRules(files).closed());
        if (!services.root().isForeign()) {
            ProcessHandle.allProcesses()
                    .filter(process ->
                            process.info().user().equals(Optional.of(account.name().value())))
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void dropDatabases(DatabaseOwnership ownership) throws IOException {
        if (services.mysql().isPresent()) {
            services.mysql().get().dropAll(ownership);
        }
        if (services.postgres().isPresent()) {
            services.postgres().get().dropAll(ownership);
        }
    }

    /// The account's zones whose files are there. Others the name server may have from elsewhere:
    /// those are its administrator's.
    private List<DomainName> zones(Account account) throws IOException {
        List<DomainName> zones = new ArrayList<>();
        for (String domain : account.domains().zones()) {
            if (DomainName.isValid(domain)
                    && files.stat(HostLayout.zone(new DomainName(domain))).isPresent()) {
                zones.add(new DomainName(domain));
            }
        }
        return zones;
    }

    private List<DomainName> gone(List<DomainName> zones) throws IOException {
        List<DomainName> gone = new ArrayList<>();
        for (DomainName zone : zones) {
            if (files.stat(HostLayout.zone(zone)).isEmpty()) {
                gone.add(zone);
            }
        }
        return gone;
    }

    /// That the name server was not told is no failure of the removal.
    private void forget(List<DomainName> zones, List<String> notes) {
        try {
            if (programs.drives(services.root())) {
                notes.addAll(
                        new NameServer(programs, services.root(), isPanel(), Cancellation.never())
                                .forget(zones));
            }
        } catch (IOException e) {
            notes.add("the name server was not told of zones that are gone: " + e.getMessage());
        }
    }

    /// The web server's configuration is written anew where the panel has a program for that. That
    /// it failed is no failure of the removal: the account is gone.
    private void tell(List<String> notes) {
        try {
            if (!programs.drives(services.root())) {
                return;
            }
            Optional<Path> writer = programs.find(services.root(), "rebuildhttpdconf");
            if (writer.isPresent()) {
                programs.run(writer.get(), List.of(), Cancellation.never()).ifPresent(notes::add);
            }
        } catch (IOException e) {
            notes.add("the configuration of the web server was not written: " + e.getMessage());
        }
        notes.add(
                "the web server and the name server drop the account's sites at their next"
                        + " reload");
    }
}
