package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.decorator.Pause;
import dev.packhorse.transport.decorator.RetryPolicy;
import dev.packhorse.transport.decorator.RetryingTransport;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportTraits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole restore from a destination goes on with its download where the line broke or the daemon
/// died, and never mixes two archives. Needs root, for files of other users.
class FarRestoreTest {
    private static final int LARGE_BYTES = 4 << 20;
    private static final int PIECE_BYTES = 256 << 10;

    private static final Random RANDOM = new Random(4);

    @TempDir static Path folder;

    private static VerifyServer server;
    private static MeteredPlace place;
    private static RestorePoint point;
    private final JobId job = JobId.random();

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new VerifyServer(folder);
        Path video = server.server.root.resolve("/home/bob/video.bin");
        byte[] bytes = new byte[LARGE_BYTES];
        RANDOM.nextBytes(bytes);
        Files.write(video, bytes);
        int uid =
                server.server.services.accounts().find(new AccountName("bob")).orElseThrow().uid();
        Files.setAttribute(video, "unix:uid", uid);
        Files.setAttribute(video, "unix:gid", uid);
        point = server.backUp("bob");
        server.server.pieceBytes = PIECE_BYTES;
        place = new MeteredPlace(server.place);
    }

    @BeforeEach
    void begin() {
        place.reset();
        open(place);
    }

    private static void open(Transport there) {
        RetryPolicy quick =
                new RetryPolicy(
                        100, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(60));
        server.server.opener = _ -> new RetryingTransport(there, quick, Pause.real(), RANDOM);
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private JobOutcome restore() throws Exception {
        RestoreArguments arguments = RestoreServer.wholeFrom("bob", server.far);
        return server.server.runAs(
                job, server.server.sessions().createTransfer("userbackup", "bob").id(), arguments);
    }

    private RestoreResult restored() throws Exception {
        return switch (restore()) {
            case JobOutcome.Succeeded(String json) -> JobJson.read(json, RestoreResult.class);
            case JobOutcome.Partial(String json, _) -> JobJson.read(json, RestoreResult.class);
            case JobOutcome.Failed(String json, _) -> JobJson.read(json, RestoreResult.class);
            case JobOutcome other -> throw new AssertionError(other.toString());
        };
    }

    private Path kept() {
        return server.server.plant.staging().ofJob(job);
    }

    private static long archiveBytes() {
        return place.bytesOf(point.archive());
    }

    /// What a daemon does that starts again.
    private void restart() throws IOException {
        StagingArea area = StagingArea.open(folder.resolve("staging"), new ByteSize(0));
        assertThat(area.sweepJobs(job::equals, _ -> false)).isZero();
    }

    private static Path archive() {
        return there(point.archive());
    }

    private static Path there(ObjectKey key) {
        return folder.resolve("far").resolve(key.value());
    }

    @Test
    void aLineThatBreaksManyTimesCostsAPieceEachTime() throws Exception {
        List<String> before = server.server.census();
        int cuts = 12;
        place.cutAfter(300_000 + RANDOM.nextInt(200_000), cuts);

        RestoreResult done = restored();

        assertThat(done.result()).as(done.toString()).isNotZero();
        assertThat(archiveBytes())
                .isGreaterThan(point.sizeBytes())
                .isLessThanOrEqualTo(point.sizeBytes() + (long) cuts * PIECE_BYTES);
        assertThat(homes(server.server.census())).isEqualTo(homes(before));
        assertThat(kept()).doesNotExist();
    }

    private static List<String> homes(List<String> census) {
        return census.stream().filter(line -> line.startsWith("home/bob/")).toList();
    }

    @Test
    void aKilledDownloadGoesOn() throws Exception {
        int kills = 4;
        for (int i = 0; i < kills; i++) {
            place.killAfter(500_000 + RANDOM.nextInt(400_000));
            assertThatThrownBy(this::restore).isInstanceOf(MeteredPlace.Killed.class);
            restart();
        }
        long before = archiveBytes();
        place.killAfter(Long.MAX_VALUE / 2);

        assertThat(restored().result()).isNotZero();

        assertThat(before).isPositive();
        assertThat(archiveBytes()).isEqualTo(point.sizeBytes());
        assertThat(server.server.lastLog()).contains(before + " of " + point.sizeBytes());
        assertThat(kept()).doesNotExist();
    }

    /// The daemon dies when all has come; or the queue tries a restore again.
    @Test
    void whatIsHereIsNotFetchedAgain() throws Exception {
        place.cutAfter(1_000_000, 1_000);
        assertThatThrownBy(this::restore).isInstanceOf(TransportException.class);
        place.cutAfter(Long.MAX_VALUE, 0);
        Files.copy(
                archive(),
                kept().resolve("archive"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        long before = archiveBytes();

        assertThat(restored().result()).isNotZero();

        assertThat(archiveBytes()).isEqualTo(before);
    }

    @Test
    void anArchiveThatChangedMeanwhileIsFetchedFromItsBeginning() throws Exception {
        killed();
        long before = archiveBytes();
        Files.setLastModifiedTime(
                archive(), FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));

        assertThat(restored().result()).isNotZero();

        assertThat(archiveBytes() - before).isEqualTo(point.sizeBytes());
    }

    private void killed() throws IOException {
        place.killAfter(1_500_000);
        assertThatThrownBy(this::restore).isInstanceOf(MeteredPlace.Killed.class);
        restart();
        place.killAfter(Long.MAX_VALUE / 2);
        assertThat(Files.size(kept().resolve("archive"))).isGreaterThan(1_000_000);
    }

    /// A power cut may leave a file with a hole where bytes should be.
    @Test
    void aDownloadWithoutTheRightDigestIsFetchedOnceMore() throws Exception {
        killed();
        long before = archiveBytes();
        try (RandomAccessFile file =
                new RandomAccessFile(kept().resolve("archive").toFile(), "rw")) {
            file.seek(700_000);
            file.write(new byte[1_000]);
        }

        RestoreResult done = restored();

        assertThat(done.result()).as(done.toString()).isNotZero();
        assertThat(archiveBytes() - before)
                .isGreaterThan(point.sizeBytes())
                .isLessThan(2 * point.sizeBytes());
        assertThat(server.server.lastLog()).contains("it is fetched again as a whole");
    }

    @Test
    void anArchiveThatIsDamagedThereFailsAndLeavesNothing() throws Exception {
        byte[] sound = Files.readAllBytes(archive());
        VerifyServer.damage(archive(), sound.length - 100_000);
        List<String> before = homes(server.server.census());

        RestoreResult done = restored();

        assertThat(done.result()).isZero();
        assertThat(homes(server.server.census())).isEqualTo(before);
        assertThat(archiveBytes()).isEqualTo(point.sizeBytes());
        assertThat(kept()).doesNotExist();
        Files.write(archive(), sound);
    }

    @Test
    void aPlaceThatReadsNoRangesIsReadFromTheBeginning() throws Exception {
        open(
                new PassingPlace(place) {
                    @Override
                    public TransportTraits traits() {
                        TransportTraits own = super.traits();
                        return new TransportTraits(
                                false,
                                own.createsExclusively(),
                                own.resumption(),
                                own.maxObjectBytes(),
                                own.maxConnections());
                    }
                });
        killed();
        long before = archiveBytes();

        assertThat(restored().result()).isNotZero();

        assertThat(archiveBytes() - before).isEqualTo(point.sizeBytes());
    }

    /// A job that was cancelled while it waited for another try.
    @Test
    void whatNoOpenJobNeedsIsRemoved() throws Exception {
        killed();
        Path stranger = Files.createDirectory(kept().resolveSibling("no job's"));

        assertThat(server.server.plant.staging().sweepJobs(_ -> false, _ -> false)).isEqualTo(2);

        assertThat(kept()).doesNotExist();
        assertThat(stranger).doesNotExist();
    }
}
