package dev.packhorse.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.ServerIdentity;
import dev.packhorse.engine.destination.SlotLimit;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.destination.UploadSlots;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemHandlerTest {
    private static final Instant NOW = Instant.parse("2026-03-07T09:00:00Z");

    @TempDir private Path folder;
    private final List<DestinationId> down = new ArrayList<>();
    private UnaryOperator<Transport> place = far -> far;
    private Path root;
    private BackupConfigFile config;
    private DestinationStore destinations;
    private SystemHandler handler;

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
        handler =
                new SystemHandler(
                        new ServerBackups(host, config),
                        new HostServices(
                                host, new CpanelAccountDirectory(host), "h", Optional.empty()),
                        destinations,
                        this::open,
                        new UploadJournals(folder.resolve("uploads")),
                        StagingArea.open(folder.resolve("staging"), new ByteSize(0)),
                        new UploadSlots(this::open, new ServerIdentity("a".repeat(32), "h")));
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private DestinationId destination(String name, boolean system) throws IOException {
        return destination(name, system, Optional.empty());
    }

    private DestinationId destination(String name, boolean system, Optional<SlotLimit> slots)
            throws IOException {
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
                                new TreeMap<>(Map.of("script", "/" + name)), new TreeMap<>()),
                        slots));
        return id;
    }

    private Transport open(Destination destination) throws TransportException {
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

    private JobOutcome run(String date, Cancellation cancellation, Tier... tiers) throws Exception {
        return handler.run(
                        TestJob.of(
                                JobId.random(),
                                JobKind.SYSTEM_BACKUP,
                                "system",
                                new SystemArguments(date, List.of(tiers)),
                                NOW,
                                cancellation))
                .outcome();
    }

    private JobOutcome run(String date) throws Exception {
        return run(date, Cancellation.never(), Tier.DAILY);
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
        assertThat(run("2026-03-07", Cancellation.never(), Tier.DAILY, Tier.WEEKLY))
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
    void aDestinationThatIsDownDoesNotKeepItFromTheOthers() throws Exception {
        down.add(destination("a", true));
        DestinationId up = destination("b", true);
        assertThatThrownBy(() -> run("2026-03-07")).isInstanceOf(TransportException.class);
        assertThat(names(far(up))).containsExactly("2026-03-07/system_files.tar");
    }

    @Test
    void aBundleWaitsForAnUploadSlotAndIsNotPackedAnew() throws Exception {
        DestinationId slotted = destination("slotted", true, Optional.of(new SlotLimit(1, "all")));
        DestinationId free = destination("wants", true);
        UploadSlots.Granted other =
                (UploadSlots.Granted)
                        new UploadSlots(this::open, new ServerIdentity("b".repeat(32), "other"))
                                .claim(
                                        destinations.find(slotted).orElseThrow(),
                                        Cancellation.never());
        assertThat(run("2026-03-07"))
                .isInstanceOfSatisfying(
                        JobOutcome.Snoozed.class,
                        snoozed -> assertThat(snoozed.reason()).contains("upload slot at slotted"));
        assertThat(names(far(free))).containsExactly("2026-03-07/system_files.tar");
        assertThat(names(far(slotted))).noneMatch(name -> name.endsWith("system_files.tar"));
        other.slot().close();
    }

    @Test
    void aBundleWhoseUploadDiesCanBeTakenBack() throws Exception {
        destination("far", true);
        place = far -> new Dying(far, "system_files.tar");
        assertThatThrownBy(() -> run("2026-03-07")).isInstanceOf(TransportException.class);
        assertThat(Dying.left(folder.resolve("uploads")))
                .containsExactly(new ObjectKey("2026-03-07/system_files.tar"));
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
        assertThat(run("2026-03-07", cancelled, Tier.DAILY))
                .isInstanceOf(JobOutcome.Cancelled.class);
        assertThat(root.resolve("backup/2026-03-07/system")).doesNotExist();
    }
}
