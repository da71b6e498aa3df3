package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Plans;
import dev.packhorse.engine.plan.SampleAccounts;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalReleaseTest {
    private static final AccountName DEMO = new AccountName("demo");
    private static final LocalDate DATE = LocalDate.parse("2026-03-07");
    private static final String SHA = "a".repeat(64);

    @TempDir Path folder;
    private Store store;
    private JdbcJobQueue queue;
    private JdbcCatalog catalog;
    private ServerBackups backups;
    private DestinationStore destinations;
    private LocalRelease release;
    private final Set<DestinationId> down = new HashSet<>();
    private final List<DestinationId> opened = new ArrayList<>();
    private Runnable asking = () -> {};
    private final Destination first = destination("first");
    private final Destination second = destination("second");

    private static Destination destination(String name) {
        return new Destination(
                DestinationId.random(),
                DestinationType.LOCAL,
                name,
                false,
                "",
                false,
                false,
                30,
                new DestinationSettings.Local("/" + name, false, false));
    }

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, InstantSource.system(), WorkListener.none());
        catalog = new JdbcCatalog(store);
        HostRoot root = new HostRoot(Files.createDirectories(folder.resolve("server")));
        backups =
                new ServerBackups(
                        root, new BackupConfigFile(root.resolve(BackupConfigFile.HOST_PATH)));
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(first);
        destinations.add(second);
        release = new LocalRelease(backups, queue, catalog, destinations, this::open);
        keepLocal("0");
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private Transport open(Destination destination) throws TransportException {
        opened.add(destination.id());
        asking.run();
        if (down.contains(destination.id())) {
            throw new TransportException(Kind.UNAVAILABLE, "open: nobody answers");
        }
        return new LocalTransport(far(destination.id()));
    }

    private Path far(DestinationId id) {
        return folder.resolve("far").resolve(id.value());
    }

    private void keepLocal(String value) throws IOException {
        backups.file().update(Map.of(ConfigKey.KEEPLOCAL, value));
    }

    private RestorePoint add(DestinationId where, Tier tier, String sha256) throws IOException {
        return add(DEMO, where, tier, sha256);
    }

    private RestorePoint add(AccountName account, DestinationId where, Tier tier, String sha256)
            throws IOException {
        ObjectKey archive = BackupDirectory.archiveKey(tier, DATE, account, ".tar.gz");
        RestorePoint point =
                new RestorePoint(
                        account, where, tier, DATE, archive, 3, sha256, Instant.EPOCH, "node1");
        catalog.adopt(List.of(point));
        if (where.isLocal()) {
            for (ObjectKey key :
                    List.of(
                            archive,
                            BackupDirectory.manifestKey(archive),
                            BackupDirectory.indexKey(archive))) {
                Files.createDirectories(place(key).getParent());
                Files.writeString(place(key), "abc");
            }
        } else {
            Path there = far(where).resolve(archive.value());
            Files.createDirectories(there.getParent());
            Files.writeString(there, "abc");
        }
        return point;
    }

    private Path place(ObjectKey key) throws IOException {
        return backups.directory().place(key);
    }

    private int run() throws IOException {
        release.arrived(DEMO);
        return release.run();
    }

    @Test
    void anArchiveGoesWhenEveryDestinationHasIt() throws IOException {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        RestorePoint weekly = add(DestinationId.LOCAL, Tier.WEEKLY, SHA);
        assertThat(run()).isZero();
        add(first.id(), Tier.DAILY, SHA);
        assertThat(run()).isZero();
        assertThat(place(local.archive())).exists();

        add(second.id(), Tier.DAILY, SHA);
        assertThat(run()).isEqualTo(1);
        assertThat(place(local.archive())).doesNotExist();
        assertThat(place(BackupDirectory.manifestKey(local.archive()))).doesNotExist();
        assertThat(place(BackupDirectory.indexKey(local.archive()))).doesNotExist();
        assertThat(place(weekly.archive())).exists();
        assertThat(catalog.ofAccount(DEMO))
                .extracting(RestorePoint::destination)
                .containsExactlyInAnyOrder(first.id(), second.id(), DestinationId.LOCAL);
        assertThat(run()).isZero();
    }

    @Test
    void anotherArchiveOfTheSameDateKeepsIt() throws IOException {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        add(second.id(), Tier.DAILY, "b".repeat(64));
        assertThat(run()).isZero();
        assertThat(place(local.archive())).exists();
    }

    @Test
    void keepLocalKeepsAndADisabledDestinationIsNotWaitedFor() throws IOException {
        keepLocal("1");
        add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        destinations.change(second.id(), now -> now.disabledBecause("gone"));
        assertThat(run()).isZero();
        keepLocal("0");
        assertThat(run()).isEqualTo(1);
    }

    @Test
    void onlyTheDestinationsOfThePlanAreWaitedFor() throws Exception {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        release = planned("none");
        assertThat(run()).as("it is nowhere else for good").isZero();
        release = planned(second.id().value());
        assertThat(run()).isZero();
        release = planned(first.id().value());
        assertThat(run()).isEqualTo(1);
        assertThat(place(local.archive())).doesNotExist();
    }

    private LocalRelease planned(String where) throws Exception {
        String yaml = "plans:\n  it:\n    match:\n      accounts: demo\n    destinations: " + where;
        AccountPlans plans =
                new AccountPlans(Plans.of(folder, yaml), new OneAccount(), ZoneOffset.UTC);
        return new LocalRelease(
                new ServerBackups(backups.root(), backups.file(), plans),
                queue,
                catalog,
                destinations,
                this::open);
    }

    private record OneAccount() implements AccountDirectory {
        @Override
        public String source() {
            return "test";
        }

        @Override
        public List<AccountName> names() {
            return List.of(DEMO);
        }

        @Override
        public Optional<Account> find(AccountName name) {
            return Optional.of(SampleAccounts.of("demo", "default", "root"));
        }
    }

    @Test
    void withoutADestinationNothingGoes() throws IOException {
        add(DestinationId.LOCAL, Tier.DAILY, SHA);
        destinations.delete(first.id());
        destinations.change(second.id(), now -> now.disabledBecause("gone"));
        assertThat(run()).isZero();
    }

    @Test
    void aDestinationThatCannotBeReadKeepsEverything() throws IOException {
        add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        add(second.id(), Tier.DAILY, SHA);
        Path damaged = damaged("A", "disabled: 0");
        assertThat(run()).isZero();
        Files.delete(damaged);
        assertThat(release.run()).isEqualTo(1);
    }

    @Test
    void oneThatCannotBeReadAndTakesNoArchivesKeepsNothing() throws IOException {
        add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        add(second.id(), Tier.DAILY, SHA);
        damaged("A", "disabled: 1");
        damaged("B", "only_used_for_logs: 1");
        assertThat(run()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeLookedAtIsLookedAtNextTime() throws IOException {
        add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        add(second.id(), Tier.DAILY, SHA);
        Path config = backups.root().resolve(BackupConfigFile.HOST_PATH);
        String sound = Files.readString(config);
        Files.writeString(config, "KEEPLOCAL: perhaps\n");
        assertThatThrownBy(this::run).isInstanceOf(IOException.class);
        Files.writeString(config, sound);
        assertThat(release.run()).isEqualTo(1);
    }

    private Path damaged(String id, String line) throws IOException {
        return Files.writeString(
                folder.resolve("destinations/x_UID_" + id.repeat(24) + ".backup_destination"),
                "---\ntype: Carrier\n" + line + "\n");
    }

    @Test
    void aRemovalThatACrashInterruptedIsEnded() throws IOException {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        catalog.markDeleting(local);
        Files.delete(place(local.archive()));
        assertThat(new LocalRelease(backups, queue, catalog, destinations, this::open).run())
                .isEqualTo(1);
        assertThat(place(BackupDirectory.manifestKey(local.archive()))).doesNotExist();
        assertThat(catalog.deleting()).isEmpty();
    }

    /// The backup may have put its archive there already, with the catalog knowing only of the one
    /// before.
    @Test
    void whatAnOpenBackupTakesThePlaceOfStays() throws IOException {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        BackupArguments backup =
                new BackupArguments("demo", List.of(Tier.DAILY), DATE.toString(), "", "");
        JobId again =
                queue.enqueue(JobRequest.of(JobKind.BACKUP, "demo", "root", JobJson.write(backup)))
                        .id();
        assertThat(release.relieve(List.of(waiting(second, Tier.DAILY)), 1)).isZero();
        add(second.id(), Tier.DAILY, SHA);
        assertThat(run()).isZero();
        assertThat(place(local.archive())).exists();
        catalog.markDeleting(local);
        assertThat(run()).as("a removal that was begun").isZero();
        assertThat(place(local.archive())).exists();

        queue.requestCancel(again, "root");
        assertThat(run()).isEqualTo(1);
        assertThat(place(local.archive())).doesNotExist();
    }

    private static UploadArguments waiting(Destination destination, Tier tier) {
        return new UploadArguments(
                "demo",
                destination.id().value(),
                tier,
                DATE.toString(),
                BackupDirectory.archiveKey(tier, DATE, DEMO, ".tar.gz").value(),
                3,
                SHA);
    }

    @Test
    void forWantOfSpaceAnArchiveGoesThatOneDestinationHas() throws IOException {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        List<UploadArguments> uploads = List.of(waiting(second, Tier.DAILY));
        assertThat(release.relieve(uploads, 1)).isZero();
        assertThat(place(local.archive())).exists();

        add(first.id(), Tier.DAILY, SHA);
        assertThat(release.relieve(uploads, 1)).isEqualTo(3);
        assertThat(place(local.archive())).doesNotExist();
        assertThat(catalog.ofAccount(DEMO))
                .extracting(RestorePoint::destination)
                .containsExactly(first.id());
        assertThat(release.relieve(uploads, 1)).isZero();
    }

    private PackingRoom room(long limit) {
        return new PackingRoom(
                backups,
                queue,
                catalog,
                release,
                _ -> Long.MAX_VALUE / 2,
                new ByteSize(limit),
                InstantSource.system());
    }

    @Test
    void whereThereIsRoomNoDestinationIsAsked() throws IOException {
        for (DestinationId place : List.of(DestinationId.LOCAL, first.id(), second.id())) {
            add(place, Tier.DAILY, SHA);
        }
        release.arrived(DEMO);
        assertThat(room(100).reserve(backups.config(), DEMO)).isPresent();
        assertThat(opened).isEmpty();
    }

    @Test
    void aDestinationThatHangsHoldsUpNobodyWhoNeedsNothingOfIt() throws Exception {
        add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        queue.enqueue(
                JobRequest.of(
                        JobKind.UPLOAD,
                        "demo",
                        "root",
                        JobJson.write(waiting(second, Tier.DAILY))));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        asking =
                () -> {
                    asked.countDown();
                    try {
                        answers.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                };
        PackingRoom room = room(8);
        PackingRoom.Reserved here = room.reserve(backups.config(), DEMO).orElseThrow();
        try (ExecutorService others = Executors.newCachedThreadPool()) {
            try {
                Future<Optional<PackingRoom.Reserved>> waits =
                        others.submit(() -> room.reserve(backups.config(), DEMO));
                assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(others.submit(() -> room.reserve(backups.config(), DEMO)))
                        .succeedsWithin(Duration.ofSeconds(30))
                        .isEqualTo(Optional.empty());
                assertThat(others.submit(here::close)).succeedsWithin(Duration.ofSeconds(30));
                assertThat(others.submit(() -> room.reserve(backups.config(), DEMO)))
                        .succeedsWithin(Duration.ofSeconds(30))
                        .satisfies(reserved -> assertThat(reserved).isPresent());
                answers.countDown();
                assertThat(waits)
                        .succeedsWithin(Duration.ofSeconds(30))
                        .as("its archive made room")
                        .satisfies(reserved -> assertThat(reserved).isPresent());
            } finally {
                answers.countDown();
            }
        }
    }

    @Test
    void nothingGoesOnTheWordOfTheCatalogAlone() throws IOException {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        List<UploadArguments> uploads = List.of(waiting(second, Tier.DAILY));
        Path there = far(first.id()).resolve(local.archive().value());
        Files.writeString(there, "ab");
        assertThat(release.relieve(uploads, 1)).isZero();
        Files.delete(there);
        assertThat(release.relieve(uploads, 1)).isZero();
        Files.writeString(there, "abc");
        down.add(first.id());
        assertThat(release.relieve(uploads, 1)).isZero();
        assertThat(place(local.archive())).exists();
        down.clear();
        assertThat(release.relieve(uploads, 1)).isEqualTo(3);
    }

    /// As of a destination whose place was emptied, or replaced by an empty one.
    @Test
    void nothingIsReleasedThatADestinationLacks() throws IOException {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        add(second.id(), Tier.DAILY, SHA);
        Path there = far(second.id()).resolve(local.archive().value());
        Files.delete(there);
        assertThat(run()).isZero();
        Files.writeString(there, "ab");
        assertThat(run()).isZero();
        assertThat(place(local.archive())).exists();
        Files.writeString(there, "abc");
        assertThat(run()).isEqualTo(1);
    }

    @Test
    void aDestinationThatDoesNotAnswerIsAskedAgainLater() throws IOException {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(DestinationId.LOCAL, Tier.WEEKLY, SHA);
        for (Destination each : List.of(first, second)) {
            add(each.id(), Tier.DAILY, SHA);
            add(each.id(), Tier.WEEKLY, SHA);
        }
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
        release = new LocalRelease(backups, queue, catalog, destinations, this::open, nanos::get);
        down.add(first.id());
        assertThat(run()).isZero();
        assertThat(opened.stream().filter(first.id()::equals))
                .as("once, not for each archive")
                .hasSize(1);
        assertThat(place(local.archive())).exists();
        down.clear();
        nanos.addAndGet(Duration.ofMinutes(9).toNanos());
        assertThat(release.run()).isZero();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(release.run()).isEqualTo(2);
        assertThat(place(local.archive())).doesNotExist();
    }

    @Test
    void soManyAreAskedForAtATime() throws IOException {
        for (int i = 0; i < 110; i++) {
            AccountName account = new AccountName("demo" + i);
            for (DestinationId each : List.of(DestinationId.LOCAL, first.id(), second.id())) {
                add(account, each, Tier.DAILY, SHA);
            }
            release.arrived(account);
        }
        assertThat(release.run()).isEqualTo(100);
        assertThat(opened).as("each is opened once").hasSize(2);
        assertThat(release.run()).isEqualTo(10);
        assertThat(release.run()).isZero();
    }

    /// What takes the archive's place while a destination is asked is not what was asked for.
    @Test
    void whatChangesWhileADestinationIsAskedStays() throws IOException {
        RestorePoint local = add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        add(second.id(), Tier.DAILY, SHA);
        BackupArguments backup =
                new BackupArguments("demo", List.of(Tier.DAILY), DATE.toString(), "", "");
        asking =
                () ->
                        queue.enqueue(
                                JobRequest.of(JobKind.BACKUP, "demo", "root", JobJson.write(backup))
                                        .withUniqueKey("one"));
        assertThat(run()).isZero();
        assertThat(place(local.archive())).exists();
    }

    @Test
    void aLinkOfAnotherCalendarFreesItsSpaceOnlyWithTheLast() throws IOException {
        add(DestinationId.LOCAL, Tier.DAILY, SHA);
        add(DestinationId.LOCAL, Tier.WEEKLY, SHA);
        add(first.id(), Tier.DAILY, SHA);
        add(first.id(), Tier.WEEKLY, SHA);
        assertThat(release.relieve(List.of(waiting(second, Tier.DAILY)), 1)).isZero();
        assertThat(release.relieve(List.of(waiting(second, Tier.WEEKLY)), 1)).isEqualTo(3);
    }
}
