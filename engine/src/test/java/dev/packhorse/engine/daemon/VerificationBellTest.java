package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.jdbc.JdbcCatalog;
import dev.packhorse.engine.jdbc.JdbcDrills;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.retention.ClockGuard;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionPolicy;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.settings.SettingsLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When verification and drills are asked for.
class VerificationBellTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T05:59:00Z"));

    @TempDir Path root;
    private Store store;
    private JdbcJobQueue queue;
    private DestinationStore destinations;

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(root);
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        destinations =
                new DestinationStore(
                        root.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(
                new Destination(
                        DestinationId.random(),
                        DestinationType.LOCAL,
                        "far",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Local("/far", false, false)));
    }

    @AfterEach
    void close() throws StoreException {
        store.close();
    }

    private Verification verification(String... overrides) throws Exception {
        Settings settings = SettingsLoader.load(Optional.empty(), List.of(overrides));
        HostRoot host = new HostRoot(root);
        JdbcCatalog catalog = new JdbcCatalog(store);
        RetentionRecord record = new RetentionRecord(root.resolve("retention.yaml"));
        PrunePlanner planner =
                new PrunePlanner(
                        catalog,
                        queue,
                        new CpanelAccountDirectory(host),
                        new ServerBackups(
                                host,
                                new BackupConfigFile(host.resolve(BackupConfigFile.HOST_PATH))),
                        destinations,
                        RetentionPolicy.USUAL,
                        new PinStore(root.resolve("pins.yaml")),
                        record,
                        new ClockGuard(record, clock, ZoneOffset.UTC),
                        _ -> true);
        return new Verification(
                settings, catalog, new JdbcDrills(store, "node1"), queue, planner, clock, "node1");
    }

    private List<String> asked() {
        return queue.list(JobFilter.of(Set.of(JobKind.VERIFY, JobKind.DRILL), Set.of())).stream()
                .map(Job::request)
                .map(JobRequest::subject)
                .sorted()
                .toList();
    }

    @Test
    void aDayAsksOnceAndFromItsHourOn() throws Exception {
        Verification bell = verification("backup.zone=UTC");
        bell.ring();
        assertThat(asked()).isEmpty();
        clock.advance(Duration.ofMinutes(2));
        bell.ring();
        bell.ring();
        verification("backup.zone=UTC").ring();
        assertThat(asked()).as("nothing is downloaded unasked").containsExactly("local");
        endAll();
        clock.advance(Duration.ofHours(6));
        bell.ring();
        assertThat(asked()).hasSize(1);
        clock.advance(Duration.ofHours(20));
        bell.ring();
        assertThat(asked()).containsExactly("local", "local");
    }

    private void endAll() {
        for (Job job : queue.list(JobFilter.of(Set.of(JobKind.VERIFY), Set.of()))) {
            queue.requestCancel(job.id(), "test");
        }
    }

    @Test
    void aRunThatPacksIsWaitedFor() throws Exception {
        clock.advance(Duration.ofHours(1));
        JobId run = queue.enqueue(JobRequest.of(JobKind.RUN, "x", "root", "{}")).id();
        Verification bell = verification("backup.zone=UTC");
        bell.ring();
        assertThat(asked()).isEmpty();
        queue.requestCancel(run, "test");
        bell.ring();
        assertThat(asked()).containsExactly("local");
    }

    @Test
    void destinationsAndDrillsAreAskedForIfThatIsWanted() throws Exception {
        clock.advance(Duration.ofHours(1));
        verification("backup.zone=UTC", "verify.destinations=on", "drill.enabled=on").ring();
        assertThat(asked()).containsExactly("drill", "far", "local");
    }

    @Test
    void nothingIsAskedForWhereItIsOff() throws Exception {
        clock.advance(Duration.ofHours(1));
        verification("backup.zone=UTC", "verify.enabled=off").ring();
        assertThat(asked()).isEmpty();
    }
}
