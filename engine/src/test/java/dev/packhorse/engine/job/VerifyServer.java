package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.verification.VerifyBudget;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A [RestoreServer] with a second place, whose copies are verified. Needs root.
final class VerifyServer implements AutoCloseable {
    final RestoreServer server;
    final DestinationId far = DestinationId.random();
    final FaultyPlace place;
    final List<Notice> told = new ArrayList<>();
    final SettableClock clock = new SettableClock(RestoreServer.NOW);
    final DestinationHealth health = new DestinationHealth();
    VerifyBudget budget = new VerifyBudget(1, 0, 100, Duration.ZERO);
    private final Path folder;
    private final Path pristine;

    VerifyServer(Path folder) throws Exception {
        this.folder = folder.resolve("far");
        this.pristine = folder.resolve("pristine");
        server = RestoreServer.demo(folder);
        place = new FaultyPlace(new LocalTransport(Files.createDirectories(this.folder)));
        server.opener = _ -> place;
        server.destinations.add(
                new Destination(
                        far,
                        DestinationType.LOCAL,
                        "far away",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Local("/far", false, false)));
    }

    /// Backs an account up, and takes the archive to the second place, too.
    RestorePoint backUp(String account) throws Exception {
        server.backUp(account);
        RestorePoint here =
                server.catalog.ofAccount(new AccountName(account)).stream()
                        .filter(point -> point.destination().isLocal())
                        .findFirst()
                        .orElseThrow();
        RestorePoint there =
                new RestorePoint(
                        here.account(),
                        far,
                        here.tier(),
                        here.date(),
                        here.archive(),
                        here.sizeBytes(),
                        here.sha256(),
                        here.packedAt(),
                        here.node());
        for (ObjectKey key : PruneServer.objects(here)) {
            Path copy = file(there, key);
            Files.createDirectories(Objects.requireNonNull(copy.getParent()));
            Files.copy(file(here, key), copy);
        }
        server.catalog.adopt(List.of(there));
        return here;
    }

    /// Keeps what there is now for [#reset].
    void keep() throws IOException {
        copyTree(server.backups.directory().root(), pristine.resolve("here"));
        copyTree(folder, pristine.resolve("there"));
    }

    /// Makes both places and the catalog what they were when they were kept.
    void reset(List<RestorePoint> points) throws IOException {
        Files.deleteIfExists(server.root.resolve("/backup.conf"));
        for (Path place : List.of(server.backups.directory().root(), folder)) {
            removeTree(place);
        }
        copyTree(pristine.resolve("here"), server.backups.directory().root());
        copyTree(pristine.resolve("there"), folder);
        List<RestorePoint> there = new ArrayList<>();
        server.catalog.forEachCopy(copy -> there.add(copy.point()));
        for (RestorePoint point : there) {
            server.catalog.markDeleting(point);
            server.catalog.drop(point);
        }
        server.catalog.adopt(points);
        place.onRead = _ -> {};
        place.onReadTree = _ -> {};
        told.clear();
        budget = new VerifyBudget(1, 0, 100, Duration.ZERO);
    }

    private static void removeTree(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var all = Files.walk(tree)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(
                        each,
                        to.resolve(from.relativize(each)),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    Path file(RestorePoint point, ObjectKey key) throws IOException {
        return point.destination().isLocal()
                ? server.backups.directory().place(key)
                : folder.resolve(key.value());
    }

    /// The same archive at the second place.
    RestorePoint there(RestorePoint here) {
        return copies(here).stream()
                .map(StoredCopy::point)
                .filter(point -> point.destination().equals(far))
                .findFirst()
                .orElseThrow();
    }

    List<StoredCopy> copies(RestorePoint point) {
        return server.catalog.copiesOf(point.account());
    }

    StoredCopy copy(RestorePoint point) {
        return copies(point).stream()
                .filter(each -> each.point().equals(point))
                .findFirst()
                .orElseThrow();
    }

    /// Turns one bit of an object.
    static void damage(Path file, long offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int value = bytes.read();
            bytes.seek(offset);
            bytes.write(value ^ 0x10);
        }
    }

    VerifyPlanner planner() {
        return new VerifyPlanner(server.catalog, budget, _ -> true, clock);
    }

    VerifyHandler handler() {
        return new VerifyHandler(
                planner(),
                new VerifyHandler.Parts(
                        server.backups,
                        server.destinations,
                        server.opener,
                        health,
                        new ManifestMac(new byte[ManifestMac.KEY_BYTES]),
                        server.plant.sessions(),
                        server.plant.staging(),
                        new RetentionRecord(server.root.resolve("/retention.yaml"))),
                notice -> {
                    told.add(notice);
                    return List.of();
                });
    }

    static VerifyArguments all(DestinationId place) {
        return new VerifyArguments(place.value(), "", "", true, "");
    }

    JobHandler.Ended verify(VerifyArguments arguments) throws Exception {
        return handler().run(new MarkedJob(arguments, clock));
    }

    static VerifyResult result(JobHandler.Ended ended) {
        return switch (ended.outcome()) {
            case JobOutcome.Succeeded(String json) -> JobJson.read(json, VerifyResult.class);
            case JobOutcome.Partial(String json, _) -> JobJson.read(json, VerifyResult.class);
            case JobOutcome.Failed(String json, _) -> JobJson.read(json, VerifyResult.class);
            case JobOutcome other -> throw new AssertionError(other.toString());
        };
    }

    /// A job that keeps its mark from one run to the next.
    static final class MarkedJob implements JobContext {
        private final TestJob job;
        private Optional<String> mark = Optional.empty();
        Cancellation cancellation = Cancellation.never();

        MarkedJob(VerifyArguments arguments, SettableClock clock) {
            job =
                    TestJob.of(
                            JobId.random(),
                            JobKind.VERIFY,
                            "x",
                            arguments,
                            clock.instant(),
                            Cancellation.never());
        }

        @Override
        public Lease lease() {
            Job first = job.lease().job();
            return new Lease(
                    new Job(
                            first.id(),
                            first.request(),
                            first.state(),
                            first.createdAt(),
                            first.startedAt(),
                            first.finishedAt(),
                            first.attempts(),
                            first.fence(),
                            first.worker(),
                            false,
                            "{}",
                            mark,
                            "{}",
                            ""),
                    "worker",
                    1,
                    job.lease().until());
        }

        @Override
        public Cancellation cancellation() {
            return cancellation;
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void progress(String json) {}

        @Override
        public void mark(Optional<String> resumeMark) {
            mark = resumeMark;
        }

        Optional<String> mark() {
            return mark;
        }
    }

    @Override
    public void close() throws StoreException {
        server.close();
    }
}
