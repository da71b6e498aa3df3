package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the backup configuration asks of one backup.
class BackupHandlerTest {
    @TempDir private Path folder;

    /// Packs nothing and does not come to an end by itself.
    private record Endless() implements AccountComponent {
        @Override
        public ComponentName name() {
            return new ComponentName("Endless");
        }

        @Override
        public String summary() {
            return "";
        }

        @Override
        public boolean availableRestricted() {
            return false;
        }

        @Override
        public Set<ComponentName> restoreAfter() {
            return Set.of();
        }

        @Override
        public Set<String> members() {
            return Set.of("endless");
        }

        @Override
        public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
            CountDownLatch asked = new CountDownLatch(1);
            try (var _ = context.cancellation().onRequest(asked::countDown)) {
                asked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            context.cancellation().check();
            throw new IllegalStateException("was asked for nothing");
        }

        @Override
        public RestoreReport restore(RestoreContext context, ArchiveSource source)
                throws ComponentException {
            throw new ComponentException("not asked for");
        }
    }

    private String slot = "2026-03-07";
    private String label = "";

    private JobOutcome backUp(DemoPlant demo, String account, Map<ConfigKey, String> changes)
            throws Exception {
        HostRoot root = new HostRoot(demo.server);
        BackupConfigFile config = new BackupConfigFile(root.resolve(BackupConfigFile.HOST_PATH));
        config.update(changes);
        DestinationStore destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        BackupArguments arguments =
                new BackupArguments(account, List.of(Tier.DAILY), slot, "", "", label);
        ServerBackups backups = new ServerBackups(root, config);
        try (Store store = TestStore.h2(folder)) {
            JdbcJobQueue queue =
                    new JdbcJobQueue(store, InstantSource.system(), WorkListener.none());
            PackingRoom room = Rooms.ample(backups, queue, new JdbcCatalog(store), destinations);
            return new BackupHandler(
                            demo.plant,
                            backups,
                            destinations,
                            room,
                            new PinStore(folder.resolve("pins.yaml")),
                            new RetentionRecord(folder.resolve("retention.yaml")))
                    .run(
                            TestJob.of(
                                    JobId.random(),
                                    JobKind.BACKUP,
                                    account,
                                    arguments,
                                    DemoPlant.NOW,
                                    Cancellation.never()))
                    .outcome();
        }
    }

    @Test
    void aBackupThatTakesTooLongIsStoppedAndSaysSo() throws Exception {
        DemoPlant demo = new DemoPlant(folder, new Endless());
        assertThat(backUp(demo, "bob", Map.of(ConfigKey.MAXIMUM_TIMEOUT, "1")))
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end ->
                                assertThat(end.reason())
                                        .contains("1 seconds")
                                        .contains("maximum_timeout"));
        try (var left = Files.walk(demo.server.resolve("backup"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    /// What a removal that stopped half-way left must not be the newest restore point.
    @Test
    void anAccountThatIsPartlyRemovedIsNotPacked() throws Exception {
        DemoPlant demo = new DemoPlant(folder);
        RemovalMark mark = RemovalMark.of(demo.plant.services(), new AccountName("bob"));
        mark.set();
        assertThat(backUp(demo, "bob", Map.of()))
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end -> assertThat(end.reason()).contains("removal").contains("half-way"));
        assertThat(demo.server.resolve("backup/2026-03-07/accounts/bob.tar.gz")).doesNotExist();
        mark.clear();
        backUp(demo, "bob", Map.of());
        assertThat(demo.server.resolve("backup/2026-03-07/accounts/bob.tar.gz")).exists();
    }

    /// Nobody would otherwise know that the account's archives do not leave this server any more.
    @Test
    void aDestinationWhoseFileIsDamagedMakesEachBackupPartial() throws Exception {
        DemoPlant demo = new DemoPlant(folder);
        String torn = "A".repeat(24);
        Path destinations = Files.createDirectories(folder.resolve("destinations"));
        Files.writeString(
                destinations.resolve("near_UID_" + "B".repeat(24) + ".backup_destination"),
                "---\ntype: Local\nname: near\npath: " + folder.resolve("near") + "\n");
        Files.writeString(
                destinations.resolve("off_UID_" + "C".repeat(24) + ".backup_destination"),
                "---\ntype: Nowhere\nname: off\ndisabled: 1\n");
        Files.writeString(
                destinations.resolve("logs_UID_" + "D".repeat(24) + ".backup_destination"),
                "---\ntype: Nowhere\nname: logs\nonly_used_for_logs: 1\n");
        assertThat(backUp(demo, "bob", Map.of())).isInstanceOf(JobOutcome.Succeeded.class);
        Path file = destinations.resolve("torn_UID_" + torn + ".backup_destination");
        Files.writeString(file, "---\ntype: Nowhere\nname: torn\n");
        assertThat(backUp(demo, "bob", Map.of()))
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        end ->
                                assertThat(
                                                JobJson.read(end.result(), BackupResult.class)
                                                        .warnings())
                                        .singleElement()
                                        .asString()
                                        .contains(torn, file.toString()));
    }

    @Test
    void withoutMetadataThereIsNoIndexNotEvenAnOldOne() throws Exception {
        DemoPlant demo = new DemoPlant(folder);
        Path accounts = demo.server.resolve("backup/2026-03-07/accounts");
        backUp(demo, "bob", Map.of());
        assertThat(accounts.resolve(".packhorse/bob.index")).isNotEmptyFile();

        backUp(demo, "bob", Map.of(ConfigKey.DISABLE_METADATA, "1"));
        assertThat(accounts.resolve(".packhorse/bob.index")).doesNotExist();
        assertThat(accounts.resolve(".packhorse/bob.manifest.json")).exists();
        assertThat(accounts.resolve("bob.tar.gz")).exists();
    }

    @Test
    void twoRunsOfADayLeaveTwoArchives() throws Exception {
        DemoPlant demo = new DemoPlant(folder);
        Path night = demo.server.resolve("backup/2026-03-07.0200/accounts");
        Path noon = demo.server.resolve("backup/2026-03-07.1200/accounts");
        slot = "2026-03-07.0200";
        backUp(demo, "bob", Map.of());
        byte[] first = Files.readAllBytes(night.resolve("bob.tar.gz"));
        slot = "2026-03-07.1200";
        label = "before upgrade";
        backUp(demo, "bob", Map.of());

        assertThat(night.resolve("bob.tar.gz")).hasBinaryContent(first);
        assertThat(noon.resolve("bob.tar.gz")).isNotEmptyFile();
        KeptArchives kept = new KeptArchives(new BackupDirectory(demo.server.resolve("backup")));
        assertThat(kept.list(new AccountName("bob")))
                .extracting(KeptArchive::when, KeptArchive::label)
                .containsExactly(
                        tuple("2026-03-07.1200", "before upgrade"), tuple("2026-03-07.0200", ""));
    }

    /// They share a manifest and a row of the catalog: the first would stay for ever.
    @Test
    void anArchiveInAnotherFormLeavesOneOfTheDate() throws Exception {
        DemoPlant demo = new DemoPlant(folder);
        for (String form : List.of("compressed", "incremental", "uncompressed", "compressed")) {
            backUp(demo, "bob", Map.of(ConfigKey.BACKUPTYPE, form));
        }
        backUp(demo, "alice", Map.of());

        assertThat(names("accounts")).containsExactly(".packhorse", "alice.tar.gz", "bob.tar.gz");
        assertThat(names("accounts/.packhorse"))
                .containsExactly(
                        "alice.index", "alice.manifest.json", "bob.index", "bob.manifest.json");
    }

    private List<String> names(String below) throws Exception {
        Path slotFolder = folder.resolve("server/backup").resolve(slot).resolve(below);
        try (var names = Files.list(slotFolder)) {
            return names.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatBearsALabelIsPinnedWhenItIsThere() throws Exception {
        DemoPlant demo = new DemoPlant(folder);
        PinStore pins = new PinStore(folder.resolve("pins.yaml"));
        slot = "2026-03-07.120001";
        label = "before upgrade";
        assertThat(backUp(demo, "nobodyhere", Map.of())).isInstanceOf(JobOutcome.Failed.class);
        assertThat(backUp(demo, "bob", Map.of(ConfigKey.MIN_FREE_SPACE, "100")))
                .isInstanceOf(JobOutcome.Failed.class);
        assertThat(pins.all()).isEmpty();

        backUp(demo, "bob", Map.of(ConfigKey.MIN_FREE_SPACE, "0"));
        AccountName bob = new AccountName("bob");
        assertThat(pins.all())
                .containsExactly(
                        new Pin(bob, SlotName.parse(slot), Optional.empty(), Optional.empty()));
        label = "";
        slot = "2026-03-07.120002";
        backUp(demo, "bob", Map.of());
        assertThat(pins.all()).hasSize(1);
    }

    /// A module that leaves out a database.
    private static final class Lacking extends BasicComponent {
        private boolean lacks = true;

        Lacking() {
            super(new ComponentName("Lacking"), "", false, Set.of(), Set.of("lacking"));
        }

        @Override
        public PackReport pack(PackContext context, ArchiveSink sink) {
            return lacks ? PackReport.of(Map.of(PackReport.LEFT_OUT, 1L)) : PackReport.EMPTY;
        }

        @Override
        public RestoreReport restore(RestoreContext context, ArchiveSource source) {
            return RestoreReport.nothing();
        }
    }

    @Test
    void retentionLearnsWhichArchivesLackADatabase() throws Exception {
        Lacking module = new Lacking();
        DemoPlant demo = new DemoPlant(folder, module);
        Path record = folder.resolve("retention.yaml");
        for (String each : List.of("2026-03-06", "2026-03-07")) {
            slot = each;
            backUp(demo, "bob", Map.of());
        }
        assertThat(Files.readString(record))
                .contains("incomplete.bob.Lacking: 2026-03-06..2026-03-07\n");

        module.lacks = false;
        slot = "2026-03-08";
        backUp(demo, "bob", Map.of());

        assertThat(Files.readString(record))
                .contains("incomplete.bob.Lacking: 2026-03-06..2026-03-07 +2026-03-08\n");
    }

    /// The backup directory has the form of a destination.
    @Test
    void listingsAtDestinationsTellLabels() throws Exception {
        DemoPlant demo = new DemoPlant(folder);
        slot = "2026-03-07.120001";
        label = "before upgrade";
        backUp(demo, "bob", Map.of());
        slot = "2026-03-07";
        label = "";
        backUp(demo, "bob", Map.of());
        AccountName bob = new AccountName("bob");
        RemoteArchives archives =
                new RemoteArchives(
                        new LocalTransport(demo.server.resolve("backup")),
                        WorkPlace.temporary(),
                        Cancellation.never());
        assertThat(archives.list(bob))
                .extracting(KeptArchive::when, KeptArchive::label)
                .containsExactly(
                        tuple("2026-03-07.120001", "before upgrade"), tuple("2026-03-07", ""));
        assertThat(archives.find(bob, "2026-03-07.120001").label()).isEqualTo("before upgrade");
        Files.writeString(
                demo.server.resolve(
                        "backup/2026-03-07.120001/accounts/.packhorse/bob.manifest.json"),
                "damaged");
        assertThat(archives.list(bob)).extracting(KeptArchive::label).containsExactly("", "");
    }

    @Test
    void tooLittleSpaceIsAFailureThatNamesTheSetting() throws Exception {
        DemoPlant demo = new DemoPlant(folder);
        assertThat(backUp(demo, "bob", Map.of(ConfigKey.MIN_FREE_SPACE, "100")))
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end -> assertThat(end.reason()).contains("min_free_space"));
    }

    @Test
    void aMountThatIsNotThereIsAFailureAndNothingIsWritten() throws Exception {
        DemoPlant demo = new DemoPlant(folder);
        Files.deleteIfExists(demo.server.resolve("backup"));
        assertThat(backUp(demo, "bob", Map.of(ConfigKey.BACKUPMOUNT, "1")))
                .isInstanceOfSatisfying(
                        JobOutcome.Failed.class,
                        end -> assertThat(end.reason()).contains("backupmount"));
        assertThat(demo.server.resolve("backup")).doesNotExist();
    }
}
