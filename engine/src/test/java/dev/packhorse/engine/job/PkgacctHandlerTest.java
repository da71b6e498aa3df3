package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.job.DemoPlant.Done;
import dev.packhorse.engine.job.DemoPlant.PkgacctChange;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Needs root, for files of other users.
class PkgacctHandlerTest {
    @TempDir static Path folder;

    private static final Probe PROBE = new Probe();
    private static DemoPlant server;
    private static List<String> everything;

    /// Shows in what circumstances it packs, and fails on demand.
    private static final class Probe extends BasicComponent {
        private volatile String stat = "";
        private volatile boolean broken;

        Probe() {
            super(
                    new ComponentName("Logs"),
                    "Looks at its thread.",
                    true,
                    Set.of(),
                    Set.of("logs/"));
        }

        @Override
        public PackReport pack(PackContext context, ArchiveSink sink)
                throws ComponentException, IOException {
            stat = Files.readString(Path.of("/proc/thread-self/stat"));
            if (broken) {
                throw new ComponentException("the disk of the logs is gone");
            }
            sink.addText("logs/probe", 0600, "probe\n");
            return PackReport.EMPTY;
        }

        @Override
        public RestoreReport restore(RestoreContext context, ArchiveSource source) {
            return RestoreReport.nothing();
        }

        /// Field 19 of the line, counted behind the name, which may hold anything.
        int nice() {
            String fields = stat.substring(stat.lastIndexOf(')') + 2);
            return Integer.parseInt(fields.split(" ", -1)[16]);
        }
    }

    @BeforeAll
    static void makeServer() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new DemoPlant(folder, PROBE);
        everything = members(PkgacctChange.plain());
    }

    @AfterEach
    void removeArchives() throws Exception {
        PROBE.broken = false;
        if (server != null) {
            for (String name : server.archives()) {
                Shell.run(server.server.resolve("home"), "rm", "-r", name);
            }
        }
    }

    private static List<String> members(PkgacctChange change) throws IOException {
        Done done = server.run(DemoPlant.without(DemoPlant.usual("alice"), change));
        assertThat(done.ended().outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        Path homes = server.server.resolve("home");
        List<String> members =
                Shell.lines(homes, "tar", "tf", "cpmove-alice.tar").stream().sorted().toList();
        Files.delete(homes.resolve("cpmove-alice.tar"));
        return members;
    }

    private static List<String> leftOut(PackSkip skip) throws IOException {
        List<String> lost = new ArrayList<>(everything);
        List<String> members = members(PkgacctChange.skip(skip));
        assertThat(everything).as("a switch adds nothing").containsAll(members);
        lost.removeAll(members);
        return lost.stream().map(each -> each.replace("cpmove-alice/", "")).toList();
    }

    @ParameterizedTest
    @EnumSource(PackSkip.class)
    void eachSwitchLeavesOutItsOwnMembersAndNothingElse(PackSkip skip) throws Exception {
        List<String> lost = leftOut(skip);
        assertThat(lost)
                .allMatch(each ->
                        switch (skip) {
                            case HOME ->
                                    each.startsWith("homedir/") || each.equals("has_sslstorage");
                            case ZONES -> each.matches("dnszones/.+\\.db");
                            case FTP_USERS -> each.equals("proftpdpasswd");
                            case LOGS -> each.startsWith("logs/");
                            case DNSSEC -> each.startsWith("dnssec_keys/");
                            case BANDWIDTH -> each.startsWith("bandwidth/");
                            case API_TOKENS -> each.startsWith("api_tokens/");
                            case AUTHN_LINKS -> each.startsWith("authnlinks/");
                            case VHOST_TEMPLATES -> each.startsWith("httpfiles/");
                            case INTEGRATION_LINKS -> each.startsWith("integration/");
                            case LOCALE -> each.startsWith("locale/");
                            case MAILMAN -> each.matches("(mm|mma|mms)/.+");
                            case SHELL -> each.equals("shell");
                            case CRON -> each.equals("cron/alice");
                            case DOMAINS -> each.matches("userdata/main|addons|sds2?|pds");
                            case MAIL -> each.matches("(va|vad|vf)/.+");
                            case PASSWORD -> each.equals("shadow");
                            case QUOTA -> each.equals("quota");
                            case SSL -> each.matches("(apache_tls|sslcerts|sslkeys|ssl)/.+");
                            case USERDATA ->
                                    each.matches("userdata/.+") && !each.equals("userdata/main");
                            case DATABASES, MYSQL, POSTGRES, LINKED_NODES, RESELLER -> false;
                        });
        // the account has no databases and no linked servers, and is no reseller
        boolean hasNothing =
                Set.of(
                                PackSkip.DATABASES,
                                PackSkip.MYSQL,
                                PackSkip.POSTGRES,
                                PackSkip.LINKED_NODES,
                                PackSkip.RESELLER)
                        .contains(skip);
        assertThat(lost.isEmpty()).isEqualTo(hasNothing);
    }

    @Test
    void aResellersPrivilegesStayOutAndTheFoldersStay() throws Exception {
        server.run(
                DemoPlant.without(DemoPlant.usual("bob"), PkgacctChange.skip(PackSkip.RESELLER)));
        Path homes = server.server.resolve("home");
        assertThat(Shell.lines(homes, "tar", "tf", "cpmove-bob.tar"))
                .contains("cpmove-bob/resellerconfig/", "cpmove-bob/resellerpackages/")
                .noneMatch(each -> each.matches("cpmove-bob/reseller\\w+/.+"));
    }

    @Test
    void aSplitArchiveIsTheWholeOneInParts() throws Exception {
        long size = 40_000;
        Done done =
                server.run(DemoPlant.without(DemoPlant.usual("alice"), PkgacctChange.parts(size)));

        assertThat(server.archives()).containsExactly("cpmove-alice-split");
        Path parts = server.server.resolve("home/cpmove-alice-split");
        List<Path> files;
        try (Stream<Path> listed = Files.list(parts)) {
            files = listed.sorted().toList();
        }
        assertThat(files).hasSizeGreaterThan(2);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            assertThat(file.getFileName().toString())
                    .isEqualTo("cpmove-alice.tar.gz.part%05d".formatted(i + 1));
            assertThat(Files.size(file)).isLessThanOrEqualTo(size);
            if (i < files.size() - 1) {
                assertThat(Files.size(file)).isEqualTo(size);
            }
            byte[] content = Files.readAllBytes(file);
            joined.writeBytes(content);
            assertThat(done.log())
                    .contains("pkgacctfile is: " + file)
                    .contains("md5sum is: " + md5(content))
                    .contains("size is: " + content.length);
        }
        Path whole = folder.resolve("joined.tar.gz");
        Files.write(whole, joined.toByteArray());
        assertThat(Shell.lines(folder, "tar", "tzf", whole.toString()))
                .contains("cpmove-alice/", "cpmove-alice/cp/alice");
        assertThat(done.log()).contains("sha256sum is: ");
    }

    private static String md5(byte[] content) throws Exception {
        return HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("MD5").digest(content));
    }

    @Test
    void aNewSetOfPartsTakesThePlaceOfTheOldOne() throws Exception {
        PkgacctArguments small =
                DemoPlant.without(DemoPlant.usual("carol"), PkgacctChange.parts(10_000));
        PkgacctArguments large =
                DemoPlant.without(DemoPlant.usual("carol"), PkgacctChange.parts(1 << 30));
        server.run(small);
        server.run(large);

        assertThat(server.archives()).containsExactly("cpmove-carol-split");
        try (Stream<Path> files = Files.list(server.server.resolve("home/cpmove-carol-split"))) {
            assertThat(files)
                    .extracting(each -> each.getFileName().toString())
                    .containsExactly("cpmove-carol.tar.gz.part00001");
        }
    }

    @Test
    void aFailureLeavesNothingAndKeepsTheOldParts() throws Exception {
        PkgacctArguments parts =
                DemoPlant.without(DemoPlant.usual("carol"), PkgacctChange.parts(10_000));
        server.run(parts);
        List<String> before =
                Shell.lines(
                        server.server.resolve("home"),
                        "sha256sum",
                        "-b",
                        "--",
                        "cpmove-carol-split/cpmove-carol.tar.gz.part00001");
        PROBE.broken = true;

        Done done = server.run(parts);

        assertThat(done.ended().outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).contains("Logs: the disk"));
        assertThat(server.archives()).containsExactly("cpmove-carol-split");
        assertThat(
                        Shell.lines(
                                server.server.resolve("home"),
                                "sha256sum",
                                "-b",
                                "--",
                                "cpmove-carol-split/cpmove-carol.tar.gz.part00001"))
                .isEqualTo(before);
    }

    @Test
    void whatAKilledRunOfTheJobLeftIsRemoved() throws Exception {
        JobId job = JobId.random();
        Path left = server.server.resolve("home").resolve(BackupDirectory.PARTIAL + job);
        Files.createDirectory(left);
        Files.writeString(left.resolve("cpmove-carol.tar.gz.part00001"), "half");

        server.run(DemoPlant.usual("carol"), job);

        assertThat(server.archives()).containsExactly("cpmove-carol.tar.gz");
    }

    @Test
    void aCancelledRunLeavesNothing() throws Exception {
        DemoPlant own = new DemoPlant(Files.createDirectory(folder.resolve("cancelled")));
        own.cancellation.request();
        Done done =
                own.run(DemoPlant.without(DemoPlant.usual("carol"), PkgacctChange.parts(10_000)));
        assertThat(done.ended().outcome()).isInstanceOf(JobOutcome.Cancelled.class);
        assertThat(own.archives()).isEmpty();
    }

    @Test
    void theTopFolderBearsTheNameOfTheFile() throws Exception {
        for (ArchiveNaming naming : ArchiveNaming.values()) {
            server.run(DemoPlant.without(DemoPlant.usual("carol"), PkgacctChange.named(naming)));
        }
        List<String> names =
                List.of(
                        "backup-3.7.2026_09-05-06_carol.tar.gz",
                        "carol.tar.gz",
                        "cpmove-carol.tar.gz");
        assertThat(server.archives()).isEqualTo(names);
        for (String name : names) {
            assertThat(Shell.lines(server.server.resolve("home"), "tar", "tzf", name))
                    .first()
                    .isEqualTo(name.replace(".tar.gz", "/"));
        }
    }

    @Test
    void theLogTellsWrappersWhereTheArchiveIs() throws Exception {
        Done done = server.run(DemoPlant.usual("carol"));
        Path file = server.server.resolve("home/cpmove-carol.tar.gz");
        byte[] content = Files.readAllBytes(file);
        assertThat(done.log())
                .contains("pkgacct started.")
                .contains("pkgacct version 10 - user : carol - tarball: 1")
                .contains("pkgacctfile is: " + file)
                .contains("md5sum is: " + md5(content))
                .contains("size is: " + content.length)
                .contains("homesize is: ")
                .contains("homefiles is: ");
    }

    @Test
    void lowPriorityGoesBehindEverythingElse() throws Exception {
        server.run(DemoPlant.usual("carol"));
        int usual = PROBE.nice();
        server.run(
                DemoPlant.without(
                        DemoPlant.usual("carol"),
                        new PkgacctChange(ArchiveNaming.CPMOVE, true, List.of(), 0, true)));
        assertThat(usual).isLessThan(10);
        assertThat(PROBE.nice()).isEqualTo(10);
        String here = Files.readString(Path.of("/proc/thread-self/stat"));
        assertThat(here.substring(here.lastIndexOf(')') + 2).split(" ", -1)[16])
                .isEqualTo(Integer.toString(usual));
    }

    @Test
    void tooManyPartsAreRefusedBeforeTheyFillTheFolder() throws Exception {
        Path temporary = folder.resolve("many");
        try (PartFiles parts =
                PartFiles.begin(temporary, folder.resolve("many-split"), "a.tar.gz", 10, 3)) {
            byte[] bytes = new byte[31];
            assertThatThrownBy(() -> parts.channel().write(java.nio.ByteBuffer.wrap(bytes)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("choose larger parts");
        }
        assertThat(temporary).doesNotExist();
    }
}
