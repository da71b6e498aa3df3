package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.DatabaseDepth;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.verification.VerifyBudget;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The backup directory on file systems of a network, which swap no names, and some of which keep
/// no owners, cut times or break. Needs root, sshfs, bindfs and mergerfs.
@Timeout(300)
class NetworkFolderTest {
    private static final String ALICE = "alice";

    @TempDir private Path folder;
    private final SettableClock clock = new SettableClock(Instant.now().plusSeconds(3_600));
    private @Nullable NetworkFolder mounted;
    private @Nullable RestoreServer server;
    private @Nullable PackingPlant plant;
    private String log = "";

    @BeforeEach
    void writeServer() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        DemoServer.write(folder.resolve("server"), 20);
    }

    private Path work() throws IOException {
        return Files.createDirectories(folder.resolve("work"));
    }

    private Path point() {
        return folder.resolve("server/backup");
    }

    private NetworkFolder mounted() {
        return Objects.requireNonNull(mounted);
    }

    private RestoreServer server() {
        return Objects.requireNonNull(server);
    }

    /// A server whose backup directory this is, with noise in a home that is worth taking over.
    private void start(NetworkFolder place, AccountComponent... further) throws Exception {
        mounted = place;
        HostRoot root = new HostRoot(folder.resolve("server"));
        List<AccountComponent> components = new ArrayList<>(ComponentRegistry.standard().all());
        components.addAll(List.of(further));
        RestoreServer made =
                new RestoreServer(
                        folder,
                        new HostServices(
                                root,
                                new CpanelAccountDirectory(root),
                                DemoServer.HOSTNAME,
                                Optional.empty()),
                        components);
        server = made;
        PackingPlant usual = made.plant;
        plant =
                new PackingPlant(
                        usual.components(),
                        usual.services(),
                        usual.sessions(),
                        usual.staging(),
                        usual.mac(),
                        usual.compression(),
                        usual.reuse(),
                        usual.unsound(),
                        usual.hooks(),
                        clock,
                        usual.node());
        byte[] noise = new byte[2 << 20];
        new Random(7).nextBytes(noise);
        homeFile("noise.bin", noise);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        if (mounted != null) {
            mounted.close();
        }
    }

    private void homeFile(String name, byte[] content) throws IOException {
        Path file = Files.write(server().root.resolve("/home/alice/" + name), content);
        int uid = server().services.accounts().find(new AccountName(ALICE)).orElseThrow().uid();
        Files.setAttribute(file, "unix:uid", uid);
        Files.setAttribute(file, "unix:gid", uid);
    }

    private List<String> home() throws IOException {
        return TreeDigest.lines(server().root.resolve("/home/alice"));
    }

    private void set(String form) throws Exception {
        server().backups.file().update(Map.of(ConfigKey.BACKUPTYPE, form, ConfigKey.LINKDEST, "1"));
    }

    private JobOutcome tryToBackUp(String slot, Tier... tiers) throws Exception {
        RestoreServer here = server();
        BackupArguments arguments = new BackupArguments(ALICE, List.of(tiers), slot, "", "");
        JobHandler.Ended ended =
                new BackupHandler(
                                Objects.requireNonNull(plant),
                                here.backups,
                                here.destinations,
                                Rooms.ample(
                                        here.backups, here.queue, here.catalog, here.destinations),
                                new PinStore(folder.resolve("pins.yaml")),
                                new RetentionRecord(folder.resolve("retention.yaml")))
                        .run(job(JobKind.BACKUP, arguments));
        here.catalog.adopt(ended.followUp().restorePoints());
        return ended.outcome();
    }

    private void backUp(String slot, Tier... tiers) throws Exception {
        log = log(tryToBackUp(slot, tiers));
    }

    private JobContext job(JobKind kind, Object arguments) {
        return TestJob.of(
                JobId.random(), kind, ALICE, arguments, clock.instant(), Cancellation.never());
    }

    /// What a packing that made an archive wrote into its log.
    private String log(JobOutcome outcome) throws IOException {
        String json =
                switch (outcome) {
                    case JobOutcome.Succeeded(String done) -> done;
                    case JobOutcome.Partial(String done, _) -> done;
                    case JobOutcome other -> throw new AssertionError(other.toString());
                };
        SessionId session = new SessionId(JobJson.read(json, BackupResult.class).session());
        return server().sessions()
                .readEnd(SessionKind.PKGACCT, session, SessionStore.MASTER_LOG)
                .orElseThrow()
                .text();
    }

    private JobHandler.Ended verify() throws Exception {
        RestoreServer here = server();
        return new VerifyHandler(
                        new VerifyPlanner(
                                here.catalog,
                                new VerifyBudget(1, 0, 100, Duration.ZERO),
                                _ -> true,
                                clock),
                        new VerifyHandler.Parts(
                                here.backups,
                                here.destinations,
                                here.opener,
                                new DestinationHealth(),
                                here.plant.mac(),
                                here.sessions(),
                                here.plant.staging(),
                                new RetentionRecord(here.root.resolve("/retention.yaml"))),
                        _ -> List.of())
                .run(new VerifyServer.MarkedJob(VerifyServer.all(DestinationId.LOCAL), clock));
    }

    private void assertThatAllIsGood(int archives) throws Exception {
        JobHandler.Ended ended = verify();
        VerifyResult result = VerifyServer.result(ended);
        assertThat(ended.outcome()).as(result.toString()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(result.toString()).contains("good=" + archives);
    }

    /// Loses a home, and gets it back whole, then a part of it.
    private void assertThatTheHomeComesBack(String day) throws Exception {
        List<String> before = home();
        Shell.run(folder, "rm", "-r", server().root.resolve("/home/alice/public_html").toString());
        Files.delete(server().root.resolve("/home/alice/noise.bin"));
        RestoreResult whole = server().restore(of(day));
        assertThat(whole.result()).as(whole + log(whole)).isEqualTo(1);
        assertThat(RestoreServer.differences(before, home()))
                .as("besides the time of the home itself")
                .filteredOn(line -> !line.startsWith(". ", 1))
                .isEmpty();

        Files.delete(server().root.resolve("/home/alice/noise.bin"));
        RestoreResult part =
                server().restore(
                                of(day).within(
                                                new RestoreScope(
                                                        false,
                                                        Map.of(),
                                                        List.of("path:noise.bin"),
                                                        "",
                                                        false)));
        assertThat(part.result()).as(part + log(part)).isEqualTo(1);
        assertThat(home().stream().filter(line -> line.contains("noise.bin")))
                .isEqualTo(before.stream().filter(line -> line.contains("noise.bin")).toList());
    }

    private String log(RestoreResult of) throws IOException {
        return of.result() + server().lastLog();
    }

    private static RestoreArguments of(String day) {
        RestoreArguments usual = RestoreServer.whole(ALICE);
        return new RestoreArguments(
                usual.account(),
                day,
                usual.destination(),
                usual.archivePath(),
                usual.origin(),
                usual.giveIp(),
                usual.mailConfig(),
                usual.mysql(),
                usual.subdomains(),
                usual.only(),
                usual.without(),
                usual.trusted(),
                usual.deleteArchive(),
                usual.session());
    }

    private List<RestorePoint> points() {
        return server().catalog.ofAccount(new AccountName(ALICE));
    }

    /// As the start of the daemon does.
    private void removePartials() throws IOException {
        new BackupDirectoryScan(server().backups, server().catalog, clock, "node1")
                .removePartials();
    }

    private void prune() throws Exception {
        for (RestorePoint point : points()) {
            server().catalog.markDeleting(point);
            server().backups.directory().delete(point.archive());
            server().catalog.drop(point);
        }
        try (var left = Files.walk(mounted().share())) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void archivesAreThereWhatTheyAreOnADisk() throws Exception {
        start(NetworkFolder.overSsh(work(), point()));
        server().keepSafetyCopiesIn(point().resolve("copies"));
        backUp("2026-03-06", Tier.DAILY, Tier.WEEKLY);
        homeFile("later.txt", "later\n".getBytes(StandardCharsets.UTF_8));
        backUp("2026-03-07", Tier.DAILY);
        assertThat(log).contains("taken over from the archive before");
        backUp("2026-03-07", Tier.DAILY);
        set("uncompressed");
        backUp("2026-03-08", Tier.DAILY, Tier.MONTHLY);
        assertThatAllIsGood(5);
        assertThatTheHomeComesBack("2026-03-07");
        assertThatTheHomeComesBack("2026-03-08");

        List<String> copies = server().safety.names(new AccountName(ALICE));
        assertThat(copies).isNotEmpty();
        RestoreResult back = server().restore(RestoreServer.safetyCopy(ALICE, copies.getFirst()));
        assertThat(back.result()).as(back + log(back)).isEqualTo(1);
        server().forgetSafetyCopies();
        removePartials();
        prune();
    }

    @Test
    void archivesInPartsReplaceThoseBefore() throws Exception {
        start(NetworkFolder.overSsh(work(), point()));
        for (int i = 0; i < 2; i++) {
            PkgacctArguments arguments =
                    new PkgacctArguments(
                            ALICE,
                            "",
                            "/backup",
                            ArchiveNaming.CPMOVE,
                            "UTC",
                            true,
                            List.of(),
                            DatabaseDepth.ALL,
                            "",
                            1 << 20,
                            false,
                            false,
                            false);
            JobOutcome outcome =
                    new PkgacctHandler(server().plant)
                            .run(job(JobKind.PKGACCT, arguments))
                            .outcome();
            assertThat(log(outcome)).contains("cpmove-alice-split");
            assertThat(mounted().share().resolve("cpmove-alice-split"))
                    .isDirectoryContaining("glob:**.part00002");
            assertThat(mounted().share().toFile().list()).containsExactly("cpmove-alice-split");
            Shell.run(
                    mounted().share(),
                    "sh",
                    "-c",
                    "cat cpmove-alice-split/* | tar -tz > /dev/null");
        }
    }

    @Test
    void theSystemIsBackedUpTwiceADay() throws Exception {
        start(NetworkFolder.overSsh(work(), point()));
        server().backups.file().update(Map.of(ConfigKey.BACKUPFILES, "1"));
        for (int i = 0; i < 2; i++) {
            SystemArguments arguments =
                    new SystemArguments("2026-03-07", List.of(Tier.DAILY, Tier.WEEKLY));
            JobOutcome outcome =
                    new SystemHandler(
                                    server().backups,
                                    server().services,
                                    server().destinations,
                                    server().plant.staging(),
                                    server().queue,
                                    "node1")
                            .run(job(JobKind.SYSTEM_BACKUP, arguments))
                            .outcome();
            assertThat(outcome).isNotInstanceOf(JobOutcome.Failed.class);
            for (String day : List.of("2026-03-07", "weekly/2026-03-07")) {
                Path dated = mounted().share().resolve(day);
                assertThat(dated.toFile().list()).containsExactly("system");
                assertThat(dated.resolve("system/files/_etc_passwd.gz")).isNotEmptyFile();
            }
        }
    }

    /// A machine that stopped between the two steps that take the place of a swap.
    @Test
    void whatWasSetAsideComesBackWithTheNextStart() throws Exception {
        start(NetworkFolder.overSsh(work(), point()));
        Path dated = Files.createDirectories(mounted().share().resolve("2026-03-07"));
        Files.createDirectories(dated.resolve(".packhorse-replaced-system/files"));
        Files.createDirectories(dated.resolve(".packhorse-partial-x/files"));
        removePartials();
        assertThat(dated.toFile().list()).containsExactly("system");
    }

    /// As the home of an account that is removed is moved aside.
    @Test
    void aNameThatIsTakenIsNotReplaced() throws Exception {
        start(NetworkFolder.overSsh(work(), point()));
        Files.createDirectories(mounted().share().resolve("home/mail"));
        Files.createDirectory(mounted().share().resolve("taken"));
        ByteName home = ByteName.of("home");
        try (Directory homes = Directory.openTrusted(point())) {
            assertThatThrownBy(() -> homes.renameIfAbsent(home, homes, ByteName.of("taken")))
                    .isInstanceOfSatisfying(
                            PosixException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST.value()));
            homes.renameIfAbsent(home, homes, ByteName.of("aside"));
            homes.sync();
        }
        assertThat(mounted().share().toFile().list()).containsExactlyInAnyOrder("aside", "taken");
    }

    /// As NFS without root_squash.
    @Test
    void treesAreLinkedVerifiedReplacedAndRemoved() throws Exception {
        start(NetworkFolder.merged(work(), point()));
        set("incremental");
        backUp("2026-03-06", Tier.DAILY);
        homeFile("later.txt", "later\n".getBytes(StandardCharsets.UTF_8));
        backUp("2026-03-07", Tier.DAILY, Tier.WEEKLY);
        assertThat(log).contains("are those of");
        backUp("2026-03-07", Tier.DAILY, Tier.WEEKLY);
        Path share = mounted().share();
        assertThat(
                        Files.isSameFile(
                                share.resolve("2026-03-06/accounts/alice/homedir/noise.bin"),
                                share.resolve("2026-03-07/accounts/alice/homedir/noise.bin")))
                .isTrue();
        assertThat(share.resolve("2026-03-07/accounts").toFile().list())
                .containsExactlyInAnyOrder("alice", ".packhorse");
        assertThatAllIsGood(3);
        assertThatTheHomeComesBack("2026-03-07");
        prune();
    }

    /// sshfs gives the owner of a customer's link to the file of the storage server that it leads
    /// to.
    @Test
    void whereLinksAreFollowedNoTreesAreKept() throws Exception {
        start(NetworkFolder.overSsh(work(), point(), "no_contain_symlinks"));
        Path treasure = Files.writeString(folder.resolve("treasure"), "of the storage server");
        Files.createSymbolicLink(server().root.resolve("/home/alice/link"), treasure);
        set("incremental");
        assertThat(tryToBackUp("2026-03-06", Tier.DAILY))
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end ->
                                assertThat(end.reason())
                                        .contains("fuse.sshfs")
                                        .contains("the file it leads to")
                                        .contains("backuptype to compressed"));
        assertThat(Files.getAttribute(treasure, "unix:uid")).isEqualTo(0);
        try (var left = Files.walk(mounted().share())) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    /// As NFS with root_squash.
    @Test
    void whereRootIsNobodyArchivesAreKeptAndNoTrees() throws Exception {
        start(
                NetworkFolder.bound(
                        work(),
                        point(),
                        "--force-user=nobody",
                        "--force-group=nogroup",
                        "--chown-deny"));
        backUp("2026-03-06", Tier.DAILY);
        assertThatAllIsGood(1);
        assertThatTheHomeComesBack("2026-03-06");
        set("incremental");
        assertThat(tryToBackUp("2026-03-07", Tier.DAILY))
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end ->
                                assertThat(end.reason())
                                        .contains("owners")
                                        .contains("no_root_squash"));
    }

    /// Has the line cut in the middle of a packing.
    private static final class Cutting extends BasicComponent {
        private @Nullable NetworkFolder place;

        Cutting() {
            super(new ComponentName("Cutting"), "", false, Set.of(), Set.of("cutting"));
        }

        @Override
        public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
            if (place != null) {
                place.cut();
            }
            return PackReport.EMPTY;
        }

        @Override
        public RestoreReport restore(RestoreContext context, ArchiveSource source) {
            return RestoreReport.nothing();
        }
    }

    @Test
    void aLineThatBreaksIsAClearFailureAndAllGoesOnWhenItIsBack() throws Exception {
        Cutting cutting = new Cutting();
        start(NetworkFolder.overSsh(work(), point(), "reconnect"), cutting);
        backUp("2026-03-06", Tier.DAILY);
        cutting.place = mounted();

        assertThat(attempt("2026-03-07")).contains("the backup directory " + point());
        cutting.place = null;
        assertThat(attempt("2026-03-07")).contains(point().toString());
        assertThat(attempt(() -> verify().outcome()))
                .contains("the backup directory " + point())
                .doesNotContain("missing");
        assertThat(attempt(() -> server().run(of("2026-03-06"))))
                .contains("the backup directory " + point());

        mounted().mend();
        removePartials();
        backUp("2026-03-07", Tier.DAILY);
        assertThatAllIsGood(2);
        assertThatTheHomeComesBack("2026-03-07");
        prune();
    }

    /// Without the option that has it come back by itself, sshfs leaves an empty folder.
    @Test
    void aMountThatGoesAwayIsAClearFailure() throws Exception {
        Cutting cutting = new Cutting();
        start(NetworkFolder.overSsh(work(), point()), cutting);
        server().backups.file().update(Map.of(ConfigKey.BACKUPMOUNT, "1"));
        backUp("2026-03-06", Tier.DAILY);
        cutting.place = mounted();

        assertThat(attempt("2026-03-07")).contains("no file system is mounted at /backup");
        cutting.place = null;
        assertThat(attempt("2026-03-07")).contains("no file system is mounted at /backup");
        assertThat(attempt(() -> verify().outcome()))
                .contains("no file system is mounted at /backup");
        assertThat(attempt(() -> server().run(of("2026-03-06"))))
                .contains("no file system is mounted at /backup");
        assertThat(point()).isEmptyDirectory();
    }

    private String attempt(String slot) {
        return attempt(() -> tryToBackUp(slot, Tier.DAILY));
    }

    private static String attempt(java.util.concurrent.Callable<?> action) {
        try {
            return String.valueOf(action.call());
        } catch (Exception e) {
            return String.valueOf(e);
        }
    }
}
