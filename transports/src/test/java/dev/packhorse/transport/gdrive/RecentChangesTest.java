package dev.packhorse.transport.gdrive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RecentChangesTest {
    private static final ObjectKey KEY = new ObjectKey("daily/a");

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-28T00:00:00Z"));
    private final RecentChanges recent = new RecentChanges(now::get);

    @Test
    void changesAreForgottenAfterAnHour() {
        recent.publish(KEY, "id1");
        recent.remove("id0");
        now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(59)));
        recent.publish(new ObjectKey("daily/b"), "id2");
        assertThat(recent.published(KEY)).contains("id1");
        assertThat(recent.isRemoved("id0")).isTrue();
        now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(2)));
        assertThat(recent.published()).containsOnlyKeys(new ObjectKey("daily/b"));
        assertThat(recent.isRemoved("id0")).isFalse();
    }

    @Test
    void whatIsRemovedIsNotPublishedAnyMore() {
        recent.publish(KEY, "id1");
        recent.remove("id1");
        assertThat(recent.published(KEY)).isEmpty();
        assertThat(recent.isRemoved("id1")).isTrue();
    }
}
