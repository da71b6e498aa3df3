package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.hook.Hook;
import dev.packhorse.engine.hook.HookLimits;
import dev.packhorse.engine.hook.HookScript;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.JobKind.Stage;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.Channel;
import dev.packhorse.engine.notify.ChannelName;
import dev.packhorse.engine.notify.Importance;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.Message;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.notify.NotifyHandler;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.run.Backoff;
import dev.packhorse.engine.run.PoolSettings;
import dev.packhorse.engine.run.WorkSignal;
import dev.packhorse.engine.run.WorkerPool;
import dev.packhorse.engine.session.RunLogs;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole run over the demonstration server, in which something goes wrong for some accounts at
/// every stage. Needs root.
class NightTest {
    private static final DestinationId FAR = DestinationId.random();

    @TempDir Path folder;
    private final WorkSignal signal = new WorkSignal();
    private final List<Message> received = new CopyOnWriteArrayList<>();
    private DemoPlant demo;
    private Store store;
    private JdbcJobQueue queue;
    private ServerBackups backups;
    private WorkerPool pool;

    /// Fails for some accounts while it packs.
    private static final class Faulty extends BasicComponent {
        Faulty() {
            super(new ComponentName("Faulty"), "Fails.", true, Set.of(), Set.of("faulty/"));
        }

        @Override
        public PackReport pack(PackContext context, ArchiveSink sink)
                throws ComponentException, IOException {
            return switch (context.account().name().value()) {
                case "dave" -> throw new ComponentException("the data is damaged");
                case "erin" -> throw new IllegalStateException("a bug");
                case "frank" -> throw new IOException("No space left on device");
                default -> new PackReport(Map.of(), List.of());
            };
        }

        @Override
        public RestoreReport restore(RestoreContext context, ArchiveSource source) {
            throw new UnsupportedOperationException();
        }
    }

    private final Channel webhook =
            new Channel() {
                @Override
                public ChannelName name() {
                    return ChannelName.WEBHOOK;
                }

                @Override
                public void send(Message message, Cancellation cancellation) {
                    received.add(message);
                }
            };

    @BeforeEach
    void server() throws Exception {
        demo = new DemoPlant(folder, new Faulty());
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, InstantSource.system(), signal);
        HostRoot root = new HostRoot(demo.server);
        BackupConfigFile config = new BackupConfigFile(root.resolve(BackupConfigFile.HOST_PATH));
        config.update(Map.of(ConfigKey.PREBACKUP, "1", ConfigKey.POSTBACKUP, "1"));
        backups = new ServerBackups(root, config);
        DestinationStore destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(
                new Destination(
                        FAR,
                        DestinationType.CUSTOM,
                        "far",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Remote(
                                new TreeMap<>(Map.of("script", "/x")), new TreeMap<>())));
        hooks();
        start(destinations);
    }

    private void start(DestinationStore destinations) {
        Backoff none = new Backoff(Duration.ZERO, Duration.ZERO, new Random(1));
        RunLogs logs =
                new RunLogs(
                        demo.server,
                        folder.resolve("state"),
                        InstantSource.system(),
                        ZoneOffset.UTC);
        Notices notices =
                new Notices(
                        new ImportanceStore(folder.resolve("importances.yaml")),
                        List.of(new Notices.Route(ChannelName.WEBHOOK, Importance.LOW)),
                        Duration.ofHours(24),
                        queue,
                        "node1");
        RunEvents events =
                new RunEvents(
                        queue,
                        logs,
                        new RunScripts(
                                demo.plant.hooks(), new HookScript(demo.server, HookLimits.USUAL)),
                        notices);
        JdbcCatalog catalog = new JdbcCatalog(store);
        PoolSettings usual =
                PoolSettings.of(
                        "node1",
                        Map.of(
                                Stage.CONTROL, 1,
                                Stage.PACK, 2,
                                Stage.UPLOAD, 1,
                                Stage.NOTIFY, 1));
        pool =
                new WorkerPool(
                        queue,
                        signal,
                        List.of(
                                new RunHandler(
                                        queue,
                                        new RunJobs(
                                                queue,
                                                demo.plant.services().accounts(),
                                                backups,
                                                catalog,
                                                "node1"),
                                        backups,
                                        _ -> List.of(),
                                        events),
                                new BackupHandler(
                                        demo.plant,
                                        backups,
                                        destinations,
                                        Rooms.ample(backups, queue, catalog, destinations),
                                        new PinStore(folder.resolve("pins.yaml")),
                                        new RetentionRecord(folder.resolve("retention.yaml"))),
                                new UploadHandler(
                                        backups,
                                        destinations,
                                        NightTest::refuse,
                                        new UploadJournals(folder.resolve("uploads")),
                                        catalog,
                                        queue,
                                        new UploadSources(
                                                backups,
                                                catalog,
                                                destinations,
                                                NightTest::refuse,
                                                demo.plant.staging()),
                                        new LocalRelease(
                                                backups,
                                                queue,
                                                catalog,
                                                destinations,
                                                NightTest::refuse),
                                        new UploadHandler.Watching(
                                                new DestinationHealth(),
                                                notices,
                                                new TransferMeter()),
                                        InstantSource.system(),
                                        "node1"),
                                new NotifyHandler(List.of(webhook), logs, "host.example", none)),
                        new PoolSettings(
                                "node1",
                                usual.workers(),
                                usual.leaseFor(),
                                usual.heartbeat(),
                                Duration.ofMillis(50),
                                usual.stopWithin(),
                                none),
                        (_, _) -> {});
        pool.start();
    }

    private static Transport refuse(Destination destination) throws TransportException {
        throw new TransportException(TransportException.Kind.DENIED, "open far: wrong password");
    }

    private void hooks() throws IOException {
        Path said = Files.createDirectories(folder.resolve("said"));
        Files.setPosixFilePermissions(said, PosixFilePermissions.fromString("rwxrwxrwx"));
        refusing("pre", "alice");
        refusing("preFinalize", "bob");
        refusing("postFinalize", "carol");
        for (String stage : List.of("pre", "post")) {
            script("/opt/" + stage + "-run.sh", "echo hook-" + stage + " >> " + said + "/order");
            demo.hooks.add(
                    new Hook(
                            "",
                            "System",
                            "Backup",
                            stage,
                            "/opt/" + stage + "-run.sh",
                            "",
                            "",
                            "",
                            "",
                            true,
                            false,
                            false,
                            0));
        }
        script("/usr/local/cpanel/scripts/precpbackup", "echo precpbackup >> " + said + "/order");
        script(
                "/usr/local/cpanel/scripts/postcpbackup",
                "echo postcpbackup >> " + said + "/order; exit 3");
        folderOfRoot(demo.server.resolve("usr/local/cpanel/logs"));
    }

    private void refusing(String stage, String account) throws IOException {
        String path = "/opt/" + stage + ".sh";
        demo.hooks.add(
                new Hook(
                        "", "PkgAcct", "Create", stage, path, "", "", "", "", true, true, false,
                        0));
        script(
                path,
                "if grep -q '\"user\":\""
                        + account
                        + "\"'; then echo 0 "
                        + account
                        + " is busy; else echo 1 fine; fi");
    }

    private void script(String path, String rest) throws IOException {
        Path file = demo.server.resolve(path.substring(1));
        folderOfRoot(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, "#!/bin/sh\n" + rest + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void folderOfRoot(Path made) throws IOException {
        Files.createDirectories(made);
        for (Path each = made;
                !each.equals(demo.server);
                each = Objects.requireNonNull(each.getParent())) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @AfterEach
    void stop() throws Exception {
        pool.stop();
        store.close();
    }

    private List<Job> jobs(JobKind kind) {
        return queue.list(JobFilter.of(Set.of(kind), Set.of()));
    }

    private Job night() {
        RunArguments arguments =
                new RunArguments("2026-03-07", List.of(Tier.DAILY), List.of(), true);
        JobId run =
                queue.enqueue(
                                JobRequest.of(
                                                JobKind.RUN,
                                                "2026-03-07",
                                                "test",
                                                JobJson.write(arguments))
                                        .onNode("node1"))
                        .id();
        Eventually.holds("the run's end", () -> !queue.find(run).orElseThrow().state().isOpen());
        Eventually.holds(
                "the notification",
                () ->
                        jobs(JobKind.NOTIFY).size() == 2
                                && jobs(JobKind.NOTIFY).stream()
                                        .noneMatch(job -> job.state().isOpen()));
        return queue.find(run).orElseThrow();
    }

    @Test
    void theOthersGoOnAndTheReportSaysExactlyWhatFailed() throws Exception {
        Job run = night();

        assertThat(run.state()).isEqualTo(JobState.PARTIAL);
        assertThat(run.reason()).isEqualTo("6 accounts failed, 0 were cancelled");
        RunResult result = JobJson.read(run.result(), RunResult.class);
        assertThat(result.succeeded() + result.partial()).isOne();
        assertThat(result.failed()).isEqualTo(6);
        String[] errors = {
            "alice: hook /opt/pre.sh refused: alice is busy",
            "bob: hook /opt/preFinalize.sh refused: bob is busy",
            "carol: hook /opt/postFinalize.sh refused: carol is busy",
            "dave: Faulty: the data is damaged",
            "erin: IllegalStateException: a bug",
            "frank: IOException: No space left on device"
        };
        assertThat(result.errors()).containsExactlyInAnyOrder(errors);
        whatIsThere();
        theDigest(errors);
        theLog();
        assertThat(Files.readAllLines(folder.resolve("said/order")))
                .containsExactly("hook-pre", "precpbackup", "postcpbackup", "hook-post");
    }

    /// Nothing of a failed account is left; the good one is known and on its way.
    private void whatIsThere() throws IOException {
        Path accounts = backups.directory().root().resolve("2026-03-07/accounts");
        try (var files = Files.walk(accounts)) {
            assertThat(
                            files.filter(Files::isRegularFile)
                                    .map(Path::getFileName)
                                    .map(Path::toString))
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("gina."));
        }
        JdbcCatalog catalog = new JdbcCatalog(store);
        assertThat(catalog.ofAccount(new AccountName("gina"))).hasSize(1);
        assertThat(catalog.ofAccount(new AccountName("carol"))).isEmpty();
        assertThat(jobs(JobKind.UPLOAD))
                .singleElement()
                .satisfies(job -> assertThat(job.request().subject()).isEqualTo("gina"));
    }

    private void theDigest(String[] errors) {
        assertThat(received).hasSize(2);
        Message digest =
                received.stream()
                        .filter(each -> each.event().equals("Backup::PartialFailure"))
                        .findFirst()
                        .orElseThrow();
        assertThat(digest.title()).isEqualTo("backup of 2026-03-07: 6 of 7 accounts failed");
        assertThat(digest.text()).contains(errors);
        assertThat(received)
                .filteredOn(each -> each.event().equals("Backup::Disabled"))
                .singleElement()
                .satisfies(each ->
                        assertThat(each.text())
                                .contains("far", FAR.value(), "open far: wrong password"));
    }

    private void theLog() throws IOException {
        Path logs = demo.server.resolve("usr/local/cpanel/logs/cpbackup");
        List<String> lines;
        try (var names = Files.list(logs)) {
            Path log = names.reduce((a, b) -> a).orElseThrow();
            assertThat(log.getFileName().toString()).matches("\\d{10}\\.log");
            lines = Files.readAllLines(log);
        }
        assertThat(lines)
                .allMatch(line ->
                        line.matches(
                                "\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\+0000\\] (info|warn) \\[backup\\] .+"));
        List<String> texts =
                lines.stream().map(line -> line.replaceAll("^.*?\\[backup\\] ", "")).toList();
        assertThat(texts)
                .contains(
                        "Hook System::Backup pre /opt/pre-run.sh done",
                        "/usr/local/cpanel/scripts/precpbackup done",
                        "/usr/local/cpanel/scripts/postcpbackup ended with exit code 3",
                        "Failed to back up dave: Faulty: the data is damaged",
                        "Queuing transport of file: /backup/2026-03-07/accounts/gina.tar.gz",
                        "Queuing transport reporter");
        assertThat(texts.subList(texts.size() - 3, texts.size()))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .matches(
                                                "Completed at \\w{3} \\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}"),
                        line ->
                                assertThat(line)
                                        .isEqualTo("Final state is Backup::PartialFailure (0)"),
                        line ->
                                assertThat(line)
                                        .isEqualTo("Sent Backup::PartialFailure notification."));
    }
}
