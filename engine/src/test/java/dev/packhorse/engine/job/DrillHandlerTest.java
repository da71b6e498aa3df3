package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.DatabaseTrial;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.session.SilentLog;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Restores that are tried, on a demonstration server with a real database server. Needs root.
class DrillHandlerTest {
    @TempDir static Path folder;
    private static RestoreServer server;
    private TriedRestores tried;

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        MariadbServer running = MariadbServer.shared();
        // Other tests share the server, and may have left an account of the name its databases.
        AccountName alice = new AccountName("alice");
        running.connect().dropAll(DatabaseOwnership.of(alice, List.of(alice)));
        running.run("CREATE DATABASE alice_shop");
        running.run("CREATE TABLE alice_shop.orders (id INT PRIMARY KEY, what TEXT)");
        running.run("INSERT INTO alice_shop.orders VALUES (1, 'oats'), (2, 'hay')");
        running.run("CREATE TABLE alice_shop.items (id INT PRIMARY KEY)");
        running.run("CREATE VIEW alice_shop.late AS SELECT id FROM alice_shop.orders");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        HostRoot root = new HostRoot(folder.resolve("server"));
        DemoServer.write(root.folder(), 20);
        server =
                new RestoreServer(
                        folder,
                        new HostServices(
                                root,
                                new CpanelAccountDirectory(root),
                                DemoServer.HOSTNAME,
                                Optional.of(running.connect())),
                        ComponentRegistry.standard(new MysqlComponent()).all());
        plant(root.resolve("/home/alice"));
        for (String account : List.of("alice", "bob", "erin", "frank")) {
            server.backUp(account);
        }
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private List<String> before = List.of();
    private List<String> databases = List.of();

    @BeforeEach
    void look() throws Exception {
        tried = new TriedRestores(server);
        before = server.census();
        databases = MariadbServer.shared().census();
    }

    /// Nothing of the host is changed, and nothing stays of the drill.
    private void assertUntouched() throws Exception {
        assertThat(RestoreServer.differences(before, server.census())).isEmpty();
        assertThat(MariadbServer.shared().census()).isEqualTo(databases);
        try (var left = Files.list(folder.resolve("staging"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void anAccountWithFilesAndDatabasesIsProven() throws Exception {
        JobHandler.Ended ended = tried.drill("alice", server.components);

        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        DrillResult.Drill drill = TriedRestores.result(ended).drills().getFirst();
        assertThat(drill.compared())
                .matches(
                        "\\d{2,} entries of the home with \\d{3,} bytes, 1 databases of Mysql with 2 tables, \\d{2,} members of \\d{2} modules \\(.*\\)");
        assertThat(drill.notes()).noneMatch(note -> note.contains("not tried"));
        assertThat(tried.record("alice").provenAt()).contains(tried.now);
        assertThat(tried.record("alice").archive()).isEqualTo("2026-03-07/accounts/alice.tar.gz");
        assertThat(tried.told).isEmpty();
        assertUntouched();
    }

    @ParameterizedTest
    @ValueSource(strings = {"erin", "frank"})
    void accountsWithOddFilesAreProven(String account) throws Exception {
        assertThat(tried.drill(account, server.components).outcome())
                .isInstanceOf(JobOutcome.Succeeded.class);
        assertUntouched();
    }

    /// What goes wrong in a restore.
    @FunctionalInterface
    private interface Harm {
        void to(Path home) throws IOException;
    }

    /// The module of homes, after which something happens to the home.
    private static List<AccountComponent> harmed(Harm harm) {
        return TamperedModule.among(
                server.components,
                "Homedir",
                (module, context, source) -> {
                    RestoreReport report = module.restore(context, source);
                    harm.to(context.services().root().resolve("/home/" + context.account()));
                    return report;
                });
    }

    private static final String PAGE = "public_html/index.html";

    /// Each to a file of its own, and one to the folder.
    @Test
    void anyDifferenceOfAFileIsFoundAndNamed() throws Exception {
        JobHandler.Ended ended = tried.drill("alice", harmed(DrillHandlerTest::harmEach));

        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Failed.class);
        DrillResult.Drill drill = TriedRestores.result(ended).drills().getFirst();
        assertThat(drill.differences())
                .anyMatch(each -> each.matches("homedir/drill/a: has another content after .*"))
                .anyMatch(each -> each.matches("homedir/drill/b: has 7 bytes after the .*"))
                .anyMatch(each -> each.matches("homedir/drill/c: is not there after the restore"))
                .anyMatch(each -> each.matches("homedir/drill/d: has mode 777 after .*"))
                .anyMatch(each -> each.matches("homedir/drill/e: belongs to user number 0 .*"))
                .anyMatch(each -> each.matches("homedir/drill/f: has another time after .*"))
                .anyMatch(each -> each.matches("homedir/drill/g: is no file after the restore"))
                .anyMatch(each -> each.matches("homedir/drill/h: leads elsewhere after .*"))
                .anyMatch(each -> each.matches("homedir/drill/i: belongs to group number 0 .*"))
                .anyMatch(each -> each.matches("homedir/drill/k: is not the same file as .*"))
                .hasSize(10);
        assertThat(((JobOutcome.Failed) ended.outcome()).reason())
                .isEqualTo("alice: " + drill.difference());
        assertThat(tried.told).hasSize(1);
        assertThat(tried.told.getFirst().text()).contains(drill.difference(), "alice.tar.gz");
        assertThat(tried.record("alice").difference()).isEqualTo(drill.difference());
        assertUntouched();
    }

    /// Files to be harmed, in the home before it is backed up.
    private static void plant(Path home) throws IOException {
        Path files = Files.createDirectory(home.resolve("drill"));
        for (String name : List.of("a", "b", "c", "d", "e", "f", "g", "i", "j")) {
            Files.writeString(files.resolve(name), "content of " + name);
        }
        Files.createSymbolicLink(files.resolve("h"), Path.of("a"));
        Files.createLink(files.resolve("k"), files.resolve("j"));
        try (var all = Files.walk(files)) {
            for (Path each : all.toList()) {
                for (String number : List.of("unix:uid", "unix:gid")) {
                    Files.setAttribute(
                            each,
                            number,
                            Files.getAttribute(home, number),
                            LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    private static void harmEach(Path home) throws IOException {
        Path files = home.resolve("drill");
        FileTime folder = Files.getLastModifiedTime(files);
        FileTime time = Files.getLastModifiedTime(files.resolve("a"));
        VerifyServer.damage(files.resolve("a"), 1);
        Files.setLastModifiedTime(files.resolve("a"), time);
        Files.writeString(files.resolve("b"), "shorter");
        Files.delete(files.resolve("c"));
        Files.setPosixFilePermissions(
                files.resolve("d"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setAttribute(files.resolve("e"), "unix:uid", 0);
        Files.setLastModifiedTime(files.resolve("f"), FileTime.from(Instant.EPOCH));
        Files.delete(files.resolve("g"));
        Files.createSymbolicLink(files.resolve("g"), Path.of("/etc/passwd"));
        Files.delete(files.resolve("h"));
        Files.createSymbolicLink(files.resolve("h"), Path.of("/etc/passwd"));
        Files.setAttribute(files.resolve("i"), "unix:gid", 0);
        Files.copy(files.resolve("k"), files.resolve("l"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(files.resolve("l"), files.resolve("k"), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(files, folder);
    }

    @Test
    void aFailureKeepsTheTimeOfTheLastProof() throws Exception {
        tried.drill("bob", server.components);
        tried.now = tried.now.plusSeconds(3_600);
        tried.drill("bob", harmed(home -> Files.delete(home.resolve(PAGE))));
        assertThat(tried.record("bob").isProven()).isFalse();
        assertThat(tried.record("bob").at()).isEqualTo(tried.now);
        assertThat(tried.record("bob").provenAt()).contains(RestoreServer.NOW);
    }

    @Test
    void aModuleThatFailsFailsTheDrill() throws Exception {
        JobHandler.Ended ended =
                tried.drill(
                        "alice",
                        harmed(_ -> {
                            throw new IOException("the test says no");
                        }));
        assertThat(((JobOutcome.Failed) ended.outcome()).reason()).contains("the test says no");
        assertUntouched();
    }

    @Test
    void aDrillThatIsKilledLeavesNothingOnceTheNextProcessStarted() throws Exception {
        assertThatThrownBy(() ->
                        tried.drill(
                                "alice",
                                harmed(_ -> {
                                    throw new IllegalStateException("killed");
                                })))
                .hasMessage("killed");
        assertUntouched();
    }

    @Test
    void theAccountsWhoseTurnItIsAreTaken() throws Exception {
        tried.now = tried.now.plusSeconds(100_000);
        tried.drill("alice", server.components);
        tried.now = tried.now.plusSeconds(100_000);
        DrillResult result = TriedRestores.result(tried.drill("", server.components));
        assertThat(result.drills()).hasSize(2).allMatch(DrillResult.Drill::proven);
        assertThat(result.drills()).noneMatch(drill -> drill.account().equals("alice"));
        assertUntouched();
    }

    @Test
    void anAccountWithoutABackupCannotBeTried() {
        assertThatThrownBy(() -> tried.drill("nobodyhere", server.components))
                .hasMessageContaining("no good backup of nobodyhere");
    }

    @Test
    void aDumpThatDoesNotLoadIsNamedAndLeavesNothing() throws Exception {
        Path dump = folder.resolve("broken");
        Files.createDirectories(dump);
        Map<String, String> members =
                Map.of(
                        "mysql/alice_shop.sql",
                        """
                        CREATE TABLE `orders` (`id` int NOT NULL, PRIMARY KEY (`id`));
                        INSERT INTO `orders` VALUES (1,2,3);
                        """);
        var trial =
                new DatabaseTrial(
                        server.services,
                        TestMembers.in(dump, members),
                        Files.createDirectories(folder.resolve("credentials")),
                        SilentLog.SILENT,
                        Cancellation.never());
        trial.mysql();
        assertThat(trial.failures()).hasSize(1);
        assertThat(trial.failures().getFirst())
                .startsWith("database alice_shop: ")
                .contains("Column count");
        assertUntouched();
    }
}
