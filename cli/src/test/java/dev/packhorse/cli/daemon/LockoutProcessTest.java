package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.audit.AuditFiles;
import dev.packhorse.engine.demo.DemoServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A real daemon locks a guesser out, also across a kill, and root lets him in again.
class LockoutProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir private Path work;

    private static int guess(DaemonUnderTest daemon) throws Exception {
        String address = Files.readString(daemon.state().path().resolve("http.address")).strip();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address + "/json-api/version?api.version=1"))
                            .header("Authorization", "whm root:WRONG")
                            .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static String kept(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aGuesserStaysLockedOutAcrossAKillUntilRootLetsHimIn() throws Exception {
        DemoServer.write(work.resolve("server"), 20);
        String[] settings = {"http.lockout.failures=3"};
        AuditFiles audit;
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m", settings)) {
            audit = new AuditFiles(daemon.state().path().resolve("audit"));
            for (int i = 0; i < 3; i++) {
                assertThat(guess(daemon)).isEqualTo(403);
            }
            assertThat(guess(daemon)).isEqualTo(429);
            Path file = daemon.state().path().resolve("lockouts.json");
            DaemonUnderTest.await(LIMIT, () -> kept(file).contains("locked_until"));
            daemon.kill();
        }
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m", settings)) {
            assertThat(guess(daemon)).isEqualTo(429);
            JsonNode list = daemon.call("packhorse_lockout_list", new Parameters());
            assertThat(list.path("lockouts").path(0).path("address").asString(""))
                    .isEqualTo("127.0.0.1");
            JsonNode cleared =
                    daemon.call(
                            "packhorse_lockout_clear",
                            new Parameters().add("address", "127.0.0.1"));
            assertThat(cleared.path("cleared").asInt(0)).isEqualTo(2);
            assertThat(guess(daemon)).isEqualTo(403);
        }
        List<String> lines = new ArrayList<>();
        audit.forEach(lines::add);
        assertThat(lines)
                .anyMatch(line ->
                        line.contains("\"event\":\"locked_out\"")
                                && line.contains("3 wrong logins"))
                .anyMatch(line -> line.contains("\"function\":\"packhorse_lockout_clear\""));
        assertThat(audit.check().firstBreak()).isEmpty();
    }
}
