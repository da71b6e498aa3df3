package dev.packhorse.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.system.DumpGaps;
import dev.packhorse.engine.tree.TreeLeftovers;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Capacity;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemHandlerTest {
    private static final Instant NOW = Instant.parse("2026-03-07T09:00:00Z");

    @TempDir private Path folder;
    private final List<DestinationId> down = new ArrayList<>();
    private UnaryOperator<Transport> place = far -> far;
    private Runnable opening = () -> {};
    private Path root;
    private BackupConfigFile config;
    private DestinationStore destinations;
    private Store store;
    private JdbcJobQueue queue;
    private final TransferMeter meter = new TransferMeter();
    private SystemHandler handler;
    private UploadHandler uploads;

    @BeforeEach
    void server() throws Exception {
        root = Files.createDirectory(folder.resolve("server"));
        write("etc/passwd", "root:x:0:0::/root:/bin/sh\n");
        write("etc/valiases/a.example", "*: a\n");
        Files.createSymbolicLink(root.resolve("etc/shadow"), Path.of("/etc/hostname"));
        HostRoot host = new HostRoot(root);
        config = new BackupConfigFile(root.resolve("backup.conf"));
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, () -> NOW, WorkListener.none());
        ServerBackups backups = new ServerBackups(host, config);
        StagingArea staging = StagingArea.open(folder.resolve("staging"), new ByteSize(0));
        handler =
                new SystemHandler(
                        backups,
                        new HostServices(
                                host, new CpanelAccountDirectory(host), "h", Optional.empty()),
                        destinations,
                        staging,
                        queue,
                        "node1");
        JdbcCatalog catalog = new JdbcCatalog(store);
        uploads =
                new UploadHandler(
                        backups,
                        destinations,
                        this::open,
                        new UploadJournals(folder.resolve("uploads")),
                        catalog,
                        queue,
                        new UploadSources(backups, catalog, destinations, this::open, staging),
                        new LocalRelease(backups, queue, catalog, destinations, this::open),
                        new UploadHandler.Watching(
                                new DestinationHealth(),
                                new Notices(
                                        new ImportanceStore(folder.resolve("importances.yaml")),
                                        List.of(),
                                        Duration.ofHours(24),
                                        queue,
                                        "node1"),
                                meter),
                        () -> NOW,
                        "node1");
    }

    @AfterEach
    void closeStore() throws Exception {
        store.close();
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private DestinationId destination(String name, boolean system) throws IOException {
        DestinationId id = DestinationId.random();
        destinations.add(
                new Destination(
                        id,
                        DestinationType.CUSTOM,
                        name,
                        false,
                        "",
                        system,
                        false,
                        30,
                        new DestinationSettings.Remote(
                                new TreeMap<>(Map.of("script", "/" + name)), new TreeMap<>())));
        return id;
    }

    private Transport open(Destination destination) throws TransportException {
        opening.run();
        if (down.contains(destination.id())) {
            throw new TransportException(Kind.UNAVAILABLE, "open: it is down");
        }
        try {
            return place.apply(new LocalTransport(Files.createDirectories(far(destination.id()))));
        } catch (IOException e) {
            throw new TransportException(Kind.UNAVAILABLE, "no folder", e);
        }
    }

    private Path far(DestinationId id) {
        return folder.resolve("far").resolve(id.value());
    }

    private JobHandler.Ended pack(String date, Cancellation cancellation, Tier... tiers)
            throws Exception {
        return handler.run(
                TestJob.of(
                        JobId.random(),
                        JobKind.SYSTEM_BACKUP,
                        "system",
                        new SystemArguments(date, List.of(tiers)),
                        NOW,
                        cancellation));
    }

    private JobOutcome upload(JobRequest request) throws Exception {
        return upload(request, Cancellation.never());
    }

    private JobOutcome upload(JobRequest request, Cancellation cancellation) throws Exception {
        return uploads.run(
                        TestJob.of(
                                JobId.random(),
                                JobKind.UPLOAD,
                                request.subject(),
                                arguments(request),
                                NOW,
                                cancellation))
                .outcome();
    }

    private static UploadArguments arguments(JobRequest request) {
        return JobJson.read(request.arguments(), UploadArguments.class);
    }

    /// Packs and sends, one upload after the other.
    private JobOutcome run(String date) throws Exception {
        JobHandler.Ended ended = pack(date, Cancellation.never(), Tier.DAILY);
        for (JobRequest request : ended.followUp().jobs()) {
            assertThat(upload(request)).isInstanceOf(JobOutcome.Succeeded.class);
        }
        return ended.outcome();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(each -> folder.relativize(each).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void filesAndFoldersOfTheSystemArePacked() throws Exception {
        assertThat(pack("2026-03-07", Cancellation.never(), Tier.DAILY, Tier.WEEKLY).outcome())
                .isInstanceOf(JobOutcome.Succeeded.class);
        for (String run : List.of("backup/2026-03-07/system", "backup/weekly/2026-03-07/system")) {
            assertThat(names(root.resolve(run)))
                    .containsExactly("dirs/_etc_valiases.tar.gz", "files/_etc_passwd.gz");
        }
        Path passwd = root.resolve("backup/2026-03-07/system/files/_etc_passwd.gz");
        try (var in = new GZIPInputStream(Files.newInputStream(passwd))) {
            assertThat(new String(in.readAllBytes(), UTF_8))
                    .isEqualTo("root:x:0:0::/root:/bin/sh\n");
        }
        assertThat(tar("tzf", root.resolve("backup/2026-03-07/system/dirs/_etc_valiases.tar.gz")))
                .contains("./etc/valiases/a.example");
        assertThat(Files.getPosixFilePermissions(passwd)).hasSize(2);
    }

    @Test
    void aDestinationThatCannotBeReadAndShouldHaveThemMakesThemPartial() throws Exception {
        damaged("off", "A", "upload_system_backup: 1\ndisabled: 1");
        damaged("accounts", "B", "upload_system_backup: 0");
        assertThat(pack("2026-03-06", Cancellation.never(), Tier.DAILY).outcome())
                .isInstanceOf(JobOutcome.Succeeded.class);
        damaged("torn", "C", "upload_system_backup: 1");
        assertThat(pack("2026-03-07", Cancellation.never(), Tier.DAILY).outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        end ->
                                assertThat(end.reason())
                                        .startsWith("not sent to destination " + "C".repeat(24)));
    }

    private void damaged(String name, String id, String lines) throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("destinations"))
                        .resolve(name + "_UID_" + id.repeat(24) + ".backup_destination"),
                "---\ntype: Nowhere\nname: " + name + "\n" + lines + "\n");
    }

    private static List<String> tar(String how, Path file) throws Exception {
        Process tar = new ProcessBuilder("tar", how, file.toString()).start();
        List<String> lines =
                new String(tar.getInputStream().readAllBytes(), UTF_8).lines().toList();
        assertThat(tar.waitFor()).isZero();
        return lines;
    }

    @Test
    void theAdministratorAddsPaths() throws Exception {
        write("opt/tool/conf", "x");
        write("var/cpanel/backups/extras/mine", "# mine\n/opt/tool\n\n../etc\n");
        assertThat(run("2026-03-07"))
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        end ->
                                assertThat(end.result())
                                        .contains("mine, line 4 is no absolute path"));
        assertThat(names(root.resolve("backup/2026-03-07/system")))
                .contains("dirs/_opt_tool.tar.gz");
    }

    @Test
    void oneRunOfADateTakesThePlaceOfTheOther() throws Exception {
        run("2026-03-07");
        write("etc/group", "root:x:0:\n");
        run("2026-03-07");
        assertThat(names(root.resolve("backup/2026-03-07")))
                .containsExactly(
                        "system/dirs/_etc_valiases.tar.gz",
                        "system/files/_etc_group.gz",
                        "system/files/_etc_passwd.gz");
    }

    @Test
    void destinationsThatWantItGetOneFile() throws Exception {
        DestinationId wants = destination("wants", true);
        DestinationId other = destination("other", false);
        run("2026-03-07");
        assertThat(names(far(wants))).containsExactly("2026-03-07/system_files.tar");
        assertThat(tar("tf", far(wants).resolve("2026-03-07/system_files.tar")))
                .contains("./system/files/_etc_passwd.gz");
        assertThat(far(other)).doesNotExist();
    }

    @Test
    void aDestinationThatIsDownKeepsItFromNoOther() throws Exception {
        DestinationId down = destination("a", true);
        DestinationId up = destination("b", true);
        this.down.add(down);
        JobHandler.Ended ended = pack("2026-03-07", Cancellation.never(), Tier.DAILY);
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        Map<String, JobRequest> byDestination = new HashMap<>();
        ended.followUp()
                .jobs()
                .forEach(each -> byDestination.put(arguments(each).destination(), each));
        assertThat(byDestination).containsOnlyKeys(down.value(), up.value());
        JobRequest failing = Objects.requireNonNull(byDestination.get(down.value()));
        assertThatThrownBy(() -> upload(failing)).isInstanceOf(TransportException.class);
        assertThat(upload(Objects.requireNonNull(byDestination.get(up.value()))))
                .isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(names(far(up))).containsExactly("2026-03-07/system_files.tar");
    }

    @Test
    void uploadsHaveTheTriesAndTheLanesOfOthers() throws Exception {
        config.update(Map.of(ConfigKey.ERRORTHRESHHOLD, "5"));
        DestinationId far = destination("far", true);
        List<JobRequest> requests =
                pack("2026-03-07", Cancellation.never(), Tier.DAILY, Tier.WEEKLY).followUp().jobs();
        assertThat(requests)
                .allSatisfy(each -> {
                    assertThat(each.kind()).isEqualTo(JobKind.UPLOAD);
                    assertThat(each.maxAttempts()).isEqualTo(5);
                    assertThat(each.exclusiveKey())
                            .hasValueSatisfying(
                                    key -> assertThat(key).startsWith("upload:" + far + ":"));
                    assertThat(each.node()).contains("node1");
                })
                .extracting(each -> arguments(each).archive())
                .containsExactly(
                        "2026-03-07/system_files.tar", "weekly/2026-03-07/system_files.tar");
    }

    @Test
    void aPausedDestinationCostsTheUploadNoTry() throws Exception {
        down.add(destination("a", true));
        JobRequest request =
                pack("2026-03-07", Cancellation.never(), Tier.DAILY).followUp().jobs().getFirst();
        for (int failures = 0; failures < 5; failures++) {
            assertThatThrownBy(() -> upload(request)).isInstanceOf(TransportException.class);
        }
        assertThat(upload(request)).isInstanceOf(JobOutcome.Snoozed.class);
    }

    @Test
    void aJobOfTheVersionBeforeSendsToThoseThatHaveNothingYet() throws Exception {
        DestinationId has = destination("a", true);
        DestinationId hasNot = destination("b", true);
        pack("2026-03-07", Cancellation.never(), Tier.DAILY);
        TestJob job =
                TestJob.of(
                                JobId.random(),
                                JobKind.SYSTEM_BACKUP,
                                "system",
                                new SystemArguments("2026-03-07", List.of(Tier.DAILY)),
                                NOW,
                                Cancellation.never())
                        .marked(Optional.of("{\"warnings\":[],\"sent\":[\"%s\"]}".formatted(has)));
        assertThat(handler.run(job).followUp().jobs())
                .extracting(each -> arguments(each).destination())
                .containsExactly(hasNot.value());
    }

    @Test
    void anUploadOfTheVersionBeforeIsThatOfAnArchive() {
        assertThat(
                        JobJson.read(
                                "{\"account\":\"demo\",\"destination\":\"x\",\"tier\":\"DAILY\",\"date\":\"2026-03-07\",\"archive\":\"a\",\"sizeBytes\":1,\"sha256\":\"b\"}",
                                UploadArguments.class))
                .satisfies(upload -> {
                    assertThat(upload.system()).isFalse();
                    assertThat(upload.lastDumps()).isEqualTo(LastDumps.NONE);
                });
    }

    /// Packs, and puts dumps into what was packed, as if there were a server; then sends.
    private void runWithDumps(String date, String... databases) throws Exception {
        JobHandler.Ended ended = pack(date, Cancellation.never(), Tier.DAILY);
        for (String database : databases) {
            write("backup/" + date + "/system/mysql/" + database + ".sql.gz", "rows");
        }
        for (JobRequest request : ended.followUp().jobs()) {
            assertThat(upload(request)).isInstanceOf(JobOutcome.Succeeded.class);
        }
    }

    private List<String> dates() throws IOException {
        return names(root.resolve("backup")).stream()
                .map(name -> name.split("/", -1)[0])
                .distinct()
                .toList();
    }

    @Test
    void nightsWithoutDumpsPushOutNoLastDump() throws Exception {
        DestinationId far = destination("far", true);
        config.update(Map.of(ConfigKey.BACKUP_DAILY_RETENTION, "2", ConfigKey.MYSQLBACKUP, "dir"));
        runWithDumps("2026-03-01", "shop");
        for (String date : List.of("2026-03-02", "2026-03-03", "2026-03-04")) {
            assertThat(run(date))
                    .isInstanceOfSatisfying(
                            JobOutcome.Partial.class,
                            end -> assertThat(end.reason()).contains("among them the databases"));
        }
        assertThat(dates()).containsExactly("2026-03-01", "2026-03-03", "2026-03-04");
        assertThat(names(far(far)))
                .containsExactly(
                        "2026-03-01/system_files.tar",
                        "2026-03-03/system_files.tar",
                        "2026-03-04/system_files.tar");

        config.update(Map.of(ConfigKey.MYSQLBACKUP, "accounts"));
        run("2026-03-05");
        assertThat(dates()).containsExactly("2026-03-04", "2026-03-05");
        assertThat(names(far(far)))
                .containsExactly("2026-03-04/system_files.tar", "2026-03-05/system_files.tar");
    }

    /// As after the loss of the server, when its MySQL is not there yet.
    @Test
    void whereNoDumpIsKnownWhatIsOlderStaysFarAway() throws Exception {
        DestinationId far = destination("far", true);
        config.update(Map.of(ConfigKey.BACKUP_DAILY_RETENTION, "1", ConfigKey.MYSQLBACKUP, "both"));
        Files.createDirectories(far(far).resolve("2026-02-01"));
        Files.writeString(far(far).resolve("2026-02-01/system_files.tar"), "with dumps");
        for (String date : List.of("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04")) {
            run(date);
        }
        assertThat(dates())
                .as("the first is the mark of what may have dumps")
                .containsExactly("2026-03-01", "2026-03-04");
        assertThat(names(far(far)))
                .containsExactly("2026-02-01/system_files.tar", "2026-03-04/system_files.tar");
    }

    @Test
    void aDestinationThatNeverGotTheLastDumpsIsPruned() throws Exception {
        config.update(Map.of(ConfigKey.BACKUP_DAILY_RETENTION, "1", ConfigKey.MYSQLBACKUP, "dir"));
        runWithDumps("2026-03-01", "shop");
        DestinationId far = destination("far", true);
        for (String date : List.of("2026-03-02", "2026-03-03", "2026-03-04")) {
            run(date);
        }
        assertThat(dates()).containsExactly("2026-03-01", "2026-03-04");
        assertThat(names(far(far))).containsExactly("2026-03-04/system_files.tar");
    }

    @Test
    void aSecondRunOfTheDayKeepsTheDumpsOfTheFirst() throws Exception {
        config.update(Map.of(ConfigKey.MYSQLBACKUP, "dir"));
        runWithDumps("2026-03-01", "shop");
        run("2026-03-01");
        assertThat(root.resolve("backup/2026-03-01/system/mysql/shop.sql.gz")).hasContent("rows");
    }

    @Test
    void onlyTheNewestOfEachLastDumpIsKept() throws Exception {
        SystemFolder backup =
                new SystemFolder(new ServerBackups(new HostRoot(root), config).directory());
        write("backup/2026-03-01/system/mysql/a.sql.gz", "");
        write("backup/2026-03-01/system/mysql/b.sql.gz", "");
        write("backup/2026-03-02/system/mysql/a.sql.gz", "");
        write("backup/2026-03-03/system/files/x.gz", "");
        write("backup/2026-09-23/system/mysql/a.sql.gz", "of a night with the clock ahead");
        List<String> dates = List.of("2026-03-02", "2026-03-01");
        String first = "2026-03-01";
        assertThat(lastDumps(backup, DumpGaps.of(List.of("a"))))
                .isEqualTo(new LastDumps(false, List.of("2026-03-02"), first));
        assertThat(lastDumps(backup, DumpGaps.of(List.of("a", "b"))))
                .isEqualTo(new LastDumps(false, dates, first));
        assertThat(lastDumps(backup, DumpGaps.ALL)).isEqualTo(new LastDumps(true, dates, first));
        assertThat(lastDumps(backup, DumpGaps.of(List.of("new"))))
                .isEqualTo(new LastDumps(true, List.of(), first));
        assertThat(lastDumps(backup, DumpGaps.NONE)).isEqualTo(LastDumps.NONE);
    }

    private static LastDumps lastDumps(SystemFolder backup, DumpGaps gaps) throws IOException {
        return backup.lastDumps(Tier.DAILY, gaps, LocalDate.parse("2026-03-03"), NOW);
    }

    @Test
    void onlyWhatMayHaveALastDumpStaysFarAway() {
        LocalDate first = LocalDate.parse("2026-03-01");
        Set<LocalDate> all = Set.of(first, first.plusDays(1), first.plusDays(2));
        LastDumps known = new LastDumps(false, List.of("2026-03-02"), "2026-03-01");
        assertThat(all.stream().filter(date -> known.keepAt(all, date)))
                .containsExactly(first.plusDays(1));
        Set<LocalDate> without = Set.of(first, first.plusDays(2));
        assertThat(without.stream().filter(date -> known.keepAt(without, date)))
                .as("where the second never arrived the first may have the dump")
                .containsExactly(first);
        LastDumps unknown = new LastDumps(true, List.of(), "2026-03-02");
        assertThat(all.stream().filter(date -> unknown.keepAt(all, date))).containsExactly(first);
        LastDumps old = JobJson.read("{\"unknown\":true,\"dates\":[]}", LastDumps.class);
        assertThat(all).as("of an earlier version").allMatch(date -> old.keepAt(all, date));
    }

    @Test
    void aNightWithTheClockAheadPushesOutNothingAfterwards() throws Exception {
        DestinationId far = destination("far", true);
        config.update(Map.of(ConfigKey.BACKUP_DAILY_RETENTION, "1"));
        List<JobRequest> late =
                pack("2026-09-23", Cancellation.never(), Tier.DAILY).followUp().jobs();
        run("2026-03-06");
        assertThat(upload(late.getFirst())).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(dates()).containsExactly("2026-03-06", "2026-09-23");
        assertThat(names(far(far)))
                .containsExactly("2026-03-06/system_files.tar", "2026-09-23/system_files.tar");
        run("2026-03-07");
        assertThat(dates()).containsExactly("2026-03-07", "2026-09-23");
        assertThat(names(far(far)))
                .containsExactly("2026-03-07/system_files.tar", "2026-09-23/system_files.tar");
    }

    @Test
    void whatWaitsToBeSentIsKept() throws Exception {
        config.update(Map.of(ConfigKey.BACKUP_DAILY_RETENTION, "1"));
        destination("far", true);
        List<JobRequest> waiting =
                pack("2026-03-01", Cancellation.never(), Tier.DAILY).followUp().jobs();
        waiting.forEach(queue::enqueue);
        pack("2026-03-02", Cancellation.never(), Tier.DAILY);
        pack("2026-03-03", Cancellation.never(), Tier.DAILY);
        assertThat(root.resolve("backup/2026-03-02")).doesNotExist();
        assertThat(upload(waiting.getFirst())).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void anUploadWhoseBackupIsGoneSaysSo() throws Exception {
        destination("far", true);
        List<JobRequest> requests =
                pack("2026-03-07", Cancellation.never(), Tier.DAILY).followUp().jobs();
        TreeLeftovers.remove(root.resolve("backup/2026-03-07/system"));
        assertThat(upload(requests.getFirst()))
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end -> assertThat(end.reason()).contains("is not there any more"));
    }

    @Test
    void whatIsSentIsCounted() throws Exception {
        DestinationId far = destination("far", true);
        run("2026-03-07");
        assertThat(Objects.requireNonNull(meter.sums().get(far)).bytes())
                .isEqualTo(Files.size(far(far).resolve("2026-03-07/system_files.tar")));
    }

    @Test
    void aBundleWhoseUploadDiesCanBeTakenBack() throws Exception {
        destination("far", true);
        place = far -> new Dying(far, "system_files.tar");
        JobRequest request =
                pack("2026-03-07", Cancellation.never(), Tier.DAILY).followUp().jobs().getFirst();
        assertThatThrownBy(() -> upload(request)).isInstanceOf(TransportException.class);
        assertThat(Dying.left(folder.resolve("uploads")))
                .containsExactly(new ObjectKey("2026-03-07/system_files.tar"));
    }

    /// Does something each time somebody asks whether it is requested, which it never is.
    private record Asked(Callable<?> then) implements Cancellation {
        @Override
        public boolean isRequested() {
            try {
                then.call();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return false;
        }

        @Override
        public Registration onRequest(Runnable action) {
            return () -> {};
        }
    }

    @Test
    void oneBundleIsMadeAtATime() throws Exception {
        destination("a", true);
        destination("b", true);
        List<JobRequest> requests =
                pack("2026-03-07", Cancellation.never(), Tier.DAILY).followUp().jobs();
        List<JobOutcome> meanwhile = new ArrayList<>();
        Cancellation first =
                new Asked(() -> meanwhile.isEmpty() && meanwhile.add(upload(requests.getLast())));
        assertThat(upload(requests.getFirst(), first)).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(meanwhile)
                .singleElement()
                .isInstanceOfSatisfying(
                        JobOutcome.Snoozed.class,
                        end -> assertThat(end.reason()).contains("another upload"));
        assertThat(upload(requests.getLast())).isInstanceOf(JobOutcome.Succeeded.class);
    }

    /// As when the disk is full then, or a later backup of the day takes the place of this one.
    @Test
    void aBundleThatCannotBeMadeIsTriedAgain() throws Exception {
        destination("a", true);
        JobRequest request =
                pack("2026-03-07", Cancellation.never(), Tier.DAILY).followUp().jobs().getFirst();
        Path system = root.resolve("backup/2026-03-07/system");
        Path aside = folder.resolve("aside");
        Cancellation moving =
                new Asked(() -> Files.exists(aside) ? aside : Files.move(system, aside));
        assertThat(upload(request, moving))
                .isInstanceOfSatisfying(
                        JobOutcome.RetryAfter.class,
                        end -> assertThat(end.reason()).contains("could not be made"));
        Files.move(aside, system);
        assertThat(upload(request)).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void anUploadThatWasCalledOffSaysNothingOfThePlace() throws Exception {
        down.add(destination("a", true));
        JobRequest request =
                pack("2026-03-07", Cancellation.never(), Tier.DAILY).followUp().jobs().getFirst();
        for (int failures = 0; failures < 5; failures++) {
            CancellationSource off = new CancellationSource();
            opening = off::request;
            assertThatThrownBy(() -> upload(request, off)).isInstanceOf(TransportException.class);
        }
        opening = () -> {};
        assertThatThrownBy(() -> upload(request)).isInstanceOf(TransportException.class);
    }

    /// Full from the time on that the bundle is there, and cannot be read back at once.
    private static final class Filled extends PassingPlace {
        private boolean read;

        Filled(Transport place) {
            super(place);
        }

        @Override
        public <R> R read(
                ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
                throws TransportException, CancelledException {
            if (!read) {
                read = true;
                throw new TransportException(Kind.UNAVAILABLE, "read " + key + ": it is down");
            }
            return super.read(key, range, reader, cancellation);
        }

        @Override
        public Optional<Capacity> capacity() {
            return Optional.of(new Capacity(1L << 40, read ? 0 : 1L << 40));
        }
    }

    @Test
    void whatAnEarlierTryStoredNeedsNoRoom() throws Exception {
        destination("a", true);
        List<Transport> opened = new ArrayList<>();
        place =
                far -> {
                    if (opened.isEmpty()) {
                        opened.add(new Filled(far));
                    }
                    return opened.getFirst();
                };
        JobRequest request =
                pack("2026-03-07", Cancellation.never(), Tier.DAILY).followUp().jobs().getFirst();
        assertThatThrownBy(() -> upload(request)).hasMessageContaining("it is down");
        assertThat(upload(request)).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void asManyAreKeptAsArchives() throws Exception {
        DestinationId far = destination("far", true);
        config.update(Map.of(ConfigKey.BACKUP_DAILY_RETENTION, "2"));
        write("backup/2026-03-01/accounts/demo.tar.gz", "of an account");
        for (String date : List.of("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04")) {
            run(date);
        }
        assertThat(names(root.resolve("backup")).stream().map(name -> name.split("/", -1)[0]))
                .containsOnly("2026-03-01", "2026-03-03", "2026-03-04");
        assertThat(root.resolve("backup/2026-03-01/system")).doesNotExist();
        assertThat(root.resolve("backup/2026-03-02")).doesNotExist();
        assertThat(names(far(far)))
                .containsExactly("2026-03-03/system_files.tar", "2026-03-04/system_files.tar");
    }

    @Test
    void aCancelledOneLeavesNothingThatLooksWhole() throws Exception {
        CancellationSource cancelled = new CancellationSource();
        cancelled.request();
        assertThat(pack("2026-03-07", cancelled, Tier.DAILY).outcome())
                .isInstanceOf(JobOutcome.Cancelled.class);
        assertThat(root.resolve("backup/2026-03-07")).isEmptyDirectory();
    }

    @Test
    void oneThatFailsHalfWayLeavesNothing() throws Exception {
        Path partial = root.resolve("backup/2026-03-07");
        Cancellation failing =
                new Asked(() -> {
                    if (!names(partial).isEmpty()) {
                        throw new IOException("broken");
                    }
                    return true;
                });
        assertThatThrownBy(() -> pack("2026-03-07", failing, Tier.DAILY))
                .hasRootCauseMessage("broken");
        assertThat(partial).isEmptyDirectory();
    }
}
