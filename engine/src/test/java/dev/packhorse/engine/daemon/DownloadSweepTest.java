package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long downloads stay.
class DownloadSweepTest {
    private static final Duration LEASE = Duration.ofMinutes(1);

    @TempDir Path folder;

    private final SettableClock clock = SettableClock.somewhere();
    private Store store;
    private JdbcJobQueue queue;
    private StagingArea staging;
    private DownloadSweep sweep;

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(Files.createDirectories(folder.resolve("store")));
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        staging = StagingArea.open(folder.resolve("staging"), new ByteSize(0));
        sweep = new DownloadSweep(queue, staging, clock);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private JobId enqueued(String account) {
        return queue.enqueue(JobRequest.of(JobKind.RESTORE, account, "root", "{}")).id();
    }

    private void download(JobId job) throws IOException {
        Files.createDirectories(staging.ofJob(job));
        Files.write(staging.ofJob(job).resolve("archive"), new byte[1_000]);
    }

    private void finish() throws Exception {
        Lease lease = queue.claim("w", "node", Set.of(JobKind.RESTORE), LEASE).orElseThrow();
        queue.finish(lease, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
    }

    @Test
    void whatAPlanHasFetchedGoesADayAfterItsEnd() throws Exception {
        JobId plan = enqueued("alice");
        clock.advance(Duration.ofDays(3));
        download(plan);
        staging.leaveOfJob(plan);
        sweep.run();
        assertThat(staging.ofJob(plan)).as("the queue knows of no end yet").exists();
        finish();

        clock.advance(Duration.ofHours(23));
        sweep.run();
        assertThat(staging.ofJob(plan)).exists();

        clock.advance(Duration.ofHours(2));
        sweep.run();
        assertThat(staging.ofJob(plan)).doesNotExist();
    }

    @Test
    void whatIsNotLeftToOthersGoesWithItsJob() throws Exception {
        JobId restore = enqueued("alice");
        download(restore);
        sweep.run();
        assertThat(staging.ofJob(restore)).exists();

        finish();
        sweep.run();

        assertThat(staging.ofJob(restore)).doesNotExist();
    }

    @Test
    void whatIsOfNoJobGoes() throws Exception {
        JobId unknown = JobId.random();
        download(unknown);
        staging.leaveOfJob(unknown);

        sweep.run();

        assertThat(staging.ofJob(unknown)).doesNotExist();
    }
}
