package dev.packhorse.engine.component.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.RestoreReport.Outcome;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every module promises, shown on the demonstration server: what it packs it brings back,
/// twice gives the same as once, packing changes nothing. Needs root, for files of other users.
class AccountComponentContractTest {
    private static final String MAILMAN = "/usr/local/cpanel/3rdparty/mailman";

    /// Modules that pack nothing and act, or whose data is not the demo server's: shown one by one
    /// in the tests of their packages.
    private static final List<String> ELSEWHERE =
            List.of(
                    "BackupConfig",
                    "DNSAuthority",
                    "FileProtect",
                    "Htaccess",
                    "IPAddress",
                    "LinkedNodes",
                    "LinkedNodesSubarchives",
                    "LocalConfig",
                    "MailFix",
                    "MailSync",
                    "OldHomedirs",
                    "ProxySubdomains",
                    "PublicHtmlSymlinks",
                    "PublishZones",
                    "ResyncHomedir",
                    "Roundcube",
                    "ServiceProxy",
                    "SpamAssassin",
                    "Subaccount",
                    "Unsuspend",
                    "Vhosts",
                    "WebDiskHomedir");

    @TempDir static Path folder;

    private static DemoRestore server;
    private static Path alice;
    private static Map<ComponentName, PackReport> packed;

    @BeforeAll
    static void packAlice() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new DemoRestore(folder);
        List<String> before = server.state("alice");
        alice = folder.resolve("cpmove-alice.tar");
        packed = server.pack("alice", alice);
        assertThat(server.state("alice")).as("packing only reads").isEqualTo(before);
    }

    /// A module, the files that it must bring back, and those it must change back.
    record Loss(String module, List<String> removed) {}

    static Stream<Loss> losses() {
        return Stream.of(
                new Loss("CpUser", List.of()),
                new Loss("Domains", List.of("/var/cpanel/userdata/alice/main")),
                new Loss(
                        "userdata",
                        List.of(
                                "/var/cpanel/userdata/alice/alice.example",
                                "/var/cpanel/userdata/alice/alice.example_SSL",
                                "/var/cpanel/userdata/alice/blog.alice.example",
                                "/var/cpanel/userdata/alice/cache.json")),
                new Loss(
                        "ZoneFile",
                        List.of(
                                "/var/named/alice.example.db",
                                "/var/named/alices-shop.example.db",
                                "/var/named/alice-parked.example.db")),
                new Loss(
                        "Mail",
                        List.of(
                                "/etc/valiases/alice.example",
                                "/etc/valiases/blog.alice.example",
                                "/etc/vfilters/alice.example",
                                "/etc/vdomainaliases/alice-parked.example")),
                new Loss("SSL", List.of("/var/cpanel/ssl/apache_tls/alice.example/combined")),
                new Loss("Ftp", List.of("/etc/proftpd/alice")),
                new Loss("Cron", List.of("/var/spool/cron/alice")),
                new Loss("Homedir", List.of("/home/alice/public_html/index.php")),
                new Loss("APITokens", List.of("/var/cpanel/authn/api_tokens_v2/cpanel/alice.json")),
                new Loss(
                        "AuthnLinks",
                        List.of("/var/cpanel/authn/links/users/alice/openid_example.json")),
                new Loss("AutoSSL", List.of("/var/cpanel/ssl/autossl/excludes/alice.json")),
                new Loss("WebCalls", List.of("/var/cpanel/webcalls/alice.json")),
                new Loss(
                        "MysqlRemoteNotes", List.of("/var/cpanel/databases/alice.host_notes.json")),
                new Loss(
                        "Integration", List.of("/var/cpanel/integration/links/alice/billing.json")),
                new Loss("CustomLocale", List.of("/var/cpanel/i_locales/i_house.yaml")),
                new Loss(
                        "BandwidthData",
                        List.of(
                                "/var/cpanel/bandwidth/alice.sqlite",
                                "/var/cpanel/bandwidth.cache/alice",
                                "/var/cpanel/bandwidth.cache/alice.example")),
                new Loss(
                        "DKIM",
                        List.of(
                                "/var/cpanel/domain_keys/private/alice.example",
                                "/var/cpanel/domain_keys/public/alice.example",
                                "/var/cpanel/domain_keys/public/alice-parked.example")),
                new Loss(
                        "DNSSEC",
                        List.of(
                                "/var/named/Kalice.example.+013+28024.key",
                                "/var/named/Kalice.example.+013+28024.private")),
                new Loss(
                        "Mailman",
                        List.of(
                                MAILMAN + "/lists/news_alice.example/config.pck",
                                MAILMAN + "/archives/private/news_alice.example/index.html",
                                MAILMAN + "/archives/public/news_alice.example")),
                new Loss(
                        "Logs",
                        List.of(
                                "/etc/apache2/logs/domlogs/alice.example",
                                "/etc/apache2/logs/domlogs/alice.example-ssl_log")),
                new Loss(
                        "VhostIncludes",
                        List.of(
                                "/etc/apache2/conf.d/userdata/std/2_4/alice/alice.example/headers.conf",
                                "/etc/apache2/conf.d/userdata/ssl/2_4/alice/all.conf")),
                new Loss("DigestShadow", List.of("/etc/digestshadow")),
                new Loss("MailLimits", List.of()),
                new Loss("ManualMX", List.of("/etc/manualmx")),
                new Loss("MailRouting", List.of("/etc/remotedomains")),
                new Loss("FeatureList", List.of()),
                new Loss("SPF", List.of()),
                new Loss("NobodyFiles", List.of()));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aModuleBringsBackWhatItPacked(Loss loss) throws Exception {
        List<String> before = server.state("alice");
        HostFiles files = new HostFiles(server.root);
        for (String path : loss.removed()) {
            assertThat(files.remove(path)).as("%s is on the demo server", path).isTrue();
        }

        RestoreReport first = restore(loss.module());
        assertThat(server.state("alice")).isEqualTo(before);
        RestoreReport second = restore(loss.module());
        assertThat(server.state("alice")).as("twice gives the same").isEqualTo(before);

        assertThat(first.skipped()).isEmpty();
        assertThat(second).isEqualTo(first);
        assertThat(first.counts())
                .containsAllEntriesOf(of(packed, new ComponentName(loss.module())).counts());
    }

    private static RestoreReport restore(String module) throws Exception {
        return of(server.restore(alice, false, module), new ComponentName(module));
    }

    private static <R> R of(Map<ComponentName, R> reports, ComponentName module) {
        return Objects.requireNonNull(reports.get(module), module.value());
    }

    @Test
    void passwordAndShellComeBack() throws Exception {
        List<String> before = server.state("alice");
        UserDatabase users = new UserDatabase(server.root);
        users.setPasswordHash(new AccountName("alice"), "!");
        users.setShell(new AccountName("alice"), "/usr/sbin/nologin");
        assertThat(server.state("alice")).isNotEqualTo(before);

        server.restore(alice, false, "Password", "Shell");

        assertThat(server.state("alice")).isEqualTo(before);
    }

    @Test
    void aResellerComesBack() throws Exception {
        List<String> before = server.state("bob");
        Path bob = folder.resolve("cpmove-bob.tar");
        server.pack("bob", bob);
        HostFiles files = new HostFiles(server.root);
        files.remove("/var/cpanel/packages/bob_small");
        files.remove("/var/cpanel/features/bob_basic");
        files.remove("/var/cpanel/packages/reseller");
        String lines = files.readText("/var/cpanel/resellers").orElseThrow();
        files.replaceContent(
                "/var/cpanel/resellers",
                "carol:list-accts\n".getBytes(StandardCharsets.UTF_8),
                rights(files));

        server.restore(bob, false, "Reseller", "Package");

        assertThat(files.readText("/var/cpanel/resellers")).contains("carol:list-accts\n" + lines);
        files.replaceContent(
                "/var/cpanel/resellers", lines.getBytes(StandardCharsets.UTF_8), rights(files));
        assertThat(files.readText("/var/cpanel/packages/reseller").orElseThrow())
                .contains("CGI=y")
                .contains("QUOTA=unlimited");
        List<String> after = server.state("bob");
        assertThat(withoutPackage(after)).isEqualTo(withoutPackage(before));
    }

    private static FileRights rights(HostFiles files) throws IOException {
        return FileRights.of(files.stat("/var/cpanel/resellers").orElseThrow());
    }

    private static List<String> withoutPackage(List<String> state) {
        return state.stream()
                .filter(line -> !line.startsWith("var/cpanel/packages/reseller "))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void anAccountThatWasDestroyedComesBackWhole(String name) throws Exception {
        List<String> before = server.state(name);
        Path archive = folder.resolve("cpmove-" + name + ".tar");
        Map<ComponentName, PackReport> packing = server.pack(name, archive);
        AccountRemoval.destroy(server, name);

        Map<ComponentName, RestoreReport> restoring = server.restore(archive, false);

        assertThat(differences(before, server.state(name))).isEmpty();
        restoring.forEach((module, report) -> {
            assertThat(report.skipped()).as(module.value()).isEmpty();
            if (report.outcome() != Outcome.NOTHING) {
                assertThat(report.counts())
                        .as(module.value())
                        .containsAllEntriesOf(of(packing, module).counts());
            }
        });
    }

    static Stream<String> accounts() {
        return DemoServer.ACCOUNTS.stream();
    }

    /// Special files are not packed.
    private static List<String> differences(List<String> before, List<String> after) {
        Set<String> old = new HashSet<>(before);
        Set<String> now = new HashSet<>(after);
        return Stream.concat(
                        before.stream().filter(line -> !now.contains(line)).map("-"::concat),
                        after.stream().filter(line -> !old.contains(line)).map("+"::concat))
                .filter(line -> !line.contains(" FIFO ") && !line.contains(" SOCKET "))
                .toList();
    }

    @Test
    void everyModuleIsShownHere() {
        List<String> shown =
                Stream.of(
                                losses().map(Loss::module),
                                Stream.of(
                                        "Password",
                                        "Shell",
                                        "Reseller",
                                        "Package",
                                        "PreRestoreActions",
                                        "Account",
                                        "Quota",
                                        "Suspend",
                                        "PostRestoreActions",
                                        "PublicContact"),
                                ELSEWHERE.stream())
                        .flatMap(each -> each)
                        .toList();
        assertThat(ComponentRegistry.standard().all())
                .extracting(AccountComponent::name)
                .extracting(ComponentName::value)
                .containsExactlyInAnyOrderElementsOf(shown);
    }
}
