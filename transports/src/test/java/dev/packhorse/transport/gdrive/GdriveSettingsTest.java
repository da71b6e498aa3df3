package dev.packhorse.transport.gdrive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GdriveSettingsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static DrivePlace place() {
        DrivePlace place = DrivePlace.at(1);
        place.values().remove("endpoint");
        place.values().remove("token_endpoint");
        return place;
    }

    @ParameterizedTest
    @CsvSource({
        "folder, ''",
        "folder, /",
        "folder, a/../b",
        "client_id, ''",
        "endpoint, https://drive.example/",
        "endpoint, http://127.0.0.1.example/",
        "endpoint, http://127.0.0.1@drive.example/",
        "token_endpoint, http://10.0.0.1/token",
        "service_account, keys/account.json"
    })
    void aWrongSettingIsNamed(String name, String value) {
        assertThat(
                        Failures.of(
                                Kind.REFUSED,
                                () ->
                                        GdriveSettings.of(
                                                place().with(name, value).settings(TIMEOUT))))
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret", "refresh_token"})
    void theSecretsOfAConsentMustBeThere(String name) {
        assertThat(
                        Failures.of(
                                Kind.REFUSED,
                                () ->
                                        GdriveSettings.of(
                                                place().withSecret(name, "").settings(TIMEOUT))))
                .hasMessageContaining(name);
    }

    @Test
    void secretsAreInNoText() throws TransportException {
        DrivePlace place = place();
        GdriveSettings settings = GdriveSettings.of(place.settings(TIMEOUT));
        place.secrets()
                .values()
                .forEach(secret -> assertThat(settings.toString()).doesNotContain(secret));
    }

    @ParameterizedTest
    @CsvSource({
        "https://www.googleapis.com/upload/drive/v3/files?upload_id=x, true",
        "https://storage.googleapis.com/x, true",
        "http://www.googleapis.com/x, false",
        "https://www.googleapis.com:8443/x, false",
        "https://evilgoogleapis.com/x, false",
        "https://www.googleapis.com@evil.example/x, false",
        "https://www.googleapis.com.evil.example/x, false",
        "http://127.0.0.1:80/x, false"
    })
    void contentGoesToGoogleOnly(URI address, boolean trusted) throws TransportException {
        assertThat(GdriveSettings.of(place().settings(TIMEOUT)).trusts(address)).isEqualTo(trusted);
    }
}
