package dev.packhorse.transport.s3;

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

class S3SettingsTest {
    private static final Map<String, String> LEAST =
            Map.of("host", "s3.example.com", "bucket", "backups", "aws_access_key_id", "AK");

    private static S3Settings read(String type, Map<String, String> more)
            throws TransportException {
        TreeMap<String, String> values = new TreeMap<>(LEAST);
        values.putAll(more);
        return S3Settings.of(
                type,
                new TransportSettings(
                        values,
                        new TreeMap<>(Map.of("password", new Secret("p"))),
                        Duration.ofSeconds(60)));
    }

    @Test
    void defaults() throws TransportException {
        assertThat(read("S3Compatible", Map.of()))
                .isEqualTo(
                        new S3Settings(
                                URI.create("https://s3.example.com"),
                                "us-east-1",
                                "backups",
                                "",
                                "AK",
                                new Secret("p"),
                                S3Profile.COMPAT,
                                ByteSize.parse("8MiB"),
                                0,
                                Duration.ofSeconds(60)));
        assertThat(read("AmazonS3", Map.of()).endpoint())
                .isEqualTo(URI.create("https://s3.us-east-1.amazonaws.com"));
        assertThat(read("AmazonS3", Map.of()).profile()).isEqualTo(S3Profile.STANDARD);
    }

    /// Fewer in memory are fewer in flight.
    @Test
    void fourPartsOfTheUsualSizeFitTheMemoryForParts() throws TransportException {
        long daemonHeap = ByteSize.parse("256MiB").bytes();
        assertThat(4 * read("AmazonS3", Map.of()).leastPart().bytes())
                .isLessThanOrEqualTo(daemonHeap / 8);
    }

    @Test
    void everySettingIsRead() throws TransportException {
        Map<String, String> all =
                Map.of(
                        "host", "http://10.0.0.5:9000/",
                        "region", "eu-west-1",
                        "folder", "/a//b/",
                        "profile", "Standard",
                        "part_size", "64MiB",
                        "object_lock_days", "30");
        assertThat(read("S3Compatible", all))
                .isEqualTo(
                        new S3Settings(
                                URI.create("http://10.0.0.5:9000"),
                                "eu-west-1",
                                "backups",
                                "a/b",
                                "AK",
                                new Secret("p"),
                                S3Profile.STANDARD,
                                ByteSize.parse("64MiB"),
                                30,
                                Duration.ofSeconds(60)));
        assertThat(read("AmazonS3", Map.of("region", "cn-north-1")).endpoint())
                .isEqualTo(URI.create("https://s3.cn-north-1.amazonaws.com.cn"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://0123abcd.r2.cloudflarestorage.com, true",
        "0123ABCD.EU.R2.CloudflareStorage.com, true",
        "0123abcd.r2.cloudflarestorage.com.example.com, false",
        "r2.example.com, false"
    })
    void cloudflareIsKnownByItsName(String host, boolean even) throws TransportException {
        assertThat(EvenParts.areWanted(read("S3Compatible", Map.of("host", host)))).isEqualTo(even);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user@host",
                "https://host/path",
                "host?x",
                "ftp://host",
                "host:0",
                "host:65536",
                "http://169.254.169.254",
                "169.254.1.1:9000",
                "host.",
                "hóst",
                "-oProxy",
                "a b",
                "host#f",
                "http://"
            })
    void oddHostsAreRefused(String host) {
        assertThatThrownBy(() -> read("S3Compatible", Map.of("host", host)))
                .isInstanceOf(TransportException.class)
                .hasMessageStartingWith("open destination: host ");
    }

    @ParameterizedTest
    @CsvSource({
        "region, EU West",
        "bucket, ../x",
        "folder, a/../b",
        "profile, other",
        "part_size, 1MiB",
        "part_size, 1GiB",
        "part_size, big",
        "object_lock_days, -1"
    })
    void whatIsWrongIsNamed(String name, String value) {
        assertThatThrownBy(() -> read("S3Compatible", Map.of(name, value)))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(name + " must");
    }

    @Test
    void whatIsMissingIsNamed() {
        for (String name : LEAST.keySet()) {
            assertThatThrownBy(() -> read("S3Compatible", Map.of(name, "")))
                    .hasMessageContaining(name + " is missing");
        }
    }
}
