package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The real daemon under a service manager, while the PostgreSQL of its store is away: it lives,
/// says so, and goes on by itself.
class StoreAwayTest {
    private static final Duration WATCHDOG = Duration.ofSeconds(3);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir private Path work;
    private SharedStore store;
    private NotifySocket systemd;

    @BeforeEach
    void start() throws Exception {
        DemoServer.write(work.resolve("server"), 50);
        store = SharedStore.start(work);
        systemd = NotifySocket.open(work);
    }

    @AfterEach
    void stop() {
        if (systemd != null) {
            systemd.close();
        }
        if (store != null) {
            store.close();
        }
    }

    private Process begin() throws IOException {
        List<String> settings = new ArrayList<>(store.settings());
        settings.addAll(List.of("queue.lease=4s", "notify.mail.to=admin@packhorse.example"));
        return DaemonUnderTest.begin(
                work, systemd.environment(WATCHDOG), settings.toArray(String[]::new));
    }

    @Test
    void theWatchdogIsFedWhileTheStoreIsAway() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.serving(work, begin())) {
            DaemonUnderTest.await(LIMIT, () -> health(daemon) == 200);
            store.kill();
            DaemonUnderTest.await(LIMIT, () -> health(daemon) == 503);
            assertCallsAreRefusedForNow(daemon);
            DaemonUnderTest.await(LIMIT, () -> daemon.said("the store is away"));
            long before = systemd.count("WATCHDOG=1");
            // Longer than four intervals, as each is fed three times.
            DaemonUnderTest.await(
                    LIMIT, () -> !daemon.isAlive() || systemd.count("WATCHDOG=1") >= before + 12);
            assertThat(daemon.isAlive()).isTrue();
            assertThat(health(daemon)).isEqualTo(503);
            store.restart();
            DaemonUnderTest.await(LIMIT, () -> health(daemon) == 200);
            DaemonUnderTest.await(LIMIT, () -> isTold(daemon));
            assertBacksUp(daemon);
            assertThat(daemon.stop()).isZero();
            assertThat(systemd.count("STOPPING=1")).isOne();
        }
    }

    @Test
    void aStartWaitsForTheStore() throws Exception {
        store.kill();
        Process process = begin();
        try {
            DaemonUnderTest.await(
                    LIMIT,
                    () -> !process.isAlive() || systemd.count("STATUS=waiting for the store") >= 3);
            assertThat(process.isAlive()).as(Files.readString(work.resolve("daemon.log"))).isTrue();
            assertThat(systemd.count("EXTEND_TIMEOUT_USEC=")).isGreaterThanOrEqualTo(3);
            assertThat(systemd.count("READY=1")).isZero();
            store.restart();
            try (DaemonUnderTest daemon = DaemonUnderTest.serving(work, process)) {
                DaemonUnderTest.await(LIMIT, () -> systemd.count("READY=1") == 1);
                DaemonUnderTest.await(LIMIT, () -> isTold(daemon));
                assertBacksUp(daemon);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aStopEndsTheWaitInOrder() throws Exception {
        store.kill();
        Process process = begin();
        try {
            DaemonUnderTest.await(
                    LIMIT,
                    () -> !process.isAlive() || systemd.count("STATUS=waiting for the store") >= 1);
            process.destroy();
            DaemonUnderTest.await(LIMIT, () -> !process.isAlive());
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private void assertCallsAreRefusedForNow(DaemonUnderTest daemon) throws Exception {
        assertThat(
                        daemon.envelope(
                                        "packhorse_backup_start",
                                        new Parameters().add("user", "bob"))
                                .at("/metadata/reason")
                                .asString(""))
                .contains("The store of this server does not answer; try again later.");
        String address = Files.readString(work.resolve("state/http.address")).strip();
        String token = Files.readString(work.resolve("state/root.token")).strip();
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(address + "/json-api/packhorse_job_list?api.version=1"))
                        .header("Authorization", "whm root:" + token)
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("30");
            assertThat(answer.body()).contains("\"result\":0");
        }
    }

    private static void assertBacksUp(DaemonUnderTest daemon) throws ClientException {
        String job =
                daemon.call("packhorse_backup_start", new Parameters().add("user", "bob"))
                        .path("job")
                        .asString("");
        assertThat(daemon.awaitEnd(job, LIMIT).path("state").asString("")).isEqualTo("succeeded");
    }

    private static boolean isTold(DaemonUnderTest daemon) {
        try {
            for (JsonNode job :
                    daemon.call("packhorse_job_list", new Parameters().add("kind", "notify"))
                            .path("jobs")) {
                if (job.path("subject").asString("").startsWith("Packhorse::StoreAway")) {
                    return true;
                }
            }
            return false;
        } catch (ClientException e) {
            throw new AssertionError(e);
        }
    }

    private int health(DaemonUnderTest daemon) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String address = Files.readString(work.resolve("state/http.address")).strip();
            HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/health")).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("alive: " + daemon.isAlive(), e);
        }
    }
}
