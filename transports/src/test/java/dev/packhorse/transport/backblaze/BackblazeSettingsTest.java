package dev.packhorse.transport.backblaze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackblazeSettingsTest {
    private static final Map<String, String> LEAST =
            Map.of("bucket_id", "4a48fe8875c6214145260818", "application_key_id", "0014a48fe");

    private static BackblazeSettings read(Map<String, String> more) throws TransportException {
        TreeMap<String, String> values = new TreeMap<>(LEAST);
        values.putAll(more);
        return BackblazeSettings.of(
                new TransportSettings(
                        values,
                        new TreeMap<>(Map.of("application_key", new Secret("k"))),
                        Duration.ofSeconds(60)));
    }

    private static BackblazeSettings settings(String endpoint, String folder, String part) {
        return new BackblazeSettings(
                URI.create(endpoint),
                "4a48fe8875c6214145260818",
                folder,
                "0014a48fe",
                new Secret("k"),
                ByteSize.parse(part),
                Duration.ofSeconds(60));
    }

    @Test
    void defaults() throws TransportException {
        assertThat(read(Map.of())).isEqualTo(settings("https://api.backblazeb2.com", "", "8MiB"));
    }

    @Test
    void everySettingIsRead() throws TransportException {
        Map<String, String> all =
                Map.of("endpoint", "http://127.0.0.1:80", "path", "/a//b/", "part_size", "64MiB");
        assertThat(read(all)).isEqualTo(settings("http://127.0.0.1:80", "a/b", "64MiB"));
    }

    @ParameterizedTest
    @CsvSource({
        "endpoint, http://api.example.com",
        "endpoint, https://u@api.example.com",
        "bucket_id, ../x",
        "path, a/../b",
        "part_size, 1MiB",
        "part_size, big"
    })
    void whatIsWrongIsNamed(String name, String value) {
        assertThatThrownBy(() -> read(Map.of(name, value)))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(name + " must");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://169.254.169.254", "https://0xa9fea9fe:443"})
    void aServiceOfACloudIsNoEndpoint(String endpoint) {
        assertThatThrownBy(() -> read(Map.of("endpoint", endpoint)))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("no places for backups");
    }

    @Test
    void whatIsMissingIsNamed() {
        for (String name : LEAST.keySet()) {
            assertThatThrownBy(() -> read(Map.of(name, "")))
                    .hasMessageContaining(name + " is missing");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://api002.backblazeb2.com, true",
        "https://pod-000-1005-03.backblaze.com/b2api/v4/b2_upload_file, true",
        "http://api002.backblazeb2.com, false",
        "https://backblazeb2.com.evil.example, false",
        "https://evilbackblaze.com, false",
        "https://u@f002.backblazeb2.com, false",
        "https://127.0.0.1, false"
    })
    void onlyTheServicesOwnAddressesAreTrusted(String address, boolean trusted)
            throws TransportException {
        assertThat(read(Map.of()).trusts(URI.create(address))).isEqualTo(trusted);
    }
}
