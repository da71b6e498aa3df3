package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UnixAccountDirectory;
import dev.packhorse.engine.host.UnixAccountSettings;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ProvenModule;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Drills prove what every module restores, and name the module and the member that is not as it
/// was packed. Needs root.
class DrillModulesTest {
    @TempDir static Path folder;
    private static RestoreServer server;
    private TriedRestores tried;
    private List<String> before = List.of();

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        new BackupConfigFile(server.root.resolve("/backup.conf"))
                .update(Map.of(ConfigKey.BACKUPLOGS, "1"));
        for (String account : DemoServer.ACCOUNTS) {
            server.backUp(account);
        }
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void look() throws Exception {
        tried = new TriedRestores(server);
        before = server.census();
    }

    /// Nothing of the host is changed, and nothing stays of the drill.
    @AfterEach
    void nothingIsTouched() throws Exception {
        assertThat(RestoreServer.differences(before, server.census())).isEmpty();
        try (Stream<Path> left = Files.list(folder.resolve("staging"))) {
            assertThat(left).isEmpty();
        }
    }

    static List<String> accounts() {
        return DemoServer.ACCOUNTS;
    }

    private static DrillResult.Drill only(JobHandler.Ended ended) {
        DrillResult result = TriedRestores.result(ended);
        assertThat(result.drills()).hasSize(1);
        return result.drills().getFirst();
    }

    private static Map<String, ProvenModule> modules(DrillResult.Drill drill) {
        return drill.modules().stream()
                .collect(Collectors.toMap(ProvenModule::name, Function.identity()));
    }

    private static ProvenModule module(DrillResult.Drill drill, String name) {
        return drill.modules().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void everyAccountIsProvenModuleByModule(String account) throws Exception {
        DrillResult.Drill drill = only(tried.drill(account, server.components));

        assertThat(drill.differences()).isEmpty();
        assertThat(drill.proven()).isTrue();
        assertThat(modules(drill))
                .containsKeys(
                        "Account",
                        "AutoSSL",
                        "CpUser",
                        "DKIM",
                        "DigestShadow",
                        "Domains",
                        "Ftp",
                        "Homedir",
                        "Mail",
                        "Password",
                        "Quota",
                        "Shell",
                        "ZoneFile",
                        "userdata");
        assertThat(drill.notes()).noneMatch(note -> note.contains("after the restore"));
    }

    /// `alice` has something of every kind.
    @Test
    void allThatAnAccountCanHaveIsProvenWithCounts() throws Exception {
        DrillResult.Drill drill = only(tried.drill("alice", server.components));

        assertThat(modules(drill))
                .containsKeys(
                        "APITokens",
                        "AuthnLinks",
                        "BandwidthData",
                        "Cron",
                        "DNSSEC",
                        "Integration",
                        "Logs",
                        "MailLimits",
                        "Mailman",
                        "ManualMX",
                        "MysqlRemoteNotes",
                        "SSL",
                        "VhostIncludes",
                        "WebCalls");
        assertThat(module(drill, "ZoneFile"))
                .isEqualTo(new ProvenModule("ZoneFile", 3, Map.of("zones", 3L)));
        assertThat(module(drill, "Homedir").counts())
                .hasEntrySatisfying("entries", count -> assertThat(count).isGreaterThan(300));
        assertThat(drill.compared()).contains("ZoneFile 3", "entries of the home");
        assertThat(tried.record("alice").compared()).isEqualTo(drill.compared());
    }

    @Test
    void aResellersPackagesAreProven() throws Exception {
        DrillResult.Drill drill = only(tried.drill("bob", server.components));
        assertThat(module(drill, "Reseller").counts()).containsEntry("packages", 1L);
    }

    @Test
    void whatModulesLoseIsNamedWithModuleAndMember() throws Exception {
        List<AccountComponent> modules = server.components;
        for (ModuleLoss loss : ModuleLoss.ALL) {
            modules = loss.among(modules);
        }
        String list = "/usr/local/cpanel/3rdparty/mailman/lists/news_alice.example/config.pck";
        modules =
                ModuleLoss.harming(
                        modules, "Mailman", list, file -> Files.writeString(file, "(dp0"));

        DrillResult.Drill drill = only(tried.drill("alice", modules));

        for (ModuleLoss loss : ModuleLoss.ALL) {
            assertThat(drill.differences())
                    .anyMatch(each -> each.startsWith(loss.module() + ": " + loss.member()));
            assertThat(modules(drill)).doesNotContainKey(loss.module());
        }
        assertThat(drill.differences())
                .anyMatch(each -> each.startsWith("Mailman: mm/news_alice.example/config.pck: "));
        assertThat(modules(drill)).containsKeys("Account", "Homedir", "Password", "Shell");
    }

    @Test
    void oneLineThatIsLostFailsTheDrillAndIsTold() throws Exception {
        JobHandler.Ended ended =
                tried.drill("alice", ModuleLoss.ALL.getFirst().among(server.components));

        String difference =
                "ZoneFile: dnszones/alice.example.db: 1 of 16 lines did not come back as they were, 0 others did";
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Failed.class);
        assertThat(only(ended).proven()).isFalse();
        assertThat(only(ended).differences()).containsExactly(difference);
        assertThat(tried.told)
                .singleElement()
                .extracting(Notice::text)
                .asString()
                .contains(difference);
        assertThat(tried.record("alice").isProven()).isFalse();
    }

    @Test
    void aMemberThatDoesNotComeBackIsFound() throws Exception {
        String zone = "/var/named/alice-parked.example.db";
        DrillResult.Drill drill =
                only(
                        tried.drill(
                                "alice",
                                ModuleLoss.harming(
                                        server.components, "ZoneFile", zone, Files::delete)));
        assertThat(drill.differences())
                .containsExactly(
                        "ZoneFile: dnszones/alice-parked.example.db: is not there after the restore");
    }

    /// What people wrote in another encoding than UTF-8 comes back byte for byte.
    @Test
    void lettersOfAnotherEncodingStay() throws Exception {
        Map<Path, byte[]> old = new HashMap<>();
        try {
            foreign(old, "/etc/valiases/carol.example", "# für alle\n*: carol\n");
            foreign(old, "/var/named/carol.example.db", "; geändert\n");
            foreign(old, "/var/spool/cron/carol", "# täglich\n1 2 * * * true\n");
            server.backUp("carol");
            assertThat(only(tried.drill("carol", server.components)).differences()).isEmpty();
        } finally {
            for (Map.Entry<Path, byte[]> each : old.entrySet()) {
                if (each.getValue().length == 0) {
                    Files.delete(each.getKey());
                } else {
                    Files.write(each.getKey(), each.getValue());
                }
            }
            server.backUp("carol");
            before = server.census();
        }
    }

    /// Adds a text in Latin-1 to a file of the host.
    private static void foreign(Map<Path, byte[]> old, String path, String text)
            throws IOException {
        Path file = server.root.resolve(path);
        byte[] before = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        old.put(file, before);
        byte[] added = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] after = Arrays.copyOf(before, before.length + added.length);
        System.arraycopy(added, 0, after, before.length, added.length);
        Files.write(file, after);
    }

    @Test
    void aModuleThatFailsIsNamedFirst() throws Exception {
        JobHandler.Ended ended =
                tried.drill(
                        "alice",
                        TamperedModule.among(
                                server.components,
                                "Mail",
                                (_, _, _) -> {
                                    throw new ComponentException("the test says no");
                                }));
        assertThat(((JobOutcome.Failed) ended.outcome()).reason())
                .isEqualTo("alice: failed: Mail: the test says no");
        assertThat(only(ended).differences()).anyMatch(each -> each.startsWith("Mail: va/"));
    }

    @Test
    void aPackageThatIsNotHereIsANote() throws Exception {
        Path plan = server.root.resolve("/var/cpanel/packages/business");
        byte[] old = Files.readAllBytes(plan);
        Files.delete(plan);
        before = server.census();
        try {
            DrillResult.Drill drill = only(tried.drill("alice", server.components));
            assertThat(drill.proven()).isTrue();
            assertThat(drill.notes())
                    .anyMatch(note -> note.contains("package is not on this server"));
            assertThat(RestoreServer.differences(before, server.census())).isEmpty();
        } finally {
            Files.write(plan, old);
            before = server.census();
        }
    }

    /// An archive as the panel's own program makes it: no manifest, zones and settings in forms of
    /// its own, members that are no module's.
    @Test
    void anArchiveThatNobodyVouchesForIsProvenInParts() throws Exception {
        ObjectKey key = server.catalog.ofAccount(new AccountName("gina")).getFirst().archive();
        Path archive = server.backups.directory().place(key);
        Path top = Files.createDirectory(folder.resolve("foreign"));
        Shell.run(top, "tar", "xzf", archive.toString());
        Path inside;
        try (Stream<Path> only = Files.list(top)) {
            inside = only.toList().getFirst();
        }
        try {
            rewrite(inside);
            Files.delete(archive);
            Shell.run(top, "tar", "czf", archive.toString(), String.valueOf(inside.getFileName()));
            Files.delete(server.backups.directory().place(BackupDirectory.manifestKey(key)));
            Files.delete(server.backups.directory().place(BackupDirectory.indexKey(key)));
            before = server.census();

            DrillResult.Drill drill = only(tried.drill("gina", server.components));

            assertThat(drill.differences()).isEmpty();
            assertThat(drill.notes())
                    .anyMatch(each -> each.contains("not available for an archive that nobody"))
                    .anyMatch(each -> each.contains("no module for it: counters/requests"))
                    .anyMatch(each -> each.startsWith("CpUser: cp/gina: "));
            assertThat(drill.compared()).contains("entries of the home");
            assertThat(modules(drill))
                    .containsKeys("Homedir", "Password")
                    .doesNotContainKey("CpUser");
        } finally {
            server.backUp("gina");
            before = server.census();
        }
    }

    private static void rewrite(Path inside) throws IOException {
        Files.writeString(
                inside.resolve("dnszones/gina.example.db"),
                """
                ; zone of the old server
                $TTL 14400
                @ 86400 IN SOA ns1.old.example. admin.old.example. (
                    2026010101
                    3600 1800 1209600 86400 )
                gina.example. 86400 IN NS ns1.old.example.
                gina.example. IN A 192.0.2.10
                www IN CNAME gina.example.
                """);
        Path settings = inside.resolve("cp/gina");
        Files.writeString(settings, Files.readString(settings) + "SOMETHING_OF_THE_PANEL=1\n");
        Files.writeString(inside.resolve("counters/requests"), "12\n");
        Path site = inside.resolve("userdata/gina.example");
        Files.writeString(site, Files.readString(site) + "secruleengineoff: 'yes'\n");
    }

    /// Most modules have nothing to do on a server without a panel.
    @Test
    void anAccountOfAPlainServerIsProven() throws Exception {
        Path plain = Files.createDirectory(folder.resolve("plain"));
        HostRoot root = new HostRoot(Files.createDirectory(plain.resolve("server")));
        write(
                root,
                "/etc/passwd",
                "root:x:0:0::/root:/bin/bash\nuna:x:20077:20077::/home/una:/bin/bash\n");
        write(root, "/etc/group", "root:x:0:\nuna:x:20077:\n");
        write(root, "/etc/shadow", "una:$6$saltsalt$" + "a".repeat(86) + ":19000:0:99999:7:::\n");
        write(root, "/etc/shells", "/bin/bash\n");
        write(root, "/var/spool/cron/crontabs/una", "@daily /home/una/tidy\n");
        write(root, "/home/una/tidy", "true\n");
        for (String own : List.of("/home/una", "/home/una/tidy")) {
            Files.setAttribute(root.resolve(own), "unix:uid", 20_077);
            Files.setAttribute(root.resolve(own), "unix:gid", 20_077);
        }
        try (RestoreServer other =
                new RestoreServer(
                        plain,
                        new HostServices(
                                root,
                                new UnixAccountDirectory(
                                        root, UnixAccountSettings.DEFAULT, "plain.example"),
                                "plain.example",
                                Optional.empty()),
                        server.components)) {
            other.backUp("una");
            List<String> files = other.census();

            DrillResult.Drill drill = only(new TriedRestores(other).drill("una", other.components));

            assertThat(drill.differences()).isEmpty();
            assertThat(modules(drill))
                    .containsKeys("Account", "Cron", "Homedir", "Password", "Shell");
            assertThat(RestoreServer.differences(files, other.census())).isEmpty();
        }
    }

    private static void write(HostRoot root, String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
