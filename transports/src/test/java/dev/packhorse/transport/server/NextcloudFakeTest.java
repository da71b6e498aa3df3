package dev.packhorse.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The fake refuses what Nextcloud refuses.
class NextcloudFakeTest {
    private static final String FOLDER = "/remote.php/dav/uploads/bk/u1";
    private static final String TARGET = "/remote.php/dav/files/bk/whole";

    private NextcloudFake server;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = NextcloudFake.start();
        assertThat(ask("MKCOL", FOLDER + "/", 0, destination())).isEqualTo(201);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Map<String, String> destination() {
        return Map.of("Destination", "http://localhost:" + server.port() + TARGET);
    }

    private int ask(String method, String path, int size, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                        .method(method, BodyPublishers.ofByteArray(new byte[size]))
                        .header("Authorization", "Basic x");
        headers.forEach(request::setHeader);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }

    private int assemble(long total) throws IOException, InterruptedException {
        return ask(
                "MOVE",
                FOLDER + "/.file",
                0,
                Map.of(
                        "Destination",
                        "http://localhost:" + server.port() + TARGET,
                        "OC-Total-Length",
                        String.valueOf(total)));
    }

    @Test
    void chunksArePutTogetherInOrder() throws IOException, InterruptedException {
        assertThat(ask("PUT", FOLDER + "/00002", 7, destination())).isEqualTo(201);
        assertThat(ask("PUT", FOLDER + "/00001", 5 << 20, destination())).isEqualTo(201);
        assertThat(assemble((5 << 20) + 7)).isEqualTo(201);
        assertThat(server.files()).containsOnlyKeys(TARGET);
        assertThat(server.files().get(TARGET)).hasSize((5 << 20) + 7);
    }

    @Test
    void smallChunksWrongTotalsNamesAndMissingDestinationsAreRefused()
            throws IOException, InterruptedException {
        assertThat(ask("PUT", FOLDER + "/00001", 7, Map.of())).isEqualTo(400);
        assertThat(ask("PUT", FOLDER + "/x", 7, destination())).isEqualTo(400);
        assertThat(ask("PUT", FOLDER + "/10001", 7, destination())).isEqualTo(400);
        assertThat(ask("PUT", "/remote.php/dav/uploads/bk/no/1", 7, destination())).isEqualTo(409);
        assertThat(ask("PUT", FOLDER + "/00001", 7, destination())).isEqualTo(201);
        assertThat(assemble(8)).isEqualTo(400);
        assertThat(ask("PUT", FOLDER + "/00002", 7, destination())).isEqualTo(201);
        assertThat(assemble(14)).isEqualTo(400);
    }
}
