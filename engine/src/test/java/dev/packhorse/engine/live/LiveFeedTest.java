package dev.packhorse.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.run.RunProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The feed on the real queue.
class LiveFeedTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir private Path folder;

    private LiveFeed feed = new LiveFeed();
    private List<RunProgress> underWay = List.of();
    private Optional<Store> store = Optional.empty();
    private Optional<JdbcJobQueue> opened = Optional.empty();

    @BeforeEach
    void open() throws Exception {
        store = Optional.of(TestStore.h2(folder));
        opened = Optional.of(new JdbcJobQueue(store.get(), InstantSource.system(), feed));
    }

    @AfterEach
    void close() throws Exception {
        feed.close();
        if (store.isPresent()) {
            store.get().close();
        }
    }

    private JdbcJobQueue queue() {
        return opened.orElseThrow();
    }

    private void start() {
        feed.start(queue(), () -> underWay);
    }

    private static LiveEvent next(Subscription events) {
        return events.next(LONG).orElseThrow(() -> new AssertionError("nothing came"));
    }

    private static JsonNode data(LiveEvent event) {
        return JsonMapper.shared().readTree(event.whole());
    }

    private static JobRequest backup(String account) {
        return JobRequest.of(JobKind.BACKUP, account, "root", "{}");
    }

    @Test
    void aJobIsToldFromItsBeginningToItsEnd() throws Exception {
        start();
        try (Subscription events = feed.subscribe(Optional.empty())) {
            assertThat(next(events).name()).isEqualTo("ready");
            JobId id = queue().enqueue(backup("alice")).id();
            Lease lease =
                    queue().claim("w", "n", Set.of(JobKind.BACKUP), Duration.ofMinutes(1))
                            .orElseThrow();
            queue().finish(
                            lease,
                            new JobOutcome.Failed("{\"bytes\":7}", "the disk is full"),
                            FollowUp.NONE);
            List<String> moves = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                LiveEvent event = next(events);
                assertThat(event.name()).isEqualTo("job");
                assertThat(event.subject()).hasValue("alice");
                assertThat(data(event).path("id").asString("")).isEqualTo(id.value());
                moves.add(data(event).path("from") + ">" + data(event).path("to"));
                if (i == 2) {
                    assertThat(data(event).path("result").path("bytes").asInt(0)).isEqualTo(7);
                    assertThat(data(event).path("reason").asString(""))
                            .isEqualTo("the disk is full");
                    assertThat(event.reduced())
                            .contains("failed")
                            .doesNotContain("disk", "by", "result");
                }
            }
            assertThat(moves)
                    .containsExactly(
                            "null>\"pending\"", "\"pending\">\"active\"", "\"active\">\"failed\"");
            queue().enqueue(JobRequest.of(JobKind.RUN, "server", "root", "{}"));
            assertThat(next(events).name()).isEqualTo("run");
        }
    }

    @Test
    void whoComesBackGoesOnWhereItWas() {
        start();
        List<LiveEvent> all = new ArrayList<>();
        try (Subscription events = feed.subscribe(Optional.empty())) {
            all.add(next(events));
            for (int i = 0; i < 5; i++) {
                queue().enqueue(backup("user" + i));
                all.add(next(events));
            }
        }
        try (Subscription again = feed.subscribe(all.get(2).id())) {
            assertThat(next(again).name()).isEqualTo("ready");
            for (int i = 3; i < all.size(); i++) {
                assertThat(next(again)).isEqualTo(all.get(i));
            }
            queue().enqueue(backup("later"));
            assertThat(next(again).subject()).hasValue("later");
        }
        for (String unknown :
                List.of("another0-3", "nonsense", all.get(1).id().orElseThrow() + "99")) {
            try (Subscription anew = feed.subscribe(Optional.of(unknown))) {
                assertThat(next(anew).name()).as(unknown).isEqualTo("reset");
            }
        }
    }

    @Test
    void aListenerThatDoesNotReadIsGivenUpAndOthersMissNothing() {
        start();
        int jobs = LiveFeed.KEPT;
        try (Subscription slow = feed.subscribe(Optional.empty());
                Subscription quick = feed.subscribe(Optional.empty())) {
            LiveEvent ready = next(quick);
            for (int i = 0; i < jobs; i++) {
                JobId id = queue().enqueue(backup("user" + i)).id();
                assertThat(data(next(quick)).path("id").asString("")).isEqualTo(id.value());
                queue().requestCancel(id, "root");
                assertThat(data(next(quick)).path("to").asString("")).isEqualTo("cancelled");
            }
            assertThat(slow.isOver()).isTrue();
            assertThat(slow.next(Duration.ZERO)).isEmpty();
            assertThat(quick.isOver()).isFalse();
            // Twice as much happened as is kept.
            try (Subscription late = feed.subscribe(ready.id())) {
                assertThat(next(late).name()).isEqualTo("reset");
            }
        }
    }

    @Test
    void moreThanCanBeTakenInIsSaidToBeLost() {
        JobId id = queue().enqueue(backup("alice")).id();
        try (Subscription events = feed.subscribe(Optional.empty())) {
            LiveEvent ready = next(events);
            for (int i = 0; i < 11_000; i++) {
                feed.moved(
                        new JobEvent(
                                id, Optional.empty(), JobState.PENDING, Instant.EPOCH, "test", ""));
            }
            start();
            assertThat(next(events).name()).isEqualTo("reset");
            try (Subscription late = feed.subscribe(ready.id())) {
                assertThat(next(late).name()).isEqualTo("reset");
            }
        }
    }

    @Test
    void progressIsToldWhenItChanges() {
        queue().enqueue(backup("alice"));
        Lease lease =
                queue().claim("w", "n", Set.of(JobKind.BACKUP), Duration.ofMinutes(1))
                        .orElseThrow();
        underWay = List.of(new RunProgress(lease.job(), "{\"files\":1}"));
        start();
        try (Subscription events = feed.subscribe(Optional.empty())) {
            LiveEvent first = progress(events);
            assertThat(data(first).path("progress").path("files").asInt(0)).isEqualTo(1);
            assertThat(first.id()).isEmpty();
            underWay = List.of(new RunProgress(lease.job(), "{\"files\":2}"));
            assertThat(data(progress(events)).path("progress").path("files").asInt(0)).isEqualTo(2);
        }
    }

    private static LiveEvent progress(Subscription events) {
        LiveEvent event = next(events);
        while (!event.name().equals("progress")) {
            event = next(events);
        }
        return event;
    }

    @Test
    void theEndOfTheFeedEndsItsListeners() {
        start();
        try (Subscription events = feed.subscribe(Optional.empty())) {
            feed.close();
            assertThat(events.isOver()).isTrue();
            assertThat(feed.subscribe(Optional.empty()).isOver()).isTrue();
        }
    }
}
