package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveTotals;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.QuietHours;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.ChannelName;
import dev.packhorse.engine.notify.Importance;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadHandlerTest {
    private static final long DAY = Duration.ofHours(24).toMillis();
    private static final ObjectKey ARCHIVE =
            BackupDirectory.archiveKey(
                    Tier.DAILY, LocalDate.parse("2026-03-07"), new AccountName("demo"), ".tar.gz");

    /// What a test does when a destination is opened.
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    @TempDir Path folder;
    private Instant now = Instant.parse("2026-03-07T09:00:00Z");
    private final Deque<TransportException> failures = new ArrayDeque<>();
    private Optional<Instant> lock = Optional.empty();
    private int opened;
    private Step onOpen = () -> {};
    private UnaryOperator<Transport> far = place -> place;
    private DestinationStore destinations;
    private UploadHandler handler;
    private JdbcJobQueue queue;
    private final TransferMeter meter = new TransferMeter();
    private Store store;
    private JdbcCatalog catalog;
    private final DestinationId first = DestinationId.random();
    private final DestinationId second = DestinationId.random();

    @AfterEach
    void closeStore() throws Exception {
        store.close();
    }

    @BeforeEach
    void server() throws Exception {
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, () -> now, WorkListener.none());
        HostRoot root = new HostRoot(Files.createDirectories(folder.resolve("server")));
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(destination(first, "first"));
        destinations.add(destination(second, "second"));
        ServerBackups backups =
                new ServerBackups(root, new BackupConfigFile(root.resolve("/backup.conf")));
        BackupDirectory directory = backups.directory();
        write(directory.place(ARCHIVE), "the archive");
        write(directory.place(BackupDirectory.manifestKey(ARCHIVE)), "its manifest");
        write(directory.place(BackupDirectory.indexKey(ARCHIVE)), "its index");
        catalog = new JdbcCatalog(store);
        handler =
                new UploadHandler(
                        backups,
                        destinations,
                        this::open,
                        new UploadJournals(folder.resolve("uploads")),
                        catalog,
                        queue,
                        new UploadSources(
                                backups,
                                catalog,
                                destinations,
                                this::open,
                                StagingArea.open(folder.resolve("staging"), new ByteSize(0))),
                        new LocalRelease(backups, queue, catalog, destinations, this::open),
                        watching(),
                        () -> now,
                        "node1");
    }

    private UploadHandler.Watching watching() {
        Notices notices =
                new Notices(
                        new ImportanceStore(folder.resolve("importances.yaml")),
                        List.of(new Notices.Route(ChannelName.MAIL, Importance.LOW)),
                        Duration.ofHours(24),
                        queue,
                        "node1");
        return new UploadHandler.Watching(new DestinationHealth(), notices, meter);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Destination destination(DestinationId id, String name) {
        return destination(id, name, DestinationType.CUSTOM, Map.of("script", "/" + name));
    }

    private static Destination drive(DestinationId id) {
        return destination(
                id,
                "metered",
                DestinationType.GOOGLE_DRIVE,
                Map.of("folder", "backups", "service_account", "/a.json"));
    }

    private static Destination destination(
            DestinationId id, String name, DestinationType type, Map<String, String> values) {
        return new Destination(
                id,
                type,
                name,
                false,
                "",
                false,
                false,
                30,
                new DestinationSettings.Remote(new TreeMap<>(values), new TreeMap<>()));
    }

    private Path place(DestinationId id) {
        return folder.resolve("far").resolve(id.value());
    }

    private Transport open(Destination destination) throws TransportException {
        opened++;
        try {
            onOpen.run();
        } catch (IOException e) {
            throw new TransportException(Kind.UNAVAILABLE, "the test failed", e);
        }
        TransportException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        try {
            return far.apply(
                    new LockingPlace(
                            new LocalTransport(Files.createDirectories(place(destination.id())))));
        } catch (IOException e) {
            throw new TransportException(Kind.UNAVAILABLE, "no folder", e);
        }
    }

    /// Locks what it takes, as long as the test says so.
    private final class LockingPlace extends PassingPlace {
        LockingPlace(Transport place) {
            super(place);
        }

        @Override
        public ObjectInfo put(
                ObjectKey key,
                Content content,
                PutMode mode,
                UploadJournal journal,
                Cancellation cancellation)
                throws TransportException, CancelledException {
            ObjectInfo stored = super.put(key, content, mode, journal, cancellation);
            return new ObjectInfo(key, stored.sizeBytes(), stored.modified(), lock);
        }
    }

    @Test
    void theLockOfAnArchiveIsNoted() throws Exception {
        lock = Optional.of(Instant.parse("2026-06-01T00:00:00Z"));
        upload(first);
        assertThat(catalog.locks(first)).isEqualTo(Map.of(ARCHIVE, lock.get()));
        lock = Optional.empty();
        upload(first);
        assertThat(catalog.locks(first)).isEmpty();
    }

    private JobHandler.Ended upload(DestinationId id) throws Exception {
        return handler.run(job(id));
    }

    private TestJob job(DestinationId id) throws IOException {
        UploadArguments arguments =
                new UploadArguments(
                        "demo",
                        id.value(),
                        Tier.DAILY,
                        "2026-03-07",
                        ARCHIVE.value(),
                        "the archive".length(),
                        Sha256.of(
                                new ByteArrayInputStream(
                                        "the archive".getBytes(StandardCharsets.UTF_8))));
        return TestJob.of(
                JobId.random(), JobKind.UPLOAD, "demo", arguments, now, Cancellation.never());
    }

    /// A job that keeps its mark from one run to the next.
    private static final class KeptMark implements JobContext {
        private TestJob job;

        KeptMark(TestJob job) {
            this.job = job;
        }

        @Override
        public Lease lease() {
            return job.lease();
        }

        @Override
        public Cancellation cancellation() {
            return job.cancellation();
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void progress(String json) {}

        @Override
        public void mark(Optional<String> resumeMark) {
            job = job.marked(resumeMark);
        }
    }

    private void fail(Kind kind, Duration... retryAfter) {
        failures.add(
                new TransportException(
                        kind,
                        "put x: it said no",
                        null,
                        retryAfter.length == 0 ? null : retryAfter[0]));
    }

    private void uploadFails(Kind kind) {
        assertThatThrownBy(() -> upload(first))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private Duration snoozedFor() throws Exception {
        JobOutcome outcome = upload(first).outcome();
        assertThat(outcome).isInstanceOf(JobOutcome.Snoozed.class);
        JobOutcome.Snoozed snoozed = (JobOutcome.Snoozed) outcome;
        assertThat(snoozed.reason()).contains("first", "paused", "it said no");
        return snoozed.delay();
    }

    @Test
    void aPlaceThatWouldHaveTooLittleSpaceLeftGetsNothing() throws Exception {
        BackupConfigFile config =
                new BackupConfigFile(
                        new HostRoot(folder.resolve("server")).resolve("/backup.conf"));
        config.update(Map.of(ConfigKey.MIN_FREE_SPACE, "100"));
        uploadFails(Kind.FULL);
        assertThat(place(first).resolve(ARCHIVE.value())).doesNotExist();

        config.update(Map.of(ConfigKey.CHECK_MIN_FREE_SPACE, "0"));
        now = now.plus(Duration.ofHours(2));
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void archiveManifestAndIndexArriveAndThePointIsKnown() throws Exception {
        JobHandler.Ended ended = upload(first);
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(ended.followUp().restorePoints())
                .singleElement()
                .satisfies(point -> {
                    assertThat(point.destination()).isEqualTo(first);
                    assertThat(point.archive()).isEqualTo(ARCHIVE);
                });
        assertThat(place(first).resolve(ARCHIVE.value())).hasContent("the archive");
        assertThat(place(first).resolve(BackupDirectory.manifestKey(ARCHIVE).value()))
                .hasContent("its manifest");
        assertThat(place(first).resolve(BackupDirectory.indexKey(ARCHIVE).value()))
                .hasContent("its index");
    }

    @Test
    void fivePassingFailuresPauseThisDestinationOnlyAndOneUploadTriesTheWater() throws Exception {
        for (int i = 0; i < 5; i++) {
            fail(Kind.UNAVAILABLE);
            uploadFails(Kind.UNAVAILABLE);
        }
        assertThat(snoozedFor()).isEqualTo(Duration.ofMinutes(1));
        assertThat(opened).isEqualTo(5);
        assertThat(upload(second).outcome()).isInstanceOf(JobOutcome.Succeeded.class);

        now = now.plusSeconds(60);
        fail(Kind.TIMED_OUT);
        uploadFails(Kind.TIMED_OUT);
        assertThat(snoozedFor()).isEqualTo(Duration.ofMinutes(1));

        now = now.plusSeconds(61);
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void aFailureThatTheNextUploadWouldMeetTooPausesAtOnce() throws Exception {
        for (Kind kind : new Kind[] {Kind.DENIED, Kind.FULL, Kind.REFUSED}) {
            fail(kind);
            uploadFails(kind);
            assertThat(snoozedFor()).isEqualTo(Duration.ofMinutes(10));
            now = now.plus(Duration.ofMinutes(10));
        }
    }

    /// Breaks while the archive is read back, as often as the test says.
    private static final class BreakingProof extends PassingPlace {
        private final Deque<Kind> breaks;
        private final List<ObjectKey> puts;

        BreakingProof(Transport place, Deque<Kind> breaks, List<ObjectKey> puts) {
            super(place);
            this.breaks = breaks;
            this.puts = puts;
        }

        @Override
        public ObjectInfo put(
                ObjectKey key,
                Content content,
                PutMode mode,
                UploadJournal journal,
                Cancellation cancellation)
                throws TransportException, CancelledException {
            puts.add(key);
            return super.put(key, content, mode, journal, cancellation);
        }

        @Override
        public <R> R read(
                ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
                throws TransportException, CancelledException {
            if (key.equals(ARCHIVE) && !breaks.isEmpty()) {
                throw new TransportException(breaks.remove(), "read " + key + ": it said no");
            }
            return super.read(key, range, reader, cancellation);
        }
    }

    @Test
    void anArchiveWhoseProofBreaksIsNotSentAgain() throws Exception {
        Deque<Kind> breaks = new ArrayDeque<>(List.of(Kind.UNAVAILABLE, Kind.TIMED_OUT));
        List<ObjectKey> puts = new ArrayList<>();
        far = place -> new BreakingProof(place, breaks, puts);
        uploadFails(Kind.UNAVAILABLE);
        uploadFails(Kind.TIMED_OUT);
        // What lies there has taken its room already.
        new BackupConfigFile(new HostRoot(folder.resolve("server")).resolve("/backup.conf"))
                .update(Map.of(ConfigKey.MIN_FREE_SPACE, "100"));
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(puts).containsOnlyOnce(ARCHIVE);
        assertThat(folder.resolve("uploads")).isEmptyDirectory();
    }

    /// A place that proves nothing and stores something else.
    private final class Turning extends PassingPlace {
        Turning(Transport place) {
            super(place);
        }

        @Override
        public ObjectInfo put(
                ObjectKey key,
                Content content,
                PutMode mode,
                UploadJournal journal,
                Cancellation cancellation)
                throws TransportException, CancelledException {
            ObjectInfo stored = super.put(key, content, mode, journal, cancellation);
            if (key.equals(ARCHIVE)) {
                try {
                    Files.writeString(
                            UploadHandlerTest.this.place(first).resolve(key.value()),
                            "the ARCHIVE");
                } catch (IOException e) {
                    throw new TransportException(Kind.UNAVAILABLE, "the test failed", e);
                }
            }
            return stored;
        }
    }

    @Test
    void anArchiveThatIsStoredWronglyDoesNotStayNorWhatTellsOfIt() throws Exception {
        far = Turning::new;
        uploadFails(Kind.CORRUPT);
        try (Stream<Path> left = Files.walk(place(first))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        assertThat(folder.resolve("uploads")).isEmptyDirectory();

        far = place -> place;
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    /// As one that dies after that.
    @Test
    void manifestsAndIndexesHaveJournalsOfTheirOwn() throws Exception {
        far = place -> new Dying(place, BackupDirectory.INDEX_SUFFIX);
        uploadFails(Kind.UNAVAILABLE);
        assertThat(Dying.left(folder.resolve("uploads")))
                .containsExactly(BackupDirectory.indexKey(ARCHIVE));

        far = place -> place;
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(folder.resolve("uploads")).isEmptyDirectory();
    }

    /// As a cap that ends with the day.
    @Test
    void aQuotaThatIsUsedUpIsWaitedForAndCostsNoTry() throws Exception {
        DestinationId metered = DestinationId.random();
        destinations.add(drive(metered));
        KeptMark job = new KeptMark(job(metered));
        for (int i = 0; i < 6 * 23; i++) {
            fail(Kind.FULL);
            assertThat(handler.run(job).outcome())
                    .isEqualTo(
                            new JobOutcome.Snoozed(
                                    Duration.ofMinutes(10),
                                    "destination metered has no room: put x: it said no"));
            now = now.plus(Duration.ofMinutes(10));
        }
        assertThat(handler.run(job).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void aPlaceThatIsFullForADayGetsNothing() throws Exception {
        DestinationId metered = DestinationId.random();
        destinations.add(drive(metered));
        KeptMark job = new KeptMark(job(metered));
        fail(Kind.FULL);
        assertThat(handler.run(job).outcome()).isInstanceOf(JobOutcome.Snoozed.class);
        now = now.plus(Duration.ofHours(24));
        fail(Kind.FULL);
        assertThat(handler.run(job).outcome())
                .isEqualTo(
                        new JobOutcome.Failed(
                                "{}",
                                "destination metered had no room for 24 hours: put x: it said no; make room there or raise its limit, and retry this job"));
    }

    /// As an object that passes through the state folder, whose disk is full.
    @Test
    void noRoomHereCostsNoTryAndPausesNothing() throws Exception {
        IOException cause = new OwnSideException(new IOException("not enough space in /var"));
        failures.add(new TransportException(Kind.FULL, "put x: not enough space", cause));
        assertThat(upload(first).outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Snoozed.class,
                        snoozed -> assertThat(snoozed.reason()).contains("not enough space"));
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    /// As an archive that is larger than that disk.
    @Test
    void anArchiveThatNeverHasRoomHereIsGivenUpAfterADayOfWaiting() throws Exception {
        KeptMark job = new KeptMark(job(first));
        Instant began = now;
        while (lookWithoutRoom(handler, job) instanceof JobOutcome.Snoozed snoozed) {
            assertThat(Duration.between(began, now)).isLessThan(Duration.ofHours(24));
            now = now.plus(snoozed.delay());
        }
        assertThat(Duration.between(began, now)).isEqualTo(Duration.ofHours(24));
        assertThat(handler.run(job).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    /// A job that is run now and then, for whatever reason.
    @Test
    void whatKeepsAnUploadFromLookingForRoomEndsNoWait() throws Exception {
        Admission admission =
                new Admission(
                        QuietHours.parse("08:00-18:00"),
                        ZoneOffset.UTC,
                        0,
                        folder.resolve("io"),
                        () -> now);
        AdmittedHandler admitted = new AdmittedHandler(handler, admission, false);
        assertThat(waitsWithoutRoom(admitted, Duration.ZERO))
                .as("two nights of fourteen hours, of the day between little")
                .isBetween(Duration.ofHours(33), Duration.ofHours(48));

        assertThat(waitsWithoutRoom(handler, Duration.ofHours(2)))
                .as("behind long uploads")
                .isEqualTo(Duration.ofDays(7));
    }

    @Test
    void aWeekInWhichNobodyLookedEndsNoWaitForRoom() throws Exception {
        KeptMark job = new KeptMark(job(first));
        assertThat(lookWithoutRoom(handler, job)).isInstanceOf(JobOutcome.Snoozed.class);
        now = now.plus(Duration.ofDays(8));
        assertThat(lookWithoutRoom(handler, job)).isInstanceOf(JobOutcome.Snoozed.class);
    }

    @Test
    void aClockThatWasSetBackEndsTheWaitForRoomAllTheSame() throws Exception {
        now = now.plus(Duration.ofDays(365));
        JobId id = queue.enqueue(job(first).lease().job().request()).id();
        Lease lease = claim();
        assertThat(lease.job().id()).isEqualTo(id);
        KeptMark job = new KeptMark(new TestJob(lease, Cancellation.never()));
        now = now.minus(Duration.ofDays(365));
        Instant began = now;
        while (lookWithoutRoom(handler, job) instanceof JobOutcome.Snoozed snoozed) {
            assertThat(Duration.between(began, now)).isLessThan(Duration.ofHours(25));
            now = now.plus(snoozed.delay());
        }
        assertThat(Duration.between(began, now)).isEqualTo(Duration.ofHours(24));
    }

    private Duration waitsWithoutRoom(JobHandler by, Duration more) throws Exception {
        KeptMark job = new KeptMark(job(first));
        Instant began = now;
        while (lookWithoutRoom(by, job) instanceof JobOutcome.Snoozed snoozed) {
            assertThat(Duration.between(began, now)).isLessThan(Duration.ofDays(8));
            now = now.plus(more.isZero() ? snoozed.delay() : more);
        }
        return Duration.between(began, now);
    }

    @Test
    void aRetryByHandWaitsForRoomAnew() throws Exception {
        JobId id = queue.enqueue(job(first).lease().job().request()).id();
        Lease lease = claim();
        Instant longAgo = now.minus(Duration.ofDays(8));
        long begun = lease.job().startedAt().orElseThrow().toEpochMilli();
        RoomWait before = new RoomWait(begun, longAgo.toEpochMilli(), now.toEpochMilli(), DAY);
        queue.mark(lease, Optional.of(before.toMark()));
        queue.finish(lease, new JobOutcome.Failed("{}", "no room"), FollowUp.NONE);
        now = now.plusSeconds(61);
        assertThat(queue.retry(id, "root")).isTrue();

        JobContext again = new TestJob(claim(), Cancellation.never());
        assertThat(lookWithoutRoom(handler, again)).isInstanceOf(JobOutcome.Snoozed.class);
    }

    private Lease claim() {
        return queue.claim("w", "node1", Set.of(JobKind.UPLOAD), Duration.ofMinutes(1))
                .orElseThrow();
    }

    private JobOutcome lookWithoutRoom(JobHandler by, JobContext job) throws Exception {
        failures.clear();
        IOException cause = new OwnSideException(new IOException("not enough space in /var"));
        failures.add(new TransportException(Kind.FULL, "put x: not enough space", cause));
        JobOutcome outcome = by.run(job).outcome();
        if (outcome instanceof JobOutcome.Failed failed) {
            assertThat(failed.reason())
                    .isEqualTo(
                            "no room within 24 hours of waiting, or 7 days in all: put x: not enough space; give that disk more room and retry this job");
        }
        return outcome;
    }

    @Test
    void aPlaceThatAsksForTimeIsGivenIt() throws Exception {
        fail(Kind.THROTTLED, Duration.ofSeconds(90));
        uploadFails(Kind.THROTTLED);
        assertThat(snoozedFor()).isEqualTo(Duration.ofSeconds(90));
        now = now.plusSeconds(90);
        fail(Kind.THROTTLED, Duration.ofDays(9));
        uploadFails(Kind.THROTTLED);
        assertThat(snoozedFor()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aChangedArchiveSaysNothingAboutTheDestination() throws Exception {
        Path archive = new BackupDirectory(folder.resolve("server/backup")).place(ARCHIVE);
        Files.writeString(archive, "another one");
        uploadFails(Kind.CORRUPT);
        uploadFails(Kind.CORRUPT);
        assertThat(place(first).resolve(ARCHIVE.value())).doesNotExist();
        Files.writeString(archive, "the archive");
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void theManifestThatWasKeptForAReplacementGoesWithItsEnd() throws Exception {
        upload(first);
        Files.writeString(
                new BackupDirectory(folder.resolve("server/backup"))
                        .place(BackupDirectory.manifestKey(ARCHIVE)),
                "another manifest");
        onOpen =
                () ->
                        Files.delete(
                                new BackupDirectory(folder.resolve("server/backup"))
                                        .place(ARCHIVE));
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Snoozed.class);
        Path kept = place(first).resolve(BackupDirectory.previousManifestKey(ARCHIVE).value());
        assertThat(kept).hasContent("its manifest");
        onOpen = () -> {};
        write(new BackupDirectory(folder.resolve("server/backup")).place(ARCHIVE), "the archive");
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(kept).doesNotExist();
    }

    /// The archive is at the second destination, and not here any more.
    private void releaseHere() throws Exception {
        catalog.adopt(upload(second).followUp().restorePoints());
        for (ObjectKey key :
                List.of(
                        ARCHIVE,
                        BackupDirectory.manifestKey(ARCHIVE),
                        BackupDirectory.indexKey(ARCHIVE))) {
            Files.delete(new BackupDirectory(folder.resolve("server/backup")).place(key));
        }
    }

    @Test
    void anArchiveThatWasReleasedIsSentOnFromAnotherDestination() throws Exception {
        releaseHere();
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(place(first).resolve(ARCHIVE.value())).hasContent("the archive");
        assertThat(place(first).resolve(BackupDirectory.manifestKey(ARCHIVE).value()))
                .hasContent("its manifest");
        assertThat(place(first).resolve(BackupDirectory.indexKey(ARCHIVE).value()))
                .hasContent("its index");
        try (var left = Files.list(folder.resolve("staging"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aGiverThatFailsSaysNothingAboutTheTaker() throws Exception {
        releaseHere();
        for (int i = 0; i < 6; i++) {
            fail(Kind.UNAVAILABLE);
            assertThatThrownBy(() -> upload(first))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
        }
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void anotherArchiveAtTheGiverIsNotPassedOn() throws Exception {
        releaseHere();
        Files.writeString(place(second).resolve(ARCHIVE.value()), "the ARCHIVE");
        uploadFails(Kind.CORRUPT);
        assertThat(place(first).resolve(ARCHIVE.value())).doesNotExist();
        Files.writeString(place(second).resolve(ARCHIVE.value()), "another length");
        assertThat(upload(first).outcome())
                .isEqualTo(
                        new JobOutcome.Failed(
                                "{}", "the archive " + ARCHIVE + " is not there any more"));
    }

    @Test
    void anArchiveThatIsReleasedWhileItIsSentIsSentOnLater() throws Exception {
        catalog.adopt(upload(second).followUp().restorePoints());
        onOpen =
                () -> {
                    onOpen = () -> {};
                    Files.delete(
                            new BackupDirectory(folder.resolve("server/backup")).place(ARCHIVE));
                };
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Snoozed.class);
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void anArchiveWhosePlaceALaterOneTookIsNotSentAndNothingBesideIt() throws Exception {
        Path archive = new BackupDirectory(folder.resolve("server/backup")).place(ARCHIVE);
        JobOutcome gone =
                new JobOutcome.Failed("{}", "the archive " + ARCHIVE + " is not there any more");
        Files.writeString(archive, "a later archive");
        assertThat(upload(first).outcome()).isEqualTo(gone);
        assertThat(place(first).resolve(BackupDirectory.manifestKey(ARCHIVE).value()))
                .doesNotExist();

        Files.writeString(archive, "the archive");
        onOpen =
                () -> {
                    onOpen = () -> {};
                    Files.writeString(archive, "a later archive");
                };
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Snoozed.class);
        assertThat(upload(first).outcome()).isEqualTo(gone);
    }

    /// As one that was backed up by hand and overtook it, while another destination has the earlier
    /// one still.
    @Test
    void norIsItSentOnFromElsewhere() throws Exception {
        catalog.adopt(upload(second).followUp().restorePoints());
        write(
                new BackupDirectory(folder.resolve("server/backup")).place(ARCHIVE),
                "a later archive");
        write(place(first).resolve(ARCHIVE.value()), "a later archive");
        assertThat(upload(first).outcome())
                .isEqualTo(
                        new JobOutcome.Failed(
                                "{}", "the archive " + ARCHIVE + " is not there any more"));
        assertThat(place(first).resolve(ARCHIVE.value())).hasContent("a later archive");
    }

    private static JobOutcome replaced() {
        return new JobOutcome.Superseded(
                "the archive "
                        + ARCHIVE
                        + " is not there any more: a later one took its place and is sent by an upload of its own");
    }

    private static String digest(String text) throws IOException {
        return Sha256.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// In the backup directory.
    private void catalogHas(String text) throws IOException {
        catalog.adopt(
                List.of(
                        new RestorePoint(
                                new AccountName("demo"),
                                DestinationId.LOCAL,
                                Tier.DAILY,
                                LocalDate.parse("2026-03-07"),
                                ARCHIVE,
                                text.length(),
                                digest(text),
                                now,
                                "node1")));
    }

    /// Its length alone does not tell.
    @Test
    void anArchiveIsNotSentThatTheCatalogKnowsToBeReplacedHere() throws Exception {
        releaseHere();
        write(new BackupDirectory(folder.resolve("server/backup")).place(ARCHIVE), "THE ARCHIVE");
        catalogHas("THE ARCHIVE");
        assertThat(upload(first).outcome()).isEqualTo(replaced());
        assertThat(place(first).resolve(ARCHIVE.value())).doesNotExist();
    }

    private UploadArguments argumentsOf(String text, boolean streamed) throws IOException {
        return new UploadArguments(
                "demo",
                first.value(),
                Tier.DAILY,
                "2026-03-07",
                ARCHIVE.value(),
                text.length(),
                digest(text),
                "",
                streamed);
    }

    /// The upload of an archive of the same name that was backed up by hand.
    private void queueLaterOne(boolean streamed) throws IOException {
        now = now.plusSeconds(1);
        UploadArguments later = argumentsOf("a later archive", streamed);
        queue.enqueue(
                JobRequest.of(JobKind.UPLOAD, "demo", "root", JobJson.write(later))
                        .withPriority(JobRequest.Priority.MANUAL));
    }

    /// Both were released here meanwhile.
    @Test
    void anUploadThatALaterOneOvertookDoesNotReplaceWhatThatSent() throws Exception {
        releaseHere();
        JobId earlier = queue.enqueue(job(first).lease().job().request()).id();
        queueLaterOne(false);
        Lease byHand = claim();
        assertThat(handler.run(new TestJob(byHand, Cancellation.never())).outcome())
                .as("the later one is not held for replaced, only for gone")
                .isEqualTo(
                        new JobOutcome.Failed(
                                "{}", "the archive " + ARCHIVE + " is not there any more"));

        Lease nightly = claim();
        assertThat(nightly.job().id()).isEqualTo(earlier);
        TestJob late = new TestJob(nightly, Cancellation.never());
        assertThat(handler.run(late).outcome()).as("while that one is open").isEqualTo(replaced());
        queue.finish(byHand, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        assertThat(handler.run(late).outcome()).as("once it has ended").isEqualTo(replaced());
        assertThat(place(first).resolve(ARCHIVE.value())).doesNotExist();
    }

    /// It is at its place, and nobody knows whether the later one will be.
    @Test
    void aStreamedArchiveCountsUntilALaterOneArrived() throws Exception {
        write(place(first).resolve(ARCHIVE.value()), "the archive");
        JobId earlier =
                queue.enqueue(
                                JobRequest.of(
                                        JobKind.UPLOAD,
                                        "demo",
                                        "root",
                                        JobJson.write(argumentsOf("the archive", true))))
                        .id();
        queueLaterOne(false);
        Lease byHand = claim();
        Lease nightly = claim();
        assertThat(nightly.job().id()).isEqualTo(earlier);
        TestJob streamed = new TestJob(nightly, Cancellation.never());
        JobHandler.Ended ended = handler.run(streamed);
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(ended.followUp().restorePoints()).hasSize(1);
        queue.finish(byHand, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        assertThat(handler.run(streamed).outcome()).isEqualTo(replaced());
    }

    /// That one was never here.
    @Test
    void anArchiveThatIsHereDoesNotReplaceALaterOneThatWasStreamed() throws Exception {
        catalogHas("the archive");
        TestJob early = job(first);
        queueLaterOne(true);
        assertThat(handler.run(early).outcome()).isEqualTo(replaced());
    }

    /// A clock may have been set back since.
    @Test
    void anArchiveThatIsHereIsTheLaterOneWhateverTheClockSays() throws Exception {
        catalogHas("the archive");
        TestJob early = job(first);
        queueLaterOne(false);
        assertThat(handler.run(early).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
    }

    @Test
    void anUploadGoesOnWhereTheLaterOneFailed() throws Exception {
        releaseHere();
        JobId earlier = queue.enqueue(job(first).lease().job().request()).id();
        queueLaterOne(false);
        queue.finish(claim(), new JobOutcome.Failed("{}", "gone"), FollowUp.NONE);
        Lease nightly = claim();
        assertThat(nightly.job().id()).isEqualTo(earlier);
        assertThat(handler.run(new TestJob(nightly, Cancellation.never())).outcome())
                .isInstanceOf(JobOutcome.Succeeded.class);
    }

    /// The next archive's index is there before it.
    @Test
    void theIndexOfAnotherArchiveIsNotSentOn() throws Exception {
        ObjectKey index = BackupDirectory.indexKey(ARCHIVE);
        byte[] manifest =
                ManifestJson.write(
                        new ManifestMac(new byte[ManifestMac.KEY_BYTES])
                                .seal(
                                        new Manifest(
                                                Manifest.FORMAT,
                                                new AccountName("demo"),
                                                now,
                                                "node1",
                                                new Manifest.ArchiveFile(
                                                        ARCHIVE.name(),
                                                        "the archive".length(),
                                                        digest("the archive")),
                                                List.of(
                                                        new Manifest.ArchiveFile(
                                                                index.name(),
                                                                "its index".length(),
                                                                digest("its index"))),
                                                new ArchiveTotals(1, 2, 3, 4),
                                                new TreeMap<>())));
        Files.write(
                new BackupDirectory(folder.resolve("server/backup"))
                        .place(BackupDirectory.manifestKey(ARCHIVE)),
                manifest);
        releaseHere();
        write(place(second).resolve(index.value()), "the INDEX");
        assertThatThrownBy(() -> upload(first))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is of another archive");
        assertThat(place(first).resolve(index.value())).doesNotExist();

        write(place(second).resolve(index.value()), "its index");
        assertThat(upload(first).outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(place(first).resolve(index.value())).hasContent("its index");
    }

    @Test
    void whatIsGoneOrDisabledEndsTheJob() throws Exception {
        assertThat(destinations.delete(second)).isTrue();
        assertThat(upload(second).outcome())
                .isEqualTo(
                        new JobOutcome.Failed(
                                "{}", "destination " + second + " is not there any more"));
        assertThat(destinations.change(first, now -> now.disabledBecause("full"))).isTrue();
        assertThat(upload(first).outcome())
                .isEqualTo(new JobOutcome.Failed("{}", "destination " + first + " is disabled"));
    }

    private List<String> told() {
        return queue.list(JobFilter.of(Set.of(JobKind.NOTIFY), Set.of())).stream()
                .map(job -> job.request().arguments())
                .toList();
    }

    @Test
    void aPauseIsToldOnceAndWhatArrivesIsCounted() throws Exception {
        upload(second);
        assertThat(told()).isEmpty();
        fail(Kind.DENIED);
        uploadFails(Kind.DENIED);
        now = now.plus(Duration.ofMinutes(11));
        fail(Kind.DENIED);
        uploadFails(Kind.DENIED);
        assertThat(told())
                .singleElement()
                .asString()
                .contains(
                        "\"Disabled\"", "destination first is paused for 10 minutes", "it said no");
        assertThat(meter.sums()).containsOnlyKeys(second);
        assertThat(meter.sums().values())
                .singleElement()
                .satisfies(sum -> {
                    assertThat(sum.count()).isOne();
                    assertThat(sum.bytes()).isEqualTo("the archive".length());
                });
    }
}
