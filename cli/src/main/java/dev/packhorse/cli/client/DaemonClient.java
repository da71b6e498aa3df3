package dev.packhorse.cli.client;

import dev.packhorse.cli.client.ClientException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls functions of the running daemon as root. One thread.
public final class DaemonClient implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration ANSWER = Duration.ofMinutes(2);

    private final URI address;
    private final String token;
    private final HttpClient http;

    /// Finds the daemon of a state folder; no call is made yet.
    ///
    /// @throws ClientException if there is none, or its token may not be read
    public DaemonClient(StateFolder state) throws ClientException {
        this.address = state.address();
        this.token = state.rootToken();
        this.http = connect(state);
    }

    private HttpClient connect(StateFolder state) throws ClientException {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofSeconds(10));
        if (address.getScheme().equals("https") && Files.exists(state.certificate())) {
            try {
                builder.sslContext(PinnedCertificate.context(state.certificate()));
            } catch (IOException | GeneralSecurityException e) {
                throw new ClientException(Kind.UNREACHABLE, "cannot use " + state.certificate(), e);
            }
        }
        return builder.build();
    }

    /// Calls a function and returns its `data`, a missing node if it has none.
    ///
    /// @throws ClientException if there is no answer, or `result` is 0; then the message is the
    ///   reason
    public JsonNode call(String function, Parameters parameters) throws ClientException {
        return call(function, parameters, ANSWER);
    }

    /// Calls a function that may take longer than most, as [#call(String, Parameters)] does.
    ///
    /// @param within how long to wait for the answer
    public JsonNode call(String function, Parameters parameters, Duration within)
            throws ClientException {
        JsonNode envelope = envelope(function, parameters, within);
        JsonNode metadata = envelope.path("metadata");
        if (metadata.path("result").asInt(0) != 1) {
            throw new ClientException(
                    Kind.FAILED, metadata.path("reason").asString("the call failed"), null);
        }
        return envelope.path("data");
    }

    /// Calls a function and returns the whole answer, whatever its result.
    ///
    /// @throws ClientException if there is no answer
    public JsonNode envelope(String function, Parameters parameters) throws ClientException {
        return envelope(function, parameters, ANSWER);
    }

    private JsonNode envelope(String function, Parameters parameters, Duration within)
            throws ClientException {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve("/json-api/" + function))
                        .timeout(within)
                        .header("Authorization", "whm root:" + token)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(parameters.encoded()))
                        .build();
        try {
            HttpResponse<InputStream> response =
                    http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return read(response.statusCode(), body);
            }
        } catch (ConnectException e) {
            throw new ClientException(
                    Kind.UNREACHABLE, "the daemon at " + address + " does not answer", e);
        } catch (IOException e) {
            throw new ClientException(
                    Kind.UNREACHABLE, "talking to " + address + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new ClientException(Kind.UNREACHABLE, "interrupted", e);
        }
    }

    private static JsonNode read(int status, InputStream body) throws IOException, ClientException {
        if (status == 401 || status == 403) {
            throw new ClientException(Kind.DENIED, "the daemon refuses our token", null);
        }
        if (status != 200) {
            throw new ClientException(
                    Kind.UNREACHABLE, "the daemon answers with HTTP status " + status, null);
        }
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new ClientException(Kind.UNREACHABLE, "the daemon's answer is not JSON", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
