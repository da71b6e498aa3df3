package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UploadLanesTest {
    @Test
    void eachLaneHasAWorkerAndOneIsLeft() {
        DestinationId place = DestinationId.random();
        Set<String> lanes =
                IntStream.range(0, 100)
                        .mapToObj(i -> UploadLanes.of(place, new AccountName("u" + i)))
                        .collect(Collectors.toSet());
        assertThat(UploadLanes.workers(4, 3)).isEqualTo(3 * lanes.size() + 1);
    }

    @Test
    void thereAreAsManyAsWereAskedForAndNotTooMany() {
        assertThat(UploadLanes.workers(4, 0)).isEqualTo(4);
        assertThat(UploadLanes.workers(64, 3)).isEqualTo(64);
        assertThat(UploadLanes.workers(1, 1)).isEqualTo(3);
        assertThat(UploadLanes.workers(4, 100_000)).isEqualTo(128);
    }
}
