package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is told while packing and restoring, from which the command line draws its bar. Needs root,
/// for files of other users.
class LookOnTest {
    private static final int LARGE_BYTES = 48 << 20;

    @TempDir static Path folder;

    private static RestoreServer server;

    @BeforeAll
    static void demo() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        Path video = server.root.resolve("/home/bob/video.bin");
        byte[] bytes = new byte[LARGE_BYTES];
        new Random(6).nextBytes(bytes);
        Files.write(video, bytes);
        int uid = server.services.accounts().find(new AccountName("bob")).orElseThrow().uid();
        Files.setAttribute(video, "unix:uid", uid);
        Files.setAttribute(video, "unix:gid", uid);
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    /// A job that somebody looks on at.
    private record Watched(TestJob job, List<Progress> told) implements JobContext {
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
        public void progress(String json) {
            told.add(JobJson.read(json, Progress.class));
        }

        @Override
        public void mark(Optional<String> resumeMark) {}
    }

    private static List<Progress> watch(JobHandler handler, JobKind kind, Object arguments)
            throws Exception {
        TestJob job =
                TestJob.of(
                        JobId.random(),
                        kind,
                        "bob",
                        arguments,
                        RestoreServer.NOW,
                        Cancellation.never());
        List<Progress> told = new ArrayList<>();
        JobOutcome outcome = handler.run(new Watched(job, told)).outcome();
        assertThat(outcome).isInstanceOfAny(JobOutcome.Succeeded.class, JobOutcome.Partial.class);
        assertThat(told).extracting(Progress::bytes).isSortedAccordingTo(Comparator.naturalOrder());
        return told;
    }

    private static List<Progress> packing(String date) throws Exception {
        BackupHandler handler =
                new BackupHandler(
                        server.plant,
                        server.backups,
                        server.destinations,
                        Rooms.ample(
                                server.backups,
                                new JdbcJobQueue(
                                        server.store,
                                        InstantSource.fixed(RestoreServer.NOW),
                                        WorkListener.none()),
                                server.catalog,
                                server.destinations),
                        new PinStore(server.root.resolve("/pins.yaml")),
                        new RetentionRecord(server.root.resolve("/retention.yaml")));
        return watch(
                handler,
                JobKind.BACKUP,
                new BackupArguments("bob", List.of(Tier.DAILY), date, "", ""));
    }

    @Test
    void packingIsMeasuredByTheArchiveBefore() throws Exception {
        List<Progress> first = packing("2026-11-22");
        List<Progress> second = packing("2026-11-23");

        assertThat(first).isNotEmpty().allMatch(each -> each.expectedBytes() == 0);
        assertThat(second).extracting(Progress::expectedBytes).containsOnly(expected(second));
        assertThat(expected(second)).isBetween((long) LARGE_BYTES, LARGE_BYTES + (16L << 20));
        assertThat(second.getLast().bytes())
                .isBetween(expected(second) - (16L << 20), expected(second));
        assertThat(second).extracting(Progress::stage).containsOnly("packing");
    }

    private static long expected(List<Progress> told) {
        return told.getLast().expectedBytes();
    }

    @Test
    void restoringIsMeasuredByTheArchiveItself() throws Exception {
        server.backUp("bob");
        List<Progress> told =
                watch(
                        server.handler(),
                        JobKind.RESTORE,
                        RestoreServer.whole("bob")
                                .withSession(
                                        server.sessions()
                                                .createTransfer("userbackup", "bob")
                                                .id()
                                                .value()));

        assertThat(told).extracting(Progress::expectedBytes).containsOnly(expected(told));
        assertThat(expected(told)).isGreaterThan(LARGE_BYTES);
        assertThat(told)
                .filteredOn(each -> each.stage().equals("restoring Homedir"))
                .as("the large file alone is told of twice")
                .hasSizeGreaterThan(2);
        assertThat(told.getLast().bytes())
                .as("kept by the modules behind the home")
                .isBetween((long) LARGE_BYTES, expected(told));
    }
}
