package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.staging.InsufficientSpaceException;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `remote_restore_staging_dir`: an archive from a destination lies there, on a small disk in
/// memory that runs no programs, until its restore ends. Needs root, to mount it.
class RestoreStagingTest {
    private static final String ELSEWHERE = "/elsewhere";
    private static final int DISK_BYTES = 64 << 20;

    @TempDir static Path folder;

    private static VerifyServer server;
    private static MeteredPlace place;
    private static RestorePoint point;
    private static Path disk;
    private final JobId job = JobId.random();

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new VerifyServer(folder);
        point = server.backUp("bob");
        place = new MeteredPlace(server.place);
        server.server.opener = _ -> place;
        disk = Files.createDirectory(server.server.root.resolve(ELSEWHERE));
        assumeTrue(mount(), "needs the right to mount");
    }

    private static boolean mount() throws Exception {
        return run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "noexec,nosuid,nodev,mode=700,size=" + DISK_BYTES,
                "packhorse-test",
                disk);
    }

    private static boolean run(Object... command) throws Exception {
        List<String> words = new ArrayList<>();
        for (Object word : command) {
            words.add(word.toString());
        }
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        return process.waitFor() == 0;
    }

    @BeforeEach
    void begin() throws IOException {
        place.reset();
        configure(ELSEWHERE);
    }

    private static void configure(String path) throws IOException {
        server.server.backups.file().update(Map.of(ConfigKey.REMOTE_RESTORE_STAGING_DIR, path));
    }

    @AfterEach
    void nothingStays() throws IOException {
        staging().sweepJobs(_ -> false, _ -> false);
        assertThat(disk).isEmptyDirectory();
    }

    @AfterAll
    static void close() throws Exception {
        if (disk != null) {
            run("umount", disk);
        }
        if (server != null) {
            server.close();
        }
    }

    private static StagingArea staging() {
        return server.server.plant.staging();
    }

    private static RestoreArguments whole() {
        return RestoreServer.wholeFrom("bob", server.far);
    }

    private static JobOutcome run(JobId job, RestoreArguments arguments) throws Exception {
        return server.server.runAs(
                job, server.server.sessions().createTransfer("userbackup", "bob").id(), arguments);
    }

    private JobOutcome restore() throws Exception {
        return run(job, whole());
    }

    private static String refusal(JobId job) throws Exception {
        if (run(job, whole()) instanceof JobOutcome.Failed(String _, String reason)) {
            return reason;
        }
        throw new AssertionError("it was not refused");
    }

    private void plan() throws Exception {
        assertThat(run(job, whole().within(whole().scope().planned())))
                .isInstanceOf(JobOutcome.Succeeded.class);
    }

    private static void assertDone(JobOutcome outcome) {
        assertThat(outcome).isInstanceOfAny(JobOutcome.Succeeded.class, JobOutcome.Partial.class);
    }

    private Path archive() throws IOException {
        return staging().placeOf(staging().ofJob(job)).resolve("archive");
    }

    private static long fetched() {
        return place.bytesOf(point.archive());
    }

    @Test
    void theArchiveLiesThereForRootAloneUntilTheRestoreEnds() throws Exception {
        plan();

        assertThat(archive()).startsWith(disk).hasSize(point.sizeBytes());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive())))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(archive().getParent())))
                .isEqualTo("rwx------");
        assertThat(bytesBelow(staging().ofJob(job))).isLessThan(4_096);

        assertDone(run(JobId.random(), whole()));

        assertThat(fetched()).isEqualTo(point.sizeBytes());
        assertThat(disk).isEmptyDirectory();
        assertThat(folder.resolve("staging/jobs")).isEmptyDirectory();
    }

    private static long bytesBelow(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /// The daemon dies, and comes back with another configuration.
    @Test
    void aRestoreThatHasBegunKeepsToItsPlace() throws Exception {
        killed();
        long before = Files.size(archive());
        assertThat(before).isPositive();
        configure("");

        assertDone(restore());

        assertThat(fetched()).isEqualTo(point.sizeBytes());
        assertThat(server.server.lastLog()).contains(before + " of " + point.sizeBytes());
    }

    private void killed() {
        place.killAfter(point.sizeBytes() / 2);
        assertThatThrownBy(this::restore).isInstanceOf(MeteredPlace.Killed.class);
        place.killAfter(Long.MAX_VALUE / 2);
    }

    @Test
    void whatAKilledRestoreLeftIsSweptWithItsJob() throws Exception {
        killed();
        assertThat(disk).isNotEmptyDirectory();
        StagingArea again = StagingArea.open(folder.resolve("staging"), new ByteSize(0));

        assertThat(again.sweepJobs(job::equals, _ -> false)).isZero();
        assertThat(disk).isNotEmptyDirectory();
        assertThat(again.sweepJobs(_ -> false, _ -> false)).isEqualTo(1);
        assertThat(disk).isEmptyDirectory();
    }

    @Test
    void anUnmountedDiskIsNotReplacedByAFolder() throws Exception {
        killed();
        assertThat(run("umount", disk)).isTrue();
        Files.delete(disk);
        try {
            assertThat(refusal(job))
                    .contains("remote_restore_staging_dir", "/elsewhere/.packhorse-restore-")
                    .contains("is not there: make the folder, mount its disk");
            assertThat(refusal(JobId.random())).contains("/elsewhere is not there");
            assertThat(disk).doesNotExist();
        } finally {
            Files.createDirectory(disk);
            assertThat(mount()).isTrue();
        }
    }

    @Test
    void aFolderThatOthersCanChangeIsRefused() throws Exception {
        List<String> before = server.server.census();
        Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rwxrwxrwx"));
        try {
            assertThat(refusal(job))
                    .contains("remote_restore_staging_dir cannot be used")
                    .contains("can be changed by others");
        } finally {
            Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(server.server.census()).isEqualTo(before);
        assertThat(fetched()).isZero();
    }

    /// It was root's alone when the first try began.
    @Test
    void soIsAPlaceThatOthersCanChangeByNow() throws Exception {
        killed();
        long before = fetched();
        Files.setAttribute(archive().getParent(), "unix:uid", 1_234);

        assertThat(refusal(job)).contains("it must belong to root");

        assertThat(fetched()).isEqualTo(before);
    }

    @Test
    void aDiskThatIsTooSmallIsToldBeforeAnythingIsFetched() throws Exception {
        try (OutputStream ballast = Files.newOutputStream(disk.resolve("ballast"))) {
            ballast.write(new byte[DISK_BYTES - (int) point.sizeBytes() / 2]);
        }
        try {
            assertThat(refusal(job))
                    .contains("not enough space in " + disk)
                    .contains("remote_restore_staging_dir can name a folder");
            assertThat(fetched()).isZero();
        } finally {
            Files.delete(disk.resolve("ballast"));
        }
    }

    /// What a plan has left on one disk goes for room on that disk, and for no other.
    @Test
    void roomIsGivenUpWhereItIsNeeded() throws Exception {
        plan();
        assertThatThrownBy(() -> staging().requireSpace(folder, Long.MAX_VALUE / 2))
                .isInstanceOf(InsufficientSpaceException.class);
        assertThat(archive()).exists();

        staging().requireSpace(disk, DISK_BYTES - point.sizeBytes() / 2);

        assertThat(disk).isEmptyDirectory();
        assertThat(staging().ofJob(job)).doesNotExist();
    }
}
