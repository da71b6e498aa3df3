package dev.packhorse.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The fake is as strict as what it stands for.
class DriveFakeTest {
    private static final int GRANULE = 256 * 1024;

    private final HttpClient client = HttpClient.newHttpClient();
    private DriveFake drive;
    private String token = "";

    @BeforeEach
    void open() throws Exception {
        drive = DriveFake.start();
        String form =
                "grant_type=refresh_token&client_id="
                        + DriveFakeTokens.CLIENT
                        + "&client_secret="
                        + DriveFakeTokens.CLIENT_SECRET
                        + "&refresh_token="
                        + URLEncoder.encode(DriveFakeTokens.REFRESH_TOKEN, StandardCharsets.UTF_8);
        token = json(send("POST", "/token", form)).path("access_token").asString();
    }

    @AfterEach
    void close() {
        client.close();
        drive.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return send(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private HttpResponse<String> send(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + drive.port()).resolve(path);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .method(method, BodyPublishers.ofByteArray(body))
                        .header("Authorization", "Bearer " + token);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return new JsonMapper().readTree(response.body());
    }

    private String begin(int size) throws Exception {
        HttpResponse<String> begun =
                send(
                        "POST",
                        "/upload/drive/v3/files?uploadType=resumable",
                        "{\"name\":\"n\",\"appProperties\":{\"p\":\"v\"}}",
                        "X-Upload-Content-Length",
                        Integer.toString(size));
        return begun.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> chunk(String session, int from, int length, int size)
            throws Exception {
        String range = "bytes " + from + "-" + (from + length - 1) + "/" + size;
        return send("PUT", session, new byte[length], "Content-Range", range);
    }

    @Test
    void aCallWithoutAValidTokenIsRefused() throws Exception {
        token = "guessed";
        assertThat(send("GET", "/drive/v3/files", "").statusCode()).isEqualTo(401);
    }

    @Test
    void anUploadTellsWhatArrived() throws Exception {
        int size = GRANULE + 5;
        String session = begin(size);
        HttpResponse<String> nothing = send("PUT", session, "", "Content-Range", "bytes */" + size);
        assertThat(nothing.statusCode()).isEqualTo(308);
        assertThat(nothing.headers().firstValue("Range")).isEmpty();
        assertThat(chunk(session, 0, 1000, size).statusCode()).isEqualTo(400);

        HttpResponse<String> first = chunk(session, 0, GRANULE, size);
        assertThat(first.statusCode()).isEqualTo(308);
        assertThat(first.headers().firstValue("Range")).contains("bytes=0-262143");

        HttpResponse<String> wrongPlace = chunk(session, 0, GRANULE, size);
        assertThat(wrongPlace.headers().firstValue("Range")).contains("bytes=0-262143");
        assertThat(drive.stored()).isEmpty();

        HttpResponse<String> last = chunk(session, GRANULE, 5, size);
        assertThat(last.statusCode()).isIn(200, 201);
        String id = json(last).path("id").asString();
        HttpResponse<String> facts =
                send("GET", "/drive/v3/files/" + id + "?fields=size,md5Checksum", "");
        assertThat(json(facts).path("size").asString()).isEqualTo(Integer.toString(size));
        assertThat(json(facts).has("name")).isFalse();
        assertThat(chunk(session, GRANULE, 5, size).statusCode()).isEqualTo(404);
    }

    @Test
    void propertiesAndIdsHaveTheirLimits() throws Exception {
        String tooLong = "{\"appProperties\":{\"p\":\"" + "x".repeat(124) + "\"}}";
        assertThat(send("POST", "/drive/v3/files", tooLong).statusCode()).isEqualTo(400);
        assertThat(send("POST", "/drive/v3/files", "{\"id\":\"mine\"}").statusCode())
                .isEqualTo(400);
        String id =
                json(send("GET", "/drive/v3/files/generateIds", "")).path("ids").path(0).asString();
        String withId = "{\"id\":\"" + id + "\"}";
        assertThat(send("POST", "/drive/v3/files", withId).statusCode()).isEqualTo(200);
        assertThat(send("POST", "/drive/v3/files", withId).statusCode()).isEqualTo(409);
        assertThat(send("POST", "/drive/v3/files", "{\"parents\":[\"nowhere\"]}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aQueryFindsByPropertiesAndOnlyWhatIsNotInTheBin() throws Exception {
        for (int i = 0; i < 3; i++) {
            send("POST", "/drive/v3/files", "{\"appProperties\":{\"p\":\"" + i % 2 + "\"}}");
        }
        String query = "appProperties has { key='p' and value='0' } and trashed = false";
        JsonNode found = found(query);
        assertThat(found.size()).isEqualTo(2);
        String id = found.path(0).path("id").asString();
        send("PATCH", "/drive/v3/files/" + id, "{\"trashed\":true}");
        assertThat(found(query).size()).isEqualTo(1);
        assertThat(send("GET", "/drive/v3/files?q=name", "").statusCode()).isEqualTo(400);
    }

    private JsonNode found(String query) throws Exception {
        String q = URLEncoder.encode(query, StandardCharsets.UTF_8);
        return json(send("GET", "/drive/v3/files?fields=files(id)&q=" + q, "")).path("files");
    }

    @Test
    void aPlannedFaultStrikesOnce() throws Exception {
        drive.plan("GET /drive/v3/about", DriveFault.refusal(403, "userRateLimitExceeded"));
        HttpResponse<String> refused = send("GET", "/drive/v3/about", "");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("userRateLimitExceeded");
        assertThat(send("GET", "/drive/v3/about", "").statusCode()).isEqualTo(200);
    }
}
