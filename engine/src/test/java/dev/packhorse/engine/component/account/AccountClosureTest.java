package dev.packhorse.engine.component.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.PartWriter;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.QuietLog;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UnixAccountDirectory;
import dev.packhorse.engine.host.UnixAccountSettings;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.DiskQuota;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is given back to an account that was closed, with a panel and without. Needs root, for
/// files of other users.
class AccountClosureTest {
    private static final AccountName ALICE = new AccountName("alice");
    private static final DiskQuota LIMIT = new DiskQuota(2_048, 1_024, 20, 10);

    private static final String HASH = "$6$saltsalt$" + "a".repeat(86);

    @TempDir private Path folder;

    private final One limits = new One();
    private HostRoot root;
    private UserDatabase users;
    private HostServices services;
    private AccountClosure closure;

    /// The limit of the one account, on the disk of its home.
    private static final class One implements DiskLimits {
        private DiskQuota now = LIMIT;
        private boolean refuses;

        @Override
        public Optional<DiskQuota> find(Account account, Path home) {
            return Files.exists(home) ? Optional.of(now) : Optional.empty();
        }

        @Override
        public void set(Account account, Path home, DiskQuota quota) throws IOException {
            if (refuses) {
                throw new IOException("no such process");
            }
            now = quota;
        }
    }

    @BeforeEach
    void makeServer() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        root = new HostRoot(folder.resolve("server"));
        Files.createDirectories(root.resolve("/home/alice"));
        put("/etc/passwd", "alice:x:1001:1001::/home/alice:/bin/bash\n");
        put("/etc/group", "alice:x:1001:\n");
        put("/etc/shadow", "alice:" + HASH + ":19000:0:99999:7:::\n");
        put("/etc/shells", "/bin/bash\n");
        put("/var/cpanel/users/alice", "USER=alice\nDNS=alice.example\n");
        put("/etc/userdatadomains", "");
        users = new UserDatabase(root);
        use("cpanel");
    }

    private void put(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    private void use(String source) {
        AccountDirectory accounts =
                source.equals("cpanel")
                        ? new CpanelAccountDirectory(root)
                        : new UnixAccountDirectory(
                                root, UnixAccountSettings.DEFAULT, "srv1.example");
        services = new HostServices(root, accounts, "srv1.example", Optional.empty());
        closure = AccountClosure.of(services, ALICE);
    }

    private void close(String source) throws Exception {
        use(source);
        assertThat(closure.close(limits)).isEmpty();
        assertThat(users.expiryDay("alice")).hasValue(AccountClosure.CLOSED);
        assertThat(limits.now).isEqualTo(DiskQuota.NONE);
    }

    private Account alice() throws IOException {
        return services.accounts().find(ALICE).orElseThrow();
    }

    private void assertAllBack(OptionalLong expiry) throws IOException {
        assertThat(users.expiryDay("alice")).isEqualTo(expiry);
        assertThat(limits.now).isEqualTo(LIMIT);
        assertThat(AccountClosure.all(services)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpanel", "unix"})
    void theFormerExpiryComesBackAndAnExpiredUserStaysOne(String source) throws Exception {
        users.setExpiryDay(ALICE, OptionalLong.of(90_000));
        close(source);
        assertThat(closure.close(limits)).as("again after a kill").isEmpty();
        closure.open(limits);
        assertAllBack(OptionalLong.of(90_000));

        users.setExpiryDay(ALICE, OptionalLong.of(15_000));
        assertThat(closure.close(limits)).isEmpty();
        assertThat(users.expiryDay("alice")).hasValue(15_000);
        closure.open(limits);
        assertAllBack(OptionalLong.of(15_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpanel", "unix"})
    void whatSomebodySetMeanwhileStays(String source) throws Exception {
        close(source);
        users.setExpiryDay(ALICE, OptionalLong.of(15_000));
        DiskQuota theirs = new DiskQuota(1, 1, 1, 1);
        limits.now = theirs;

        closure.open(limits);

        assertThat(users.expiryDay("alice")).hasValue(15_000);
        assertThat(limits.now).isEqualTo(theirs);
        assertThat(AccountClosure.all(services)).isEmpty();
    }

    /// As while the disk of the homes is not mounted: a plain user is no account then.
    @ParameterizedTest
    @ValueSource(strings = {"cpanel", "unix"})
    void aHomeThatIsGoneKeepsTheLimitAloneForLater(String source) throws Exception {
        close(source);
        Path home = root.resolve("/home");
        Path aside = Files.move(home, folder.resolve("aside"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> closure.open(limits))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("limit");
            assertThat(users.expiryDay("alice")).isEmpty();
        }
        assertThat(AccountClosure.all(services)).containsExactly(ALICE);

        Files.move(aside, home);
        closure.open(limits);

        assertAllBack(OptionalLong.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpanel", "unix"})
    void aLimitThatCannotBeSetKeepsNoLoginClosed(String source) throws Exception {
        close(source);
        limits.refuses = true;
        assertThat(closure.giveUpLimit()).as("the login is closed yet").isEmpty();
        assertThatThrownBy(() -> closure.open(limits)).hasMessageContaining("no such process");
        assertThat(users.expiryDay("alice")).isEmpty();

        assertThat(closure.giveUpLimit()).contains(LIMIT);

        assertThat(AccountClosure.all(services)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpanel", "unix"})
    void aUserThatIsGoneLeavesNothingToGiveBack(String source) throws Exception {
        close(source);
        users.remove(ALICE);

        closure.open(limits);

        assertThat(AccountClosure.all(services)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpanel", "unix"})
    void aClosedAccountIsNotSuspendedAndIsPackedOpen(String source) throws Exception {
        close(source);

        assertThat(services.accounts().names()).contains(ALICE);
        assertThat(alice().suspended()).isFalse();
        assertThat(packed(new PasswordComponent())).contains("\0" + HASH + "\n");
        assertThat(packed(new ShellComponent())).contains("\0/bin/bash\n");
    }

    private String packed(AccountComponent module) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PartWriter sink = new PartWriter(bytes, ByteName.of("top"), 1, Cancellation.never());
        module.pack(
                new PackContext(
                        alice(),
                        services,
                        PackOptions.ALL,
                        folder,
                        QuietLog.LOG,
                        Cancellation.never()),
                sink);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpanel", "unix"})
    void aSuspensionThatIsMadeMeanwhileStays(String source) throws Exception {
        close(source);
        new Suspension(services)
                .suspend(alice(), "bill", false, true, Instant.parse("2026-03-07T02:00:00Z"));

        closure.open(limits);

        assertAllBack(OptionalLong.empty());
        assertThat(alice().suspended()).isTrue();
        assertThat(users.passwordHash("alice")).contains("!" + HASH);
    }
}
