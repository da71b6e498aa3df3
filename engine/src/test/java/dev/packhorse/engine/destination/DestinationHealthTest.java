package dev.packhorse.engine.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DestinationHealthTest {
    private static final DestinationId PLACE = new DestinationId("A".repeat(24));
    private static final Instant NOW = Instant.parse("2026-11-25T02:00:00Z");

    private final DestinationHealth health = new DestinationHealth();

    @Test
    void fivePassingFailuresOrOneLastingOnePause() {
        for (int i = 1; i < 5; i++) {
            assertThat(health.failed(PLACE, failure(Kind.UNAVAILABLE), NOW)).isEmpty();
        }
        assertThat(health.failed(PLACE, failure(Kind.TIMED_OUT), NOW)).isPresent();
        assertThat(health.admit(PLACE, NOW)).isPresent();
        assertThat(health.admit(PLACE, NOW.plus(Duration.ofMinutes(2)))).isEmpty();
        health.worked(PLACE);
        assertThat(health.failed(PLACE, failure(Kind.FULL), NOW)).isPresent();
    }

    /// A disk that is full here, or an archive that is gone, keeps nobody from a place that is
    /// well.
    @Test
    void whatFailedOnThisSidePausesNoPlace() {
        IOException full = new IOException("No space left on device");
        for (IOException cause : List.of(new OwnSideException(full), new SourceException(full))) {
            for (Kind kind : Kind.values()) {
                for (int i = 0; i < 6; i++) {
                    TransportException failure = new TransportException(kind, "put k", cause);
                    assertThat(health.failed(PLACE, failure, NOW)).as("%s", kind).isEmpty();
                }
            }
        }
        assertThat(health.admit(PLACE, NOW)).isEmpty();
    }

    private static TransportException failure(Kind kind) {
        return new TransportException(kind, "put k: on purpose");
    }
}
