package dev.packhorse.transport.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The B2 service as Backblaze's own Python library simulates it, on loopback, started once a JVM.
///
/// @param endpoint its address, without TLS
public record B2Simulator(String endpoint, String keyId, String key, String bucketId) {
    private static final Path FRONT =
            Path.of("../transports/src/test/b2-simulator/front.py").toAbsolutePath().normalize();
    private static final Pattern READY =
            Pattern.compile("\\{\"key_id\": \"(.*)\", \"key\": \"(.*)\", \"bucket_id\": \"(.*)\"}");
    private static @Nullable B2Simulator shared;

    /// The service. A test on a machine without the library is skipped.
    public static synchronized B2Simulator shared() {
        boolean present = Files.exists(Path.of("/usr/lib/python3/dist-packages/b2sdk"));
        assumeTrue(present, "needs python3-b2sdk");
        B2Simulator known = shared;
        if (known == null) {
            try {
                known = start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            shared = known;
        }
        return known;
    }

    private static B2Simulator start() throws IOException {
        int port = ServerProcess.freePort();
        ServerProcess server =
                ServerProcess.start(
                        "b2",
                        ServerProcess.folder("b2"),
                        List.of("/usr/bin/python3", FRONT.toString(), String.valueOf(port)),
                        Map.of());
        server.await("its first line", () -> READY.matcher(server.output()).find());
        Matcher ready = READY.matcher(server.output());
        if (!ready.find()) {
            throw new IOException("no first line: " + server.output());
        }
        return new B2Simulator(
                "http://127.0.0.1:" + port, ready.group(1), ready.group(2), ready.group(3));
    }

    /// Lets the current login expire.
    public void expireLogin() throws IOException {
        admin("/admin/expire");
    }

    /// Lets the next uploads in one piece fail with 503.
    public void failUploads(int count) throws IOException {
        admin("/admin/fail-uploads?" + count);
    }

    private void admin(String path) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(
                    HttpRequest.newBuilder(URI.create(endpoint + path))
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
