package dev.packhorse.transport.gdrive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.server.DriveFake;
import dev.packhorse.transport.server.DriveFakeTokens;
import dev.packhorse.transport.server.DriveFault;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GoogleAuthorisationTest {
    private static final URI BACK = URI.create("https://server.example:2087/back?x=1&y=2");

    private DriveFake drive;
    private GoogleAuthorisation authorisation;

    @BeforeEach
    void open() throws IOException {
        drive = DriveFake.start();
        URI endpoint = URI.create("http://127.0.0.1:" + drive.port() + "/token");
        authorisation = new GoogleAuthorisation(endpoint, Duration.ofSeconds(20));
    }

    @AfterEach
    void close() {
        drive.close();
    }

    private Secret exchange(String secret, String code) throws IOException {
        return authorisation.exchange(
                DriveFakeTokens.CLIENT,
                new Secret(secret),
                new Secret(code),
                BACK,
                Cancellation.never());
    }

    @Test
    void thePageAsksForOurFilesOnlyAndForALastingToken() {
        URI page = authorisation.authorisationUri("id 1", BACK, "st&te");
        assertThat(page.getScheme()).isEqualTo("https");
        assertThat(page.getHost()).isEqualTo("accounts.google.com");
        assertThat(page.getRawQuery().split("&"))
                .containsExactlyInAnyOrder(
                        "access_type=offline",
                        "client_id=id%201",
                        "prompt=consent",
                        "redirect_uri=https%3A%2F%2Fserver.example%3A2087%2Fback%3Fx%3D1%26y%3D2",
                        "response_type=code",
                        "scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fdrive.file",
                        "state=st%26te");
    }

    @Test
    void aCodeBecomesARefreshToken() throws IOException {
        assertThat(exchange(DriveFakeTokens.CLIENT_SECRET, DriveFakeTokens.CODE).reveal())
                .isEqualTo(DriveFakeTokens.REFRESH_TOKEN);
    }

    @Test
    void aWrongCodeOrClientIsDenied() {
        Failures.of(
                Kind.DENIED,
                () -> exchange(DriveFakeTokens.CLIENT_SECRET, "wrong-code"),
                DriveFakeTokens.CLIENT_SECRET,
                DriveFakeTokens.REFRESH_TOKEN,
                "wrong-code");
        Failures.of(
                Kind.DENIED, () -> exchange("wrong-secret", DriveFakeTokens.CODE), "wrong-secret");
    }

    @Test
    void aConsentWithoutTheRightOrWithoutATokenIsRefused() {
        for (String answer :
                new String[] {
                    "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"scope\":\"openid\"}",
                    "{\"access_token\":\"a\"}"
                }) {
            drive.plan("POST /token", new DriveFault.Answer(200, answer, Map.of()));
            TransportException failure =
                    Failures.of(
                            Kind.REFUSED,
                            () -> exchange(DriveFakeTokens.CLIENT_SECRET, DriveFakeTokens.CODE));
            assertThat(failure).hasMessageStartingWith("authorise Google Drive: ");
        }
    }
}
