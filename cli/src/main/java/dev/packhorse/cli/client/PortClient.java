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

/// Calls over the daemon's port.
final class PortClient implements AutoCloseable {
    private final URI address;
    private final HttpClient http;

    PortClient(URI address, StateFolder state) throws ClientException {
        this.address = address;
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
        this.http = builder.build();
    }

    <T> T send(DaemonLink.Request call, DaemonLink.AnswerReader<T> reader)
            throws IOException, ClientException {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve(call.path()))
                        .timeout(call.within())
                        .header("Authorization", call.authorization())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(call.form()))
                        .build();
        try {
            HttpResponse<InputStream> response =
                    http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return reader.read(response.statusCode(), body);
            }
        } catch (ConnectException e) {
            throw new ClientException(
                    Kind.UNREACHABLE, "the daemon at " + address + " does not answer", e);
        } catch (InterruptedException e) {
            throw new ClientException(Kind.UNREACHABLE, "interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
