package dev.packhorse.engine.provision;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.account.AccountModule;
import dev.packhorse.engine.component.account.CpUserComponent;
import dev.packhorse.engine.component.account.PasswordComponent;
import dev.packhorse.engine.component.account.PostRestoreActions;
import dev.packhorse.engine.component.account.PreRestoreActions;
import dev.packhorse.engine.component.account.QuotaComponent;
import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.component.account.ShellComponent;
import dev.packhorse.engine.component.account.ShellRules;
import dev.packhorse.engine.component.account.UserTools;
import dev.packhorse.engine.component.dns.DkimComponent;
import dev.packhorse.engine.component.dns.PublishZonesComponent;
import dev.packhorse.engine.component.dns.SpfComponent;
import dev.packhorse.engine.component.domain.DomainOwners;
import dev.packhorse.engine.component.domain.DomainsComponent;
import dev.packhorse.engine.component.domain.ServerAddress;
import dev.packhorse.engine.component.domain.UserdataComponent;
import dev.packhorse.engine.component.domain.ZoneFileComponent;
import dev.packhorse.engine.component.mail.MailRoutingComponent;
import dev.packhorse.engine.component.web.VhostsComponent;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.HostUndo;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.session.SilentLog;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.staging.WorkFolder;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes accounts: the modules of a restore are run on what was ordered. An account that cannot be
/// made whole is not made: everything is put back as it was. One thread at a time.
public final class AccountCreation {
    private static final Logger LOG = LoggerFactory.getLogger(AccountCreation.class);
    private static final String OPEN_SHELL = "/bin/bash";

    /// Those that tell services of the new account; what they cannot do is told and no failure.
    private static final List<AccountComponent> TELLING =
            List.of(new PublishZonesComponent(), new VhostsComponent());

    private static final List<AccountComponent> MAKING =
            List.of(
                    new PreRestoreActions(),
                    new AccountModule(),
                    new CpUserComponent(),
                    new DomainsComponent(),
                    new PasswordComponent(),
                    new ShellComponent(),
                    new UserdataComponent(),
                    new MailRoutingComponent(),
                    new ZoneFileComponent(),
                    new DkimComponent(),
                    new SpfComponent(),
                    new QuotaComponent(),
                    new PostRestoreActions());

    private final HostServices services;
    private final StagingArea staging;
    private final InstantSource clock;
    private final HostFiles files;

    public AccountCreation(HostServices services, StagingArea staging, InstantSource clock) {
        this.services = services;
        this.staging = staging;
        this.clock = clock;
        this.files = new HostFiles(services.root());
    }

    /// An account that was made.
    ///
    /// @param account as the server has it now
    /// @param nameServers what its zone names as its servers
    /// @param notes sentences on what is not as it was ordered
    public record Made(Account account, List<DomainName> nameServers, List<String> notes) {
        public Made {
            nameServers = List.copyOf(nameServers);
            notes = List.copyOf(notes);
        }
    }

    /// Makes an account whose name is free.
    ///
    /// @throws ProvisionException if it cannot be made as ordered; then nothing of it is there, or
    ///   the message tells what is
    /// @throws IOException if this server cannot be looked at; nothing was changed
    public Made create(AccountOrder order) throws ProvisionException, IOException {
        refuse(order);
        String address = ServerAddress.shared(files).orElse("");
        List<DomainName> servers = nameServers();
        String shell = order.shell() ? OPEN_SHELL : new ShellRules(files).closed();
        Optional<String> zone = zone(order, address, servers);
        OrderedAccount source = new OrderedAccount(order, address, shell, zone);
        List<String> notes = new ArrayList<>();
        if (zone.isEmpty() && !order.mailRecords().isEmpty()) {
            notes.add("records for mail are not made: this server keeps no zone of the domain");
        }
        try (WorkFolder work = staging.newFolder()) {
            HostUndo undo = new HostUndo(services.root(), folder(work, "undo"));
            RestoreContext context =
                    new RestoreContext(
                            order.name(),
                            source.facts(),
                            services.watchedBy(undo),
                            RestoreOptions.ALL,
                            false,
                            folder(work, "scratch"),
                            SilentLog.SILENT,
                            Cancellation.never());
            make(order, context, source, undo, notes);
            tell(context, source, notes);
        }
        Account account =
                services.accounts()
                        .find(order.name())
                        .orElseThrow(
                                () -> new ProvisionException("the account is not there any more"));
        return new Made(account, servers, notes);
    }

    private static Path folder(WorkFolder work, String name) throws IOException {
        return Files.createDirectory(work.path().resolve(name));
    }

    private void refuse(AccountOrder order) throws ProvisionException, IOException {
        Optional<String> objection =
                DomainOwners.except(services, order.name())
                        .objection(order.domain().value(), false);
        if (objection.isPresent()) {
            throw new ProvisionException("the domain " + order.domain() + " " + objection.get());
        }
        if (new UserDatabase(services.root()).find(order.name().value()).isPresent()) {
            throw new ProvisionException("a user " + order.name() + " exists on this server");
        }
        if (isPanel() && files.stat(HostLayout.users(order.name())).isPresent()) {
            throw new ProvisionException(
                    HostLayout.users(order.name())
                            + " is left of an earlier account; move it away first");
        }
        if (files.stat(order.home()).isPresent()) {
            throw new ProvisionException(
                    "the home " + order.home() + " exists already; move it away first");
        }
        String above = order.home().substring(0, order.home().lastIndexOf('/'));
        if (files.stat(above).isEmpty()) {
            throw new ProvisionException("there is no folder " + above + " for homes");
        }
        boolean zone = files.stat(HostLayout.zone(order.domain())).isPresent();
        if (zone && !order.replaceZone()) {
            throw new ProvisionException(
                    "the server has a zone of "
                            + order.domain()
                            + " already; set “forcedns” to replace it");
        }
    }

    private boolean isPanel() {
        return services.accounts().source().equals("cpanel");
    }

    private List<DomainName> nameServers() throws IOException {
        List<DomainName> servers = NewZone.nameServers(files);
        return servers.isEmpty() && DomainName.isValid(services.hostname())
                ? List.of(new DomainName(services.hostname()))
                : servers;
    }

    /// A server without zones gets none, and one that does not know its address cannot write one.
    private Optional<String> zone(AccountOrder order, String address, List<DomainName> servers)
            throws IOException {
        if (address.isEmpty()
                || servers.isEmpty()
                || files.stat(HostLayout.ZONES_FOLDER).isEmpty()) {
            return Optional.empty();
        }
        boolean dmarc = order.mailRecords().contains(MailRecord.DMARC);
        return Optional.of(NewZone.text(order.domain(), address, servers, dmarc, clock.instant()));
    }

    private void make(
            AccountOrder order,
            RestoreContext context,
            OrderedAccount source,
            HostUndo undo,
            List<String> notes)
            throws ProvisionException {
        try {
            for (AccountComponent module : MAKING) {
                note(module, module.restore(context, source), notes);
            }
            requireDomain(order);
            new HomeSkeleton(services.root()).fill(order);
            // of an earlier account of the name, whose removal was killed at its very end
            RemovalMark.of(context.services(), order.name()).clear();
        } catch (ComponentException | ProvisionException | IOException e) {
            throw new ProvisionException(
                    sentence(String.valueOf(e.getMessage()), undone(order, undo)), e);
        } catch (RuntimeException e) {
            // a fault of the program, but nothing may stay of it either
            undone(order, undo).forEach(left -> LOG.warn("{}", left));
            throw e;
        }
    }

    private static String sentence(String why, List<String> left) {
        return left.isEmpty()
                ? why + "; nothing was changed"
                : why + "; this is left and must be removed by hand: " + String.join("; ", left);
    }

    /// On a server without a panel the domain comes from a map that only an administrator writes.
    private void requireDomain(AccountOrder order) throws ProvisionException, IOException {
        Optional<Account> account = services.accounts().find(order.name());
        if (account.isEmpty()) {
            throw new ProvisionException("the account was not found after it was made");
        }
        String domain = account.get().domains().main();
        if (!domain.equals(order.domain().value())) {
            throw new ProvisionException(
                    "on this server the account would have the domain "
                            + domain
                            + "; leave “domain” out, or write the account with its domain into the"
                            + " domain map first");
        }
    }

    /// A service that this server has not is no news; what was left out is.
    private static void note(AccountComponent module, RestoreReport report, List<String> notes) {
        if (report.outcome() != RestoreReport.Outcome.ABSENT_SERVICE) {
            report.skipped().forEach(each -> notes.add(module.name() + ": " + each));
        }
    }

    private static void tell(RestoreContext context, OrderedAccount source, List<String> notes) {
        for (AccountComponent module : TELLING) {
            try {
                RestoreReport report = module.restore(context, source);
                note(module, report, notes);
                report.dangerous().forEach(each -> notes.add(module.name() + ": " + each));
            } catch (ComponentException | IOException e) {
                notes.add(module.name() + ": " + e.getMessage());
            }
        }
    }

    /// Takes back what was made; an empty home is taken back with the other files.
    private List<String> undone(AccountOrder order, HostUndo undo) {
        List<String> left = new ArrayList<>();
        try {
            new HomeSkeleton(services.root()).empty(order);
        } catch (IOException e) {
            left.add(String.valueOf(e.getMessage()));
        }
        left.addAll(undo.undo());
        try {
            if (new UserDatabase(services.root()).find(order.name().value()).isPresent()) {
                UserTools.of(services.root()).remove(order.name());
            }
        } catch (IOException e) {
            left.add("the user " + order.name() + ": " + e.getMessage());
        }
        return left;
    }
}
