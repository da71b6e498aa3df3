package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    @Test
    void theEndIsAskedForWhenTheTimeIsUp() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (TimeLimit limit = TimeLimit.of(Duration.ofMillis(20), Cancellation.never())) {
            limit.onRequest(told::countDown);
            assertThat(told.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(limit.hasExpired()).isTrue();
            assertThat(limit.isRequested()).isTrue();
        }
    }

    @Test
    void aRequestFromOutsideIsNoExpiry() {
        CancellationSource outer = new CancellationSource();
        try (TimeLimit limit = TimeLimit.of(Duration.ofHours(1), outer)) {
            assertThat(limit.isRequested()).isFalse();
            outer.request();
            assertThat(limit.isRequested()).isTrue();
            assertThat(limit.hasExpired()).isFalse();
        }
    }

    @Test
    void zeroIsNoLimit() {
        try (TimeLimit limit = TimeLimit.of(Duration.ZERO, Cancellation.never())) {
            assertThat(limit.isRequested()).isFalse();
        }
    }
}
