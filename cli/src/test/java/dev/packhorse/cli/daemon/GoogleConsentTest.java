package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.client.StateFolder;
import dev.packhorse.engine.daemon.Daemon;
import dev.packhorse.engine.daemon.DaemonStartException;
import dev.packhorse.engine.daemon.OneShotDestination;
import dev.packhorse.engine.daemon.ServiceNotifier;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.settings.SettingsLoader;
import dev.packhorse.transport.gdrive.GoogleAuthorisation;
import dev.packhorse.transport.registry.TransportRegistry;
import dev.packhorse.transport.server.DriveFake;
import dev.packhorse.transport.server.DriveFakeTokens;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// An administrator's way to backups in Google Drive, from the OAuth client to an object that is
/// stored there, through the daemon's port.
class GoogleConsentTest {
    private static final String CLIENT = DriveFakeTokens.CLIENT;

    @TempDir private Path work;

    private DriveFake drive;
    private Settings settings;
    private InstalledDrivers drivers;
    private Daemon daemon;
    private DaemonClient client;

    @BeforeEach
    void start() throws Exception {
        Path etc = Files.createDirectories(work.resolve("server/etc"));
        Files.writeString(etc.resolve("passwd"), "root:x:0:0::/root:/bin/sh\n");
        Files.writeString(etc.resolve("group"), "root:x:0:\n");
        drive = DriveFake.start();
        settings =
                SettingsLoader.load(
                        Optional.empty(),
                        List.of(
                                "host.root=" + work.resolve("server"),
                                "state=" + work.resolve("state"),
                                "http.listen=127.0.0.1:0",
                                "http.tls=off",
                                "host.name=host.packhorse.example",
                                "mysql.enabled=off",
                                "backup.catch_up=0s"));
        URI tokens = URI.create("http://127.0.0.1:" + drive.port() + "/token");
        drivers =
                new InstalledDrivers(
                        TransportRegistry.ofAllDrivers(),
                        new GoogleAuthorisation(tokens, Duration.ofSeconds(20)));
        serve();
    }

    private void serve() throws DaemonStartException, ClientException {
        daemon =
                Daemon.start(settings, drivers, ServiceNotifier.of(Map.of()), () -> {}, _ -> false);
        client = new DaemonClient(new StateFolder(work.resolve("state")), _ -> {});
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        if (daemon != null) {
            daemon.close();
        }
        if (drive != null) {
            drive.close();
        }
    }

    private JsonNode generate() throws ClientException {
        return client.call(
                "backup_generate_google_oauth_uri",
                new Parameters()
                        .add("client_id", CLIENT)
                        .add("client_secret", DriveFakeTokens.CLIENT_SECRET));
    }

    private int exists() throws ClientException {
        return client.call(
                        "backup_does_client_id_have_google_credentials",
                        new Parameters().add("client_id", CLIENT))
                .path("exists")
                .asInt(-1);
    }

    /// What the consent page is asked with under a name.
    private static String asked(JsonNode generated, String name) {
        String raw = URI.create(generated.path("uri").asString("")).getRawQuery();
        for (String pair : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts[0].equals(name)) {
                return URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
            }
        }
        throw new AssertionError(name + " is not asked");
    }

    private String begunState() throws ClientException {
        return asked(generate(), "state");
    }

    /// What Google's redirect makes the browser ask.
    private HttpResponse<String> come(String... namesAndValues) throws Exception {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String value = URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8);
            pairs.add(namesAndValues[i] + "=" + value);
        }
        URI page = daemon.address().resolve("/packhorse/google-drive?" + String.join("&", pairs));
        try (HttpClient browser = HttpClient.newHttpClient()) {
            return browser.send(
                    HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private String addDestination() throws ClientException, IOException {
        String id =
                client.call(
                                "backup_destination_add",
                                new Parameters()
                                        .add("name", "drive")
                                        .add("type", "GoogleDrive")
                                        .add("folder", "backups")
                                        .add("client_id", CLIENT)
                                        .add("client_secret", DriveFakeTokens.CLIENT_SECRET))
                        .path("id")
                        .asString("");
        String fake = "http://127.0.0.1:" + drive.port();
        Path folder = work.resolve("server/var/cpanel/backups");
        try (Stream<Path> files = Files.list(folder)) {
            Path file =
                    files.filter(each -> each.toString().contains(id)).findFirst().orElseThrow();
            Files.writeString(
                    file,
                    Files.readString(file)
                            + "endpoint: '%s'\ntoken_endpoint: '%s/token'\n".formatted(fake, fake));
        }
        return id;
    }

    private JsonNode validate(String id) throws ClientException {
        return client.call("backup_destination_validate", new Parameters().add("id", id));
    }

    @Test
    void consentMakesADestinationWorkAndOutlivesARestart() throws Exception {
        String id = addDestination();
        assertThat(exists()).isZero();
        assertThatThrownBy(() -> validate(id))
                .hasMessageContaining("nobody has consented at Google for client " + CLIENT)
                .hasMessageContaining("backup_generate_google_oauth_uri");

        JsonNode generated = generate();
        assertThat(asked(generated, "client_id")).isEqualTo(CLIENT);
        assertThat(asked(generated, "redirect_uri"))
                .isEqualTo(generated.path("redirect_uri").asString(""))
                .isEqualTo(
                        "http://localhost:"
                                + daemon.address().getPort()
                                + "/packhorse/google-drive");
        HttpResponse<String> page =
                come(
                        "state",
                        asked(generated, "state"),
                        "code",
                        DriveFakeTokens.CODE,
                        "scope",
                        "x");
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(drive.tokens().redirects()).containsExactly(asked(generated, "redirect_uri"));
        assertThat(exists()).isEqualTo(1);
        assertThat(validate(id).path("steps")).isNotEmpty();

        client.close();
        daemon.close();
        serve();
        assertThat(exists()).isEqualTo(1);
        assertThat(validate(id).path("steps")).isNotEmpty();
        try (OneShotDestination destination = new OneShotDestination(settings, drivers);
                Transport transport = destination.open("drive")) {
            assertThat(transport.stat(new ObjectKey("nothing"))).isEmpty();
            assertThatThrownBy(() -> transport.delete(new ObjectKey("nothing")))
                    .hasMessageContaining("opened for reading only");
        }
    }

    @Test
    void aStateIsTheOnlyTicketAndWorksOnce() throws Exception {
        String state = begunState();
        HttpResponse<String> wrong =
                come("state", state.substring(1) + "A", "code", DriveFakeTokens.CODE);
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("This sign-in is not known").doesNotContain(state);
        assertThat(come("code", DriveFakeTokens.CODE).statusCode()).isEqualTo(400);
        assertThat(come("state", state, "state", state, "code", DriveFakeTokens.CODE).statusCode())
                .isEqualTo(400);
        assertThat(exists()).isZero();
        assertThat(drive.tokens().redirects()).isEmpty();

        assertThat(come("state", state, "code", DriveFakeTokens.CODE).statusCode()).isEqualTo(200);
        HttpResponse<String> replayed = come("state", state, "code", DriveFakeTokens.CODE);
        assertThat(replayed.statusCode()).isEqualTo(400);
        assertThat(replayed.body()).contains("This sign-in is not known");
        assertThat(drive.tokens().redirects()).hasSize(1);
    }

    @Test
    void aNoKeepsNothingAndEndsTheSignIn() throws Exception {
        String state = begunState();
        HttpResponse<String> no = come("state", state, "error", "access_denied");
        assertThat(no.statusCode()).isEqualTo(400);
        assertThat(no.body()).contains("Google reports access_denied. Nothing was kept.");
        assertThat(come("state", state, "code", DriveFakeTokens.CODE).statusCode()).isEqualTo(400);
        assertThat(exists()).isZero();
    }

    @Test
    void aCodeThatGoogleDoesNotKnowIsToldWithoutSecrets() throws Exception {
        HttpResponse<String> page = come("state", begunState(), "code", "4/some-other-code");
        assertThat(page.statusCode()).isEqualTo(502);
        assertThat(page.body())
                .startsWith("It did not work: authorise Google Drive: ")
                .doesNotContain(
                        "some-other-code",
                        DriveFakeTokens.CLIENT_SECRET,
                        DriveFakeTokens.REFRESH_TOKEN);
        assertThat(exists()).isZero();
    }

    @Test
    void aForeignHostHeaderChangesNothing() throws Exception {
        JsonNode generated = generate();
        URI address = daemon.address();
        try (var socket = new java.net.Socket(address.getHost(), address.getPort())) {
            String request =
                    "GET /packhorse/google-drive?state="
                            + asked(generated, "state")
                            + "&code="
                            + URLEncoder.encode(DriveFakeTokens.CODE, StandardCharsets.UTF_8)
                            + " HTTP/1.1\r\n"
                            + "Host: evil.example\r\n"
                            + "X-Forwarded-Host: evil.example\r\n"
                            + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain("evil.example");
        }
        assertThat(drive.tokens().redirects()).containsExactly(asked(generated, "redirect_uri"));
    }

    @Test
    void aSignInDiesWithTheDaemon() throws Exception {
        String state = begunState();
        client.close();
        daemon.close();
        serve();
        assertThat(come("state", state, "code", DriveFakeTokens.CODE).statusCode()).isEqualTo(400);
        assertThat(exists()).isZero();
    }
}
