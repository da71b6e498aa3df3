package dev.packhorse.transport.backblaze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The fields are those of the documentation of b2_list_file_versions.
class B2FileTest {
    private static Optional<Instant> lock(String retention, String hold) {
        String text =
                """
                {"fileName": "x", "fileId": "4_z1", "action": "upload", "contentLength": 3,
                 "uploadTimestamp": 1764000000000,
                 "fileRetention": {"isClientAuthorizedToRead": true, "value": %s},
                 "legalHold": {"isClientAuthorizedToRead": true, "value": %s}}
                """
                        .formatted(retention, hold);
        return B2File.of(new JsonMapper().readTree(text)).info(new ObjectKey("x")).lockedUntil();
    }

    @Test
    void aRetentionIsALock() {
        assertThat(
                        lock(
                                "{\"mode\": \"governance\", \"retainUntilTimestamp\": 1765000000000}",
                                "null"))
                .contains(Instant.ofEpochMilli(1_765_000_000_000L));
        assertThat(lock("{\"mode\": null, \"retainUntilTimestamp\": null}", "\"off\"")).isEmpty();
        assertThat(lock("null", "null")).as("a key that may not see it").isEmpty();
    }

    @Test
    void aHoldHasNoEnd() {
        assertThat(lock("{\"mode\": \"governance\", \"retainUntilTimestamp\": 5}", "\"on\""))
                .contains(ObjectInfo.FOR_EVER);
    }
}
