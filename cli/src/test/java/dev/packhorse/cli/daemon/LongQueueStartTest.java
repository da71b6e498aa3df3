package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreSettings;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A daemon whose queue has 20,000 rows is killed under load and started again. The bound that
/// holds on a machine of its own: `-Dpackhorse.bounds=tight`.
class LongQueueStartTest {
    private static final boolean TIGHT = "tight".equals(System.getProperty("packhorse.bounds"));
    private static final Duration LONGEST = TIGHT ? Duration.ofSeconds(10) : Duration.ofSeconds(90);
    private static final int ROWS = 20_000;
    private static final int THREADS = 4;
    private static final Set<JobKind> PACKING = Set.of(JobKind.BACKUP);
    private static final String NODE = "host.packhorse.example";

    @TempDir private Path work;

    @Test
    void withAnEmbeddedStore() throws Exception {
        Path state = Files.createDirectory(work.resolve("state"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        fill(StoreSettings.h2(state.resolve("packhorse")));
        killAndStart("H2", List.of());
    }

    @Test
    void withASharedStore() throws Exception {
        try (SharedStore store = SharedStore.start(work)) {
            fill(
                    new StoreSettings(
                            store.settings().getFirst().replace("database.url=", ""),
                            "packhorse",
                            new Secret(Files.readString(work.resolve("store.password"))),
                            8));
            killAndStart("PostgreSQL", store.settings());
        }
    }

    /// A part has ended, the others wait; none is begun, so that they are all there after the kill.
    private static void fill(StoreSettings settings) throws Exception {
        try (Store store = Store.open(settings)) {
            JdbcJobQueue queue =
                    new JdbcJobQueue(
                            store, store.clock(InstantSource.system()), WorkListener.none());
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int thread = 0; thread < THREADS; thread++) {
                int from = thread;
                Thread one = Thread.ofPlatform().unstarted(() -> add(queue, from));
                one.setUncaughtExceptionHandler((_, failure) -> failures.add(failure));
                one.start();
                threads.add(one);
            }
            for (Thread one : threads) {
                one.join();
            }
            assertThat(failures).isEmpty();
            queue.setPaused(JobKind.BACKUP, true, "test");
        }
    }

    private static void add(JdbcJobQueue queue, int from) {
        for (int i = from; i < ROWS; i += THREADS) {
            String account = "account" + i;
            JobRequest request =
                    JobRequest.of(
                                    JobKind.BACKUP,
                                    account,
                                    "root",
                                    "{\"account\":\"" + account + "\"}")
                            .withUniqueKey("backup:" + account)
                            .withExclusiveKey("account:" + account)
                            .onNode(NODE);
            queue.enqueue(request);
            if (i % 20 == 0) {
                end(queue, "w" + from);
            }
        }
    }

    private static void end(JdbcJobQueue queue, String worker) {
        try {
            Lease lease = queue.claim(worker, NODE, PACKING, Duration.ofMinutes(10)).orElseThrow();
            queue.finish(lease, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        } catch (dev.packhorse.engine.queue.LeaseLostException e) {
            throw new AssertionError(e);
        }
    }

    private void killAndStart(String kind, List<String> settings) throws Exception {
        DemoServer.write(work.resolve("server"), 50);
        String accepted;
        try (DaemonUnderTest daemon = start(settings)) {
            assertThat(rows(daemon)).isEqualTo(ROWS);
            accepted =
                    daemon.call("packhorse_backup_start", new Parameters().add("user", "alice"))
                            .path("job")
                            .asString("");
            daemon.kill();
        }
        long began = System.nanoTime();
        try (DaemonUnderTest again = start(settings)) {
            assertThat(again.job(accepted).path("state").asString("")).isEqualTo("pending");
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            System.out.printf(
                    "figure: %s with %d queue rows serves %.1f s after a kill%n",
                    kind, ROWS, took.toMillis() / 1e3);
            assertThat(took).isLessThan(LONGEST);
            assertThat(rows(again)).isEqualTo(ROWS + 1);
            assertThat(JobId.isValid(accepted)).isTrue();
        }
    }

    private DaemonUnderTest start(List<String> settings) throws IOException {
        return DaemonUnderTest.start(work, "256m", settings.toArray(String[]::new));
    }

    private static int rows(DaemonUnderTest daemon) throws ClientException {
        int sum = 0;
        for (JsonNode count :
                daemon.call("packhorse_status", new Parameters()).path("jobs").path("backup")) {
            sum += count.asInt();
        }
        return sum;
    }
}
