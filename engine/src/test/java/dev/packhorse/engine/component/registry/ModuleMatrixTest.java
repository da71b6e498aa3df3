package dev.packhorse.engine.component.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.PostgresComponent;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.RestoreReport.Outcome;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UnixAccountDirectory;
import dev.packhorse.engine.host.UnixAccountSettings;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every module of the catalogue, what it does when it packs, restores, restores an archive that
/// nobody vouches for, restores where its service is absent, and fails in the middle. The account
/// is packed on one server and restored on another; no cell stays empty without a reason. Needs
/// root.
class ModuleMatrixTest {
    /// Why a module has nothing to do for the account of the demonstration server.
    private static final Map<String, String> IDLE =
            Map.ofEntries(
                    Map.entry("BackupConfig", "plain users are picked by the configuration"),
                    Map.entry("DNSAuthority", "no zones on this server"),
                    Map.entry("FileProtect", "the server does not close web folders"),
                    Map.entry("Htaccess", "no rules of old servers"),
                    Map.entry("IPAddress", "the address is this server's, no own one asked for"),
                    Map.entry("LinkedNodes", "no linked servers"),
                    Map.entry("LinkedNodesSubarchives", "no linked servers"),
                    Map.entry("LocalConfig", "the theme is installed here"),
                    Map.entry("MailFix", "all rights are in order"),
                    Map.entry("MailSync", "an archive has no server to fetch from"),
                    Map.entry("Mysql", "the account has no databases"),
                    Map.entry("NobodyFiles", "its list is written by Homedir"),
                    Map.entry("OldHomedirs", "the home lies where it lay"),
                    Map.entry("Postgres", "the account has no databases"),
                    Map.entry("Package", "the server has the package"),
                    Map.entry("ProxySubdomains", "the server does not offer them"),
                    Map.entry("PublicContact", "the account shows no contact"),
                    Map.entry("PublicHtmlSymlinks", "the sites lie where they lay"),
                    Map.entry("PublishZones", "services of another root are not driven"),
                    Map.entry("Reseller", "the account is no reseller"),
                    Map.entry("ResyncHomedir", "an archive has no server to compare with"),
                    Map.entry("ServiceProxy", "nothing is forwarded"),
                    Map.entry("SPF", "no zones on this server"),
                    Map.entry("SpamAssassin", "the server runs the filter"),
                    Map.entry("Suspend", "the account is not suspended"),
                    Map.entry("Unsuspend", "no redirect of a suspension"),
                    Map.entry("Vhosts", "services of another root are not driven"));

    /// What fails at a server and not at a file has tests of its own.
    private static final Map<String, String> FAILS_ELSEWHERE =
            Map.of(
                    "Mysql", "old or new: MysqlCutTest",
                    "Postgres", "old or new: PostgresCutTest",
                    "Homedir", "old or new, each file: RestoreFailureTest");

    private static final int FEW = 10;
    private static final int NOBODY = 65_534;

    /// Source: functions.json `restore_modules_summary`.
    private static final List<String> NAMES =
            List.of(
                    """
                    APITokens Account AuthnLinks AutoSSL BackupConfig BandwidthData CpUser Cron
                    CustomLocale DKIM DNSAuthority DNSSEC DigestShadow Domains FeatureList FileProtect
                    Ftp Homedir Htaccess IPAddress Integration LinkedNodes LinkedNodesSubarchives
                    LocalConfig Logs Mail MailFix MailLimits MailRouting MailSync Mailman ManualMX
                    Mysql MysqlRemoteNotes NobodyFiles OldHomedirs Package Password PostRestoreActions
                    PreRestoreActions ProxySubdomains PublicContact PublicHtmlSymlinks PublishZones
                    Postgres Quota Reseller ResyncHomedir Roundcube SPF SSL ServiceProxy Shell SpamAssassin
                    Subaccount Suspend Unsuspend VhostIncludes Vhosts WebCalls WebDiskHomedir ZoneFile
                    userdata
                    """
                            .strip()
                            .split("\\s+"));

    @TempDir static Path folder;

    private static final Map<String, String[]> CELLS = new TreeMap<>();
    private static DemoRestore source;
    private static DemoRestore target;
    private static Map<ComponentName, PackReport> packed;
    private static Map<ComponentName, RestoreReport> restored;
    private static Map<ComponentName, RestoreReport> restricted;
    private static Map<ComponentName, RestoreReport> bare;
    private static Map<String, String> failed;
    private static List<String> stateBefore;

    @BeforeAll
    static void fill() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        source = new DemoRestore(Files.createDirectory(folder.resolve("a")), FEW);
        Path uploaded = source.root.folder().resolve("home/alice/public_html/uploaded.txt");
        Files.writeString(uploaded, "from a form\n");
        Files.setAttribute(uploaded, "unix:uid", NOBODY);
        Files.setAttribute(uploaded, "unix:gid", source.account("alice").gid());
        Path archive = folder.resolve("cpmove-alice.tar");
        packed = source.pack("alice", archive);
        stateBefore = source.state("alice");

        target = new DemoRestore(Files.createDirectory(folder.resolve("b")), FEW);
        AccountRemoval.destroy(target, "alice");
        restored = target.restore(archive, false);

        DemoRestore suspicious = new DemoRestore(Files.createDirectory(folder.resolve("c")), FEW);
        AccountRemoval.destroy(suspicious, "alice");
        restricted = suspicious.restore(archive, true);
        DemoRestore failing = new DemoRestore(Files.createDirectory(folder.resolve("e")), FEW);
        AccountRemoval.destroy(failing, "alice");
        failed = new ForcedFailures(failing, archive).run("alice");
        bare = bareServer(Files.createDirectory(folder.resolve("d"))).restore(archive, false);
    }

    /// Plain Unix users, and nothing of a panel or a service.
    private static DemoRestore bareServer(Path top) throws IOException {
        Path root = Files.createDirectories(top.resolve("server"));
        Path etc = Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(root.resolve("home"));
        Files.writeString(etc.resolve("passwd"), "root:x:0:0:root:/root:/bin/bash\n");
        Files.writeString(etc.resolve("group"), "root:x:0:\n");
        Files.writeString(etc.resolve("shadow"), "root:*:19000:0:99999:7:::\n");
        Files.writeString(etc.resolve("shells"), "/bin/bash\n/usr/sbin/nologin\n");
        Path map = Files.writeString(top.resolve("domains.yaml"), "alice: alice.example\n");
        UnixAccountSettings settings = UnixAccountSettings.DEFAULT.withDomainMap(map);
        HostRoot host = new HostRoot(root);
        return new DemoRestore(
                host,
                Files.createDirectories(top.resolve("staging")),
                new HostServices(
                        host,
                        new UnixAccountDirectory(host, settings, DemoServer.HOSTNAME),
                        DemoServer.HOSTNAME,
                        Optional.empty()));
    }

    @Test
    void everyCellIsFilled() {
        for (AccountComponent module :
                ComponentRegistry.standard(new PostgresComponent(), new MysqlComponent()).all()) {
            String name = module.name().value();
            CELLS.put(
                    name,
                    new String[] {
                        packCell(module),
                        cell(name, restored),
                        module.availableRestricted()
                                ? cell(name, restricted)
                                : "not for archives of unknown origin",
                        cell(name, bare),
                        FAILS_ELSEWHERE.getOrDefault(name, failed.getOrDefault(name, ""))
                    });
        }
        CELLS.forEach((name, cells) ->
                System.out.printf(
                        Locale.ROOT,
                        "%-24s| %-34s| %-44s| %-44s| %-44s| %s%n",
                        name,
                        cells[0],
                        cells[1],
                        cells[2],
                        cells[3],
                        cells[4]));
        assertThat(CELLS)
                .allSatisfy((name, cells) -> assertThat(cells).as(name).noneMatch(String::isBlank));
    }

    private static String packCell(AccountComponent module) {
        PackReport report = packed.get(module.name());
        if (report == null) {
            return IDLE.getOrDefault(module.name().value(), "");
        }
        if (!report.counts().isEmpty()) {
            return report.counts().toString();
        }
        if (module.members().isEmpty()) {
            return "acts, packs nothing";
        }
        return IDLE.getOrDefault(module.name().value(), "packs its member");
    }

    private static String cell(String name, Map<ComponentName, RestoreReport> reports) {
        RestoreReport report = reports.get(new ComponentName(name));
        if (report == null) {
            return IDLE.getOrDefault(name, "");
        }
        return switch (report.outcome()) {
            case DONE -> "done " + counts(report);
            case WARNINGS -> "done, with notes " + counts(report);
            case ABSENT_SERVICE -> String.join("; ", report.skipped());
            case NOTHING -> IDLE.getOrDefault(name, "");
        };
    }

    private static String counts(RestoreReport report) {
        return report.counts().isEmpty() ? "" : report.counts().toString();
    }

    /// Of the modules that write files of the host, each failed at each of its writes.
    @Test
    void whatAModuleChangedBeforeItFailedIsPutBack() {
        assertThat(failed.entrySet())
                .filteredOn(each -> each.getValue().endsWith("each undone"))
                .extracting(Map.Entry::getKey)
                .contains(
                        "APITokens",
                        "Account",
                        "AuthnLinks",
                        "BandwidthData",
                        "CpUser",
                        "Cron",
                        "DKIM",
                        "DNSSEC",
                        "Domains",
                        "Ftp",
                        "Logs",
                        "Mail",
                        "Mailman",
                        "Password",
                        "PostRestoreActions",
                        "PreRestoreActions",
                        "SSL",
                        "Shell",
                        "VhostIncludes",
                        "ZoneFile",
                        "userdata");
    }

    @Test
    void theOtherServerHasTheSameAccount() throws IOException {
        assertThat(differences(stateBefore, target.state("alice"))).isEmpty();
    }

    private static List<String> differences(List<String> before, List<String> after) {
        Set<String> old = new HashSet<>(before);
        Set<String> now = new HashSet<>(after);
        return Stream.concat(
                        before.stream().filter(line -> !now.contains(line)).map("-"::concat),
                        after.stream().filter(line -> !old.contains(line)).map("+"::concat))
                .toList();
    }

    @Test
    void whatWasPackedCameBack() {
        packed.forEach((module, report) -> {
            RestoreReport back = Objects.requireNonNull(restored.get(module), module.value());
            if (back.outcome() != Outcome.NOTHING) {
                assertThat(back.counts()).as(module.value()).containsAllEntriesOf(report.counts());
            }
            assertThat(back.skipped()).as(module.value()).isEmpty();
        });
    }

    @Test
    void reasonsForIdlenessAreNeeded() {
        assertThat(IDLE.keySet())
                .filteredOn(name -> !Set.of("Mysql", "NobodyFiles", "Postgres").contains(name))
                .filteredOn(name -> !isIdle(name))
                .isEmpty();
    }

    private static boolean isIdle(String name) {
        ComponentName module = new ComponentName(name);
        return Stream.of(restored, restricted, bare)
                .map(reports -> Optional.ofNullable(reports.get(module)))
                .anyMatch(report ->
                        report.filter(each -> each.outcome() == Outcome.NOTHING).isPresent());
    }

    @Test
    void aServerWithoutAServiceSaysWhich() {
        assertThat(bare.values())
                .filteredOn(report -> report.outcome() == Outcome.ABSENT_SERVICE)
                .hasSizeGreaterThan(15)
                .allSatisfy(report ->
                        assertThat(report.skipped())
                                .singleElement()
                                .asString()
                                .matches("(?:this server|no ).*"));
    }

    @Test
    void theCatalogueHasTheNamesOfTheSummary() {
        assertThat(ComponentRegistry.standard(new PostgresComponent(), new MysqlComponent()).all())
                .extracting(module -> module.name().value())
                .containsExactlyInAnyOrderElementsOf(NAMES)
                .hasSize(63);
    }

    /// Source: `restricted_available` of the same function.
    @Test
    void theCatalogueTellsWhatIsAvailableForStrangers() {
        assertThat(ComponentRegistry.standard(new PostgresComponent(), new MysqlComponent()).all())
                .filteredOn(module -> !module.availableRestricted())
                .extracting(module -> module.name().value())
                .containsExactlyInAnyOrder(
                        "CustomLocale",
                        "Integration",
                        "OldHomedirs",
                        "Package",
                        "Postgres",
                        "Reseller",
                        "SpamAssassin",
                        "Subaccount",
                        "VhostIncludes");
    }

    @Test
    void modulesThatAreNotForStrangersRefuseThemselves() throws Exception {
        for (AccountComponent module : ComponentRegistry.standard().all()) {
            if (!module.availableRestricted()) {
                assertThat(refusesOrHasNothing(module)).as(module.name().value()).isTrue();
            }
        }
    }

    private static boolean refusesOrHasNothing(AccountComponent module) throws IOException {
        try {
            RestoreReport report =
                    target.restoreOne(folder.resolve("cpmove-alice.tar"), true, module);
            return report.outcome() == Outcome.NOTHING;
        } catch (ComponentException e) {
            return String.valueOf(e.getMessage()).contains("unknown origin");
        }
    }
}
