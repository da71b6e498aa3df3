package dev.packhorse.engine.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.DatabaseSearch;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.account.AccountModule;
import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UnixAccountDirectory;
import dev.packhorse.engine.host.UnixAccountSettings;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.session.SilentLog;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Accounts of a server without a panel.
class PlainServerTest {
    private static final AccountName NEW = new AccountName("newbie");

    @TempDir private Path root;
    private HostServices services;
    private AccountCreation creation;

    @BeforeEach
    void server() throws IOException {
        for (String folder : new String[] {"etc", "home", "state"}) {
            Files.createDirectory(root.resolve(folder));
        }
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
        Files.writeString(root.resolve("etc/shadow"), "root:*:1:0:99999:7:::\n");
        Files.writeString(root.resolve("etc/shells"), "/bin/bash\n");
        HostRoot host = new HostRoot(root);
        AccountDirectory accounts =
                new UnixAccountDirectory(host, UnixAccountSettings.DEFAULT, "srv1.example");
        services = new HostServices(host, accounts, "srv1.example", Optional.empty());
        creation =
                new AccountCreation(
                        services,
                        StagingArea.open(root.resolve("state/staging"), ByteSize.parse("1")),
                        InstantSource.system());
    }

    private static AccountOrder order(String domain, boolean shell) {
        return new AccountOrder(
                NEW,
                new DomainName(domain),
                "/home/newbie",
                "!",
                shell,
                0,
                new TreeMap<>(),
                false,
                java.util.Set.of());
    }

    @Test
    void anAccountWithoutAShellIsAnAccountAllTheSame() throws Exception {
        AccountCreation.Made made = creation.create(order("newbie.srv1.example", false));

        assertThat(made.notes()).isEmpty();
        assertThat(made.account().domains().main()).isEqualTo("newbie.srv1.example");
        assertThat(made.account().shell()).isEqualTo("/usr/sbin/nologin");
        assertThat(services.accounts().names()).containsExactly(NEW);
        assertThat(root.resolve("home/newbie/public_html")).isDirectory();

        assertThat(new AccountRemoval(services).remove(made.account(), false)).isEmpty();
        assertThat(services.accounts().names()).isEmpty();
        assertThat(new UserDatabase(services.root()).find("newbie")).isEmpty();
        assertThat(root.resolve("home")).isEmptyDirectory();
        assertThat(root.resolve("etc/packhorse/accounts/newbie")).doesNotExist();
        assertThat(creation.create(order("newbie.srv1.example", true)).account().shell())
                .isEqualTo("/bin/bash");
    }

    /// What could not be dropped would be there for the next account of that name.
    @Test
    void aRemovalWaitsForADatabaseServerThatIsAway() throws Exception {
        Account account = creation.create(order("newbie.srv1.example", true)).account();
        HostServices away =
                new HostServices(
                        services.root(),
                        services.accounts(),
                        services.hostname(),
                        DatabaseSearch.with(() ->
                                new DatabaseSearch.Found<>(
                                        Optional.empty(),
                                        "no such socket",
                                        DatabaseSearch.Sign.SEEN)),
                        services.postgresSearch());

        assertThatThrownBy(() -> new AccountRemoval(away).remove(account, false))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("no such socket")
                .hasMessageContaining("mysql.enabled: off");

        assertThat(root.resolve("home/newbie")).isDirectory();
        assertThat(services.accounts().names()).containsExactly(NEW);
    }

    /// A user that this program neither made nor noted: its removal moved the home aside and closed
    /// the shell, and could not end.
    private Path stopRemoval() throws Exception {
        Account account = creation.create(order("newbie.srv1.example", true)).account();
        Files.delete(root.resolve("etc/packhorse/accounts/newbie"));
        Path inTheWay = Files.createDirectories(root.resolve("var/spool/cron/newbie"));
        assertThatThrownBy(() -> new AccountRemoval(services).remove(account, false))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("remove it again");
        assertThat(root.resolve("home/newbie")).doesNotExist();
        return inTheWay;
    }

    @Test
    void aRemovalThatFailedGoesOnWhereItStopped() throws Exception {
        Files.delete(stopRemoval());
        Account left = services.accounts().find(NEW).orElseThrow();
        assertThat(left.domains().main()).isEqualTo("newbie.srv1.example");

        assertThat(new AccountRemoval(services).remove(left, false)).isEmpty();

        assertThat(services.accounts().names()).isEmpty();
        assertThat(new UserDatabase(services.root()).find("newbie")).isEmpty();
        assertThat(root.resolve("home")).isEmptyDirectory();
        assertThat(root.resolve("var/lib/packhorse/removing")).isEmptyDirectory();
    }

    @Test
    void anAccountWhoseRemovalFailedCanBeRestored() throws Exception {
        stopRemoval();
        OrderedAccount archive =
                new OrderedAccount(
                        order("newbie.srv1.example", true), "", "/bin/bash", Optional.empty());
        RestoreContext context =
                new RestoreContext(
                        NEW,
                        archive.facts(),
                        services,
                        RestoreOptions.ALL,
                        false,
                        Files.createDirectory(root.resolve("scratch")),
                        SilentLog.SILENT,
                        Cancellation.never());

        new AccountModule().restore(context, archive);

        assertThat(root.resolve("home/newbie")).isDirectory();
        RemovalMark.of(services, NEW).clear();
        assertThat(services.accounts().names()).as("without the mark, too").containsExactly(NEW);
    }

    /// Notes what the name server is told.
    private Path rndc() throws IOException {
        Path programs = Files.createDirectory(root.resolve("programs"));
        Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path program =
                Files.writeString(
                        programs.resolve("rndc"),
                        "#!/bin/sh\necho \"$@\" >> '%s'\n".formatted(root.resolve("calls")));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return programs;
    }

    /// The administrator's zones may lie anywhere, as in Debian's `/etc/bind`.
    @Test
    void aRemovalHasTheNameServerForgetNoZoneThatItDidNotRemove() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs must be root's");
        AccountRemoval removal = new AccountRemoval(services, ServicePrograms.in(rndc()));
        Path calls = root.resolve("calls");
        Path zone = root.resolve("var/named/newbie.srv1.example.db");
        Files.createDirectories(zone.getParent());

        removal.remove(creation.create(order("newbie.srv1.example", true)).account(), false);
        assertThat(calls).as("a zone of somebody else").doesNotExist();

        removal.remove(creation.create(order("newbie.srv1.example", true)).account(), true);
        assertThat(calls).as("keepdns, without a file").doesNotExist();

        Account kept = creation.create(order("newbie.srv1.example", true)).account();
        Files.writeString(zone, "its zone\n");
        removal.remove(kept, true);
        assertThat(calls).as("keepdns").doesNotExist();
        assertThat(zone).exists();

        Files.delete(zone);
        Account gone = creation.create(order("newbie.srv1.example", true)).account();
        Files.writeString(zone, "its zone\n");
        removal.remove(gone, false);
        assertThat(calls).hasContent("delzone newbie.srv1.example");
        assertThat(zone).doesNotExist();
    }

    @Test
    void whatTellsOfARemovalGoesLast() throws Exception {
        AccountRemoval removal = new AccountRemoval(services);
        RemovalMark.of(services, NEW).set();
        Path note = root.resolve("etc/packhorse/accounts/newbie");
        Files.createDirectories(note);
        assertThatThrownBy(() -> removal.removeLeft(NEW)).isInstanceOf(IOException.class);
        assertThat(removal.isLeft(NEW)).isTrue();

        Files.delete(note);
        removal.removeLeft(NEW);
        assertThat(removal.isLeft(NEW)).isFalse();
    }

    @Test
    void aDomainThatTheServerWouldNotKnowIsRefused() throws Exception {
        String before = Files.readString(root.resolve("etc/passwd"));

        assertThatThrownBy(() -> creation.create(order("newbie.example", true)))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("would have the domain newbie.srv1.example")
                .hasMessageContaining("nothing was changed");

        assertThat(root.resolve("etc/passwd")).hasContent(before);
        assertThat(root.resolve("home")).isEmptyDirectory();
        assertThat(services.accounts().names()).isEmpty();
    }
}
