package dev.packhorse.engine.component.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.component.TextSource;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LegacyCertificatesTest {
    @TempDir Path folder;

    @Test
    void keyCertificateAndChainOfAHostComeTogether() throws Exception {
        TextSource source =
                TextSource.of(
                        folder,
                        Map.of(
                                "sslkeys/www.demo.example.key", "KEY",
                                "sslcerts/www.demo.example.crt", "LEAF",
                                "sslcerts/www.demo.example.cabundle", "CHAIN",
                                "sslkeys/old.example.key", "OLD KEY",
                                "sslcerts/old.example.crt", "OLD LEAF"));
        assertThat(LegacyCertificates.read(source))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "demo.example", "KEY\nLEAF\nCHAIN",
                                "old.example", "OLD KEY\nOLD LEAF\n"));
    }

    @Test
    void aKeyWithoutItsCertificateIsNoBundle() throws Exception {
        TextSource source =
                TextSource.of(
                        folder,
                        Map.of(
                                "sslkeys/demo.example.key", "KEY",
                                "sslcerts/www.demo.example.crt", "LEAF",
                                "sslkeys/readme.txt", "text"));
        assertThat(LegacyCertificates.read(source)).isEmpty();
    }

    @Test
    void aFileLargerThanAnyKeyIsNotRead() throws Exception {
        TextSource source =
                TextSource.of(
                        folder,
                        Map.of(
                                "sslkeys/demo.example.key",
                                "K".repeat(PemBundle.MAX_BYTES + 1),
                                "sslcerts/demo.example.crt",
                                "LEAF"));
        assertThat(LegacyCertificates.read(source)).isEmpty();
    }
}
