package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.staging.InsufficientSpaceException;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a plan has fetched from a destination serves the restore that follows. Needs root, for
/// files of other users.
class PlannedDownloadTest {
    @TempDir static Path folder;

    private static VerifyServer server;
    private static MeteredPlace place;
    private static RestorePoint point;
    private final JobId planning = JobId.random();

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new VerifyServer(folder);
        point = server.backUp("bob");
        place = new MeteredPlace(server.place);
        server.server.opener = _ -> place;
    }

    @BeforeEach
    void begin() {
        place.reset();
    }

    @AfterEach
    void forget() throws IOException {
        server.server.plant.staging().sweepJobs(_ -> false, _ -> false);
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static RestoreArguments whole() {
        return RestoreServer.wholeFrom("bob", server.far);
    }

    private PlannedRestore plan() throws Exception {
        JobOutcome outcome = run(planning, whole().within(whole().scope().planned()));
        if (outcome instanceof JobOutcome.Succeeded(String json)) {
            return JobJson.read(json, PlannedRestore.class);
        }
        throw new AssertionError("no plan: " + outcome);
    }

    private static JobOutcome run(JobId job, RestoreArguments arguments) throws Exception {
        return server.server.runAs(
                job, server.server.sessions().createTransfer("userbackup", "bob").id(), arguments);
    }

    private static RestoreResult restored(RestoreArguments arguments) throws Exception {
        RestoreResult done = server.server.restore(arguments);
        assertThat(done.result()).as(done.toString()).isNotZero();
        return done;
    }

    private static long fetched() {
        return place.bytesOf(point.archive());
    }

    private Path kept() {
        return server.server.plant.staging().ofJob(planning);
    }

    /// What a daemon does that starts again, an hour later.
    private static void restart() throws IOException {
        StagingArea area = StagingArea.open(folder.resolve("staging"), new ByteSize(0));
        assertThat(area.sweepJobs(_ -> false, _ -> true)).isZero();
    }

    @Test
    void theRestoreThatWasPlannedFetchesNothingAgain() throws Exception {
        PlannedRestore plan = plan();
        assertThat(fetched()).isEqualTo(point.sizeBytes());
        restart();

        restored(whole().within(whole().scope().expecting(plan.digests())));

        assertThat(fetched()).isEqualTo(point.sizeBytes());
        assertThat(server.server.lastLog()).contains("A plan has fetched the archive already");
        assertThat(kept()).doesNotExist();
        assertThat(folder.resolve("staging/jobs")).isEmptyDirectory();
    }

    @Test
    void aPlanThatIsMadeAgainFetchesNothingAgain() throws Exception {
        plan();
        JobId second = JobId.random();
        run(second, whole().within(whole().scope().planned()));

        assertThat(kept()).doesNotExist();
        assertThat(server.server.plant.staging().ofJob(second)).isNotEmptyDirectory();
        restored(whole());
        assertThat(fetched()).isEqualTo(point.sizeBytes());
    }

    /// The daemon dies behind the end of the plan and before the queue knows of it.
    @Test
    void aPlanThatIsTriedAgainUsesItsOwn() throws Exception {
        plan();
        plan();

        assertThat(fetched()).isEqualTo(point.sizeBytes());
        assertThat(kept().resolve("archive")).exists();
    }

    @Test
    void anArchiveThatChangedSinceThePlanIsFetched() throws Exception {
        plan();
        Files.setLastModifiedTime(
                archive(), FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));

        restored(whole());

        assertThat(fetched()).isEqualTo(2 * point.sizeBytes());
        assertThat(kept().resolve("archive")).as("of the object as it was").exists();
    }

    private static Path archive() {
        return folder.resolve("far").resolve(point.archive().value());
    }

    @Test
    void aDownloadWithoutTheRightDigestIsFetchedOnceMore() throws Exception {
        plan();
        try (RandomAccessFile file =
                new RandomAccessFile(kept().resolve("archive").toFile(), "rw")) {
            file.seek(point.sizeBytes() / 2);
            file.write(new byte[1_000]);
        }

        restored(whole());

        assertThat(fetched()).isEqualTo(2 * point.sizeBytes());
    }

    @Test
    void anArchiveOfAnotherPlaceOrDateServesNobodyElse() throws Exception {
        plan();
        Path other = kept().resolve("archive.is");
        Files.writeString(other, Files.readString(other).replace(point.sha256(), "0".repeat(64)));

        restored(whole());

        assertThat(fetched()).isEqualTo(2 * point.sizeBytes());
    }

    @Test
    void aPlanThatFailsLeavesNothing() throws Exception {
        byte[] sound = Files.readAllBytes(archive());
        VerifyServer.damage(archive(), sound.length / 2);

        JobOutcome outcome = run(planning, whole().within(whole().scope().planned()));

        assertThat(outcome).isInstanceOf(JobOutcome.Failed.class);
        assertThat(kept()).doesNotExist();
        Files.write(archive(), sound);
    }

    @Test
    void roomThatIsNeededIsGivenUp() throws Exception {
        plan();
        StagingArea staging = server.server.plant.staging();
        staging.requireSpace(folder, 1);
        assertThat(kept()).exists();

        assertThatThrownBy(() -> staging.requireSpace(folder, Long.MAX_VALUE / 2))
                .isInstanceOf(InsufficientSpaceException.class);

        assertThat(kept()).doesNotExist();
    }

    @Test
    void nothingIsKeptWhereItWouldTakeMoreRoomThanStaysFree() throws Exception {
        plan();
        StagingArea tight = StagingArea.open(folder.resolve("staging"), ByteSize.parse("900000G"));

        assertThat(tight.sweepJobs(_ -> false, _ -> true)).isEqualTo(1);

        assertThat(kept()).doesNotExist();
        Files.createDirectories(kept());
        Files.write(kept().resolve("archive"), new byte[100]);
        tight.leaveOfJob(planning);
        assertThat(kept()).doesNotExist();
    }
}
