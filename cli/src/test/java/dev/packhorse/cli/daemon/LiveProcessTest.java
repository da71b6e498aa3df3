package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A backup as a client of `/events` and `/logs/` sees it, and the stop of a daemon that is
/// listened to.
class LiveProcessTest {
    @TempDir private Path work;

    @Test
    void aBackupIsFollowedAndItsLogReadAndTheStopIsInOrder() throws Exception {
        DemoServer.write(work.resolve("server"), 5);
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "128m");
                HttpClient http = HttpClient.newHttpClient();
                InputStream body =
                        http.send(
                                        request(daemon, "/events"),
                                        HttpResponse.BodyHandlers.ofInputStream())
                                .body();
                BufferedReader events =
                        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            JsonNode started =
                    daemon.call("packhorse_backup_start", new Parameters().add("user", "alice"));
            String job = started.path("job").asString("");
            List<String> states = new ArrayList<>();
            while (states.isEmpty()
                    || !List.of("succeeded", "partial").contains(states.getLast())) {
                JsonNode event = next(events);
                if (event.path("id").asString("").equals(job) && event.has("to")) {
                    states.add(event.path("to").asString(""));
                }
            }
            assertThat(states).startsWith("pending", "active").hasSize(3);
            assertThat(states.getLast()).isEqualTo(daemon.job(job).path("state").asString(""));

            String log = text(http, daemon, "/logs/jobs/" + job);
            String session = daemon.job(job).path("session").asString("");
            assertThat(log).contains("Packing Homedir");
            assertThat(text(http, daemon, "/logs/sessions/" + session + "/master.log"))
                    .isEqualTo(log);
            assertThat(text(http, daemon, "/logs/jobs/" + job + "?tail=1").lines()).hasSize(1);
            assertThat(text(http, daemon, "/logs/jobs/AAAAAAAAAAAAAAA")).contains("no such log");

            JsonNode openApi = JsonMapper.shared().readTree(text(http, daemon, "/openapi.json"));
            assertThat(openApi.path("paths").has("/json-api/packhorse_backup_start")).isTrue();

            assertThat(daemon.stop()).as("with a listener").isZero();
            assertThat(events.readAllLines()).noneMatch(line -> line.startsWith("event: reset"));
        }
    }

    private static JsonNode next(BufferedReader events) throws IOException {
        String line = events.readLine();
        while (line != null && !line.startsWith("data: ")) {
            line = events.readLine();
        }
        if (line == null) {
            throw new IOException("the stream ended");
        }
        return JsonMapper.shared().readTree(line.substring("data: ".length()));
    }

    private static String text(HttpClient http, DaemonUnderTest daemon, String path)
            throws Exception {
        return http.send(request(daemon, path), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static HttpRequest request(DaemonUnderTest daemon, String path) throws Exception {
        return HttpRequest.newBuilder(URI.create(daemon.state().address() + path))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "whm root:" + daemon.state().rootToken())
                .build();
    }
}
