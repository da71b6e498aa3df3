package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
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
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobHandler.Ended;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.run.Backoff;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.decorator.Pause;
import dev.packhorse.transport.decorator.RetryPolicy;
import dev.packhorse.transport.decorator.RetryingTransport;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// Uploads through the queue to a place that refuses for a while, or cuts the line, on a clock that
/// only waiting moves. One worker, as of one lane.
class UploadStormTest {
    private static final int UPLOADS = 50;
    private static final Duration STORM = Duration.ofMinutes(2);
    private static final DestinationId PLACE = DestinationId.random();
    private static final RetryPolicy ONCE =
            new RetryPolicy(1, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO);

    @TempDir Path folder;
    private final SettableClock clock = SettableClock.somewhere();
    private final Instant begin = clock.instant();
    private final List<Instant> requests = new ArrayList<>();
    private final Backoff backoff =
            new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(30), new SplittableRandom(3));
    private RetryPolicy policy = RetryPolicy.NETWORK;
    private Weather weather = _ -> Optional.empty();
    private long bytesUntilCut = Long.MAX_VALUE;
    private long brought;
    private ServerBackups backups;
    private Store store;
    private JdbcJobQueue queue;
    private JobHandler handler;

    /// What the place says to a request.
    @FunctionalInterface
    private interface Weather {
        Optional<TransportException> at(Instant now);
    }

    @BeforeEach
    void server() throws Exception {
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        HostRoot root = new HostRoot(Files.createDirectories(folder.resolve("server")));
        DestinationStore destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(
                new Destination(
                        PLACE,
                        DestinationType.CUSTOM,
                        "stormy",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Remote(
                                new TreeMap<>(Map.of("script", "/stormy")), new TreeMap<>())));
        backups = new ServerBackups(root, new BackupConfigFile(root.resolve("/backup.conf")));
        JdbcCatalog catalog = new JdbcCatalog(store);
        DestinationHealth health = new DestinationHealth();
        UploadHeadways headways = new UploadHeadways();
        Notices notices =
                new Notices(
                        new ImportanceStore(folder.resolve("importances.yaml")),
                        List.of(),
                        Duration.ofHours(24),
                        queue,
                        "node1");
        handler =
                new PatientUploads(
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
                                        StagingArea.open(
                                                folder.resolve("staging"), new ByteSize(0)),
                                        headways),
                                new LocalRelease(backups, queue, catalog, destinations, this::open),
                                new UploadHandler.Watching(health, notices, new TransferMeter()),
                                clock,
                                "node1"),
                        headways,
                        health,
                        clock);
    }

    @AfterEach
    void closeStore() throws Exception {
        store.close();
    }

    private Transport open(Destination destination) throws TransportException {
        try {
            Path far = Files.createDirectories(folder.resolve("far"));
            return new RetryingTransport(
                    new StormyPlace(new LocalTransport(far)),
                    policy,
                    new ClockedPause(),
                    new Random(7));
        } catch (IOException e) {
            throw new TransportException(Kind.UNAVAILABLE, "no folder", e);
        }
    }

    /// Waits by moving the clock.
    private final class ClockedPause implements Pause {
        @Override
        public void pause(Duration time, Cancellation cancellation) {
            clock.advance(time);
        }

        @Override
        public long nanoTime() {
            return Duration.between(begin, clock.instant()).toNanos();
        }
    }

    /// A real place under the weather, which goes on with what it was brought.
    private final class StormyPlace extends PassingPlace {
        StormyPlace(Transport place) {
            super(place);
        }

        private void ask() throws TransportException {
            requests.add(clock.instant());
            Optional<TransportException> refusal = weather.at(clock.instant());
            if (refusal.isPresent()) {
                throw refusal.get();
            }
        }

        @Override
        public ObjectInfo put(
                ObjectKey key,
                Content content,
                PutMode mode,
                UploadJournal journal,
                Cancellation cancellation)
                throws TransportException, CancelledException {
            ask();
            if (content.sizeBytes() - brought > bytesUntilCut) {
                brought += bytesUntilCut;
                read(content, brought);
                throw new TransportException(Kind.UNAVAILABLE, "put " + key + ": cut");
            }
            return super.put(key, content, mode, journal, cancellation);
        }

        private static void read(Content content, long bytes) throws TransportException {
            try (InputStream source = content.open()) {
                source.skipNBytes(bytes);
            } catch (IOException e) {
                throw new TransportException(Kind.REFUSED, "the source failed", e);
            }
        }

        @Override
        public <R> R read(
                ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
                throws TransportException, CancelledException {
            ask();
            return super.read(key, range, reader, cancellation);
        }

        @Override
        public Optional<ObjectInfo> stat(ObjectKey key) throws TransportException {
            ask();
            return super.stat(key);
        }
    }

    private record Context(JdbcJobQueue queue, Lease lease) implements JobContext {
        @Override
        public Cancellation cancellation() {
            return Cancellation.never();
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void progress(String json) {}

        @Override
        public void mark(Optional<String> resumeMark) throws LeaseLostException {
            queue.mark(lease, resumeMark);
        }
    }

    private void enqueue(String account, byte[] archive) throws IOException {
        ObjectKey key =
                BackupDirectory.archiveKey(
                        Tier.DAILY,
                        LocalDate.parse("2026-03-07"),
                        new AccountName(account),
                        ".tar.gz");
        Path file = backups.directory().place(key);
        Files.createDirectories(file.getParent());
        Files.write(file, archive);
        UploadArguments upload =
                new UploadArguments(
                        account,
                        PLACE.value(),
                        Tier.DAILY,
                        "2026-03-07",
                        key.value(),
                        archive.length,
                        Sha256.of(file));
        queue.enqueue(
                JobRequest.of(JobKind.UPLOAD, account, "root", JobJson.write(upload))
                        .withExclusiveKey(UploadLanes.of(PLACE, new AccountName(account))));
    }

    private void enqueueAll() throws IOException {
        for (int i = 0; i < UPLOADS; i++) {
            enqueue("user%02d".formatted(i), new byte[] {(byte) i});
        }
    }

    /// Works until no upload is open.
    ///
    /// @param look how long an idle worker waits before it looks again
    private void work(Duration look) throws Exception {
        while (!in(JobState.PENDING).isEmpty()) {
            Optional<Lease> lease =
                    queue.claim(
                            "worker",
                            "node1",
                            Set.of(JobKind.UPLOAD),
                            Set.of(),
                            Duration.ofDays(99));
            if (lease.isEmpty()) {
                clock.advance(look);
                continue;
            }
            Ended ended = run(lease.get());
            queue.finish(lease.get(), ended.outcome(), ended.followUp());
        }
    }

    /// As the pool of workers does it.
    private Ended run(Lease lease) throws Exception {
        try {
            return handler.run(new Context(queue, lease));
        } catch (TransportException e) {
            String reason = String.valueOf(e.getMessage());
            return Ended.with(
                    e.kind().retryable()
                            ? new JobOutcome.RetryAfter(
                                    backoff.after(lease.job().attempts()), reason)
                            : new JobOutcome.Failed("{}", reason));
        }
    }

    private List<Job> in(JobState state) {
        return queue.list(JobFilter.of(Set.of(JobKind.UPLOAD), Set.of(state)));
    }

    private void storm(Duration length, TransportException refusal) {
        weather = now -> now.isBefore(begin.plus(length)) ? Optional.of(refusal) : Optional.empty();
    }

    private List<Instant> during(Duration length) {
        return requests.stream().filter(each -> each.isBefore(begin.plus(length))).toList();
    }

    private void assertAllArrived() {
        assertThat(in(JobState.FAILED)).isEmpty();
        assertThat(in(JobState.SUCCEEDED)).hasSize(UPLOADS);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"UNAVAILABLE", "THROTTLED", "TIMED_OUT"})
    void aStormFailsNothingAndIsMetWithPatience(Kind kind) throws Exception {
        enqueueAll();
        storm(STORM, new TransportException(kind, "the service says no"));
        work(Duration.ofSeconds(1));
        assertAllArrived();
        // Two lanes together at most one a second.
        assertThat(during(STORM)).hasSizeBetween(2, (int) STORM.toSeconds() / 2);
    }

    @Test
    void theTimeThatAPlaceAsksForIsKeptTo() throws Exception {
        enqueueAll();
        assertKeptTo(STORM, Duration.ofSeconds(30), Duration.ofSeconds(1));
        assertAllArrived();
    }

    /// More than an upload waits within its run, and more often than it has tries.
    @Test
    void aLongTimeThatAPlaceAsksForIsKeptToAndCostsNoTry() throws Exception {
        enqueueAll();
        assertKeptTo(Duration.ofMinutes(59), Duration.ofMinutes(10), Duration.ofSeconds(10));
        assertAllArrived();
    }

    /// Each refused request is followed by the next one after the time that was asked for, within a
    /// fifth.
    private void assertKeptTo(Duration storm, Duration asked, Duration look) throws Exception {
        storm(storm, new TransportException(Kind.THROTTLED, "slow down", null, asked));
        work(look);
        int refused = during(storm).size();
        assertThat(refused).isGreaterThan(3);
        for (int i = 0; i < refused; i++) {
            assertThat(Duration.between(requests.get(i), requests.get(i + 1)))
                    .isBetween(
                            asked.multipliedBy(4).dividedBy(5), asked.multipliedBy(6).dividedBy(5));
        }
    }

    @Test
    void aPlaceThatAlwaysAsksForTimeIsGivenUpAfterAWeek() throws Exception {
        enqueue("demo", new byte[1]);
        weather =
                _ ->
                        Optional.of(
                                new TransportException(
                                        Kind.THROTTLED, "slow down", null, Duration.ofHours(1)));
        work(Duration.ofMinutes(5));
        assertThat(in(JobState.FAILED)).hasSize(1);
        assertThat(Duration.between(begin, clock.instant()))
                .isBetween(PatientUploads.LONGEST, PatientUploads.LONGEST.plusDays(1));
    }

    @Test
    void aPlaceThatIsAwayForHoursFailsNothing() throws Exception {
        policy = ONCE;
        enqueueAll();
        storm(Duration.ofHours(2), new TransportException(Kind.UNAVAILABLE, "no route"));
        work(Duration.ofSeconds(30));
        assertAllArrived();
    }

    @Test
    void anUploadThatGetsOnIsCutAnyNumberOfTimes() throws Exception {
        policy = ONCE;
        enqueue("demo", new byte[12 << 20]);
        bytesUntilCut = 1 << 20;
        work(Duration.ofSeconds(10));
        assertThat(in(JobState.SUCCEEDED)).hasSize(1);
        assertThat(brought).isGreaterThan(10L << 20);
    }

    @Test
    void anUploadThatGetsNowhereHasItsTries() throws Exception {
        policy = ONCE;
        enqueue("demo", new byte[12 << 20]);
        bytesUntilCut = 0;
        work(Duration.ofSeconds(10));
        assertThat(in(JobState.FAILED))
                .singleElement()
                .satisfies(job -> assertThat(job.attempts()).isEqualTo(3));
    }
}
