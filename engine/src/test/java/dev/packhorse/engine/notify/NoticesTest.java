package dev.packhorse.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.run.Backoff;
import dev.packhorse.engine.run.PoolSettings;
import dev.packhorse.engine.run.WorkSignal;
import dev.packhorse.engine.run.WorkerPool;
import dev.packhorse.engine.session.RunLogs;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoticesTest {
    private static final Notice FAILURE =
            Notice.of("Backup", "Failure", "run1", "backup failed", "alice: no\n");

    @TempDir Path folder;
    private final WorkSignal signal = new WorkSignal();
    private volatile Instant now = Instant.parse("2026-03-07T02:00:00Z");
    private Store store;
    private JdbcJobQueue queue;
    private ImportanceStore importances;
    private RunLogs logs;

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, () -> now, signal);
        importances = new ImportanceStore(folder.resolve("importances.yaml"));
        logs = new RunLogs(folder, folder.resolve("state"), () -> now, ZoneOffset.UTC);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private Notices notices(Notices.Route... routes) {
        return new Notices(importances, List.of(routes), Duration.ofHours(24), queue, "node1");
    }

    private static Notices.Route route(ChannelName name, Importance threshold) {
        return new Notices.Route(name, threshold);
    }

    private List<Job> jobs() {
        return queue.list(JobFilter.of(Set.of(JobKind.NOTIFY), Set.of()));
    }

    private List<String> told() {
        return jobs().stream().map(job -> job.request().owner()).sorted().toList();
    }

    @Test
    void everyChannelWhoseThresholdIsReachedGetsAJob() throws Exception {
        importances.set("Backup", "Failure", Importance.MEDIUM);
        notices(
                        route(ChannelName.MAIL, Importance.HIGH),
                        route(ChannelName.SLACK, Importance.MEDIUM),
                        route(ChannelName.WEBHOOK, Importance.LOW))
                .tell(FAILURE);
        assertThat(told()).containsExactly("notify:slack", "notify:webhook");
    }

    @Test
    void aDisabledEventIsToldToNobody() throws Exception {
        importances.set("Backup", "Failure", Importance.DISABLED);
        notices(route(ChannelName.MAIL, Importance.LOW)).tell(FAILURE);
        assertThat(jobs()).isEmpty();
    }

    @Test
    void aDamagedFileOfLevelsKeepsNoAlarmBack() throws Exception {
        Files.writeString(folder.resolve("importances.yaml"), "---\nBackup/Failure: Loud\n");
        notices(route(ChannelName.MAIL, Importance.HIGH)).tell(FAILURE);
        assertThat(jobs()).hasSize(1);
    }

    @Test
    void theSameIsToldAgainOnlyAfterTheRepeatTime() {
        Notices notices = notices(route(ChannelName.MAIL, Importance.LOW));
        notices.tell(FAILURE);
        notices.tell(FAILURE);
        assertThat(jobs()).hasSize(1);
        deliver(true);
        now = now.plus(Duration.ofHours(23));
        notices.tell(FAILURE);
        notices.tell(Notice.of("Backup", "Failure", "run2", "another", ""));
        assertThat(jobs()).hasSize(2);
        deliver(true);
        now = now.plus(Duration.ofHours(2));
        notices.tell(FAILURE);
        assertThat(jobs()).hasSize(3);
    }

    @Test
    void whatReachedNobodyCountsAsNotTold() {
        Notices notices = notices(route(ChannelName.MAIL, Importance.LOW));
        notices.tell(FAILURE);
        deliver(false);
        notices.tell(FAILURE);
        assertThat(jobs()).hasSize(2);
    }

    private void deliver(boolean well) {
        try {
            Lease lease =
                    queue.claim("w", "node1", Set.of(JobKind.NOTIFY), Duration.ofMinutes(1))
                            .orElseThrow();
            queue.finish(
                    lease,
                    well
                            ? new dev.packhorse.engine.queue.JobOutcome.Succeeded("{}")
                            : new dev.packhorse.engine.queue.JobOutcome.Failed("{}", "no"),
                    dev.packhorse.engine.queue.FollowUp.NONE);
        } catch (dev.packhorse.engine.queue.LeaseLostException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Fails as the test says, then takes what it is given.
    private static final class Receiver implements Channel {
        final List<Message> received = new CopyOnWriteArrayList<>();
        final Deque<IOException> failures = new ArrayDeque<>();
        final List<List<String>> open = new CopyOnWriteArrayList<>();

        @Override
        public ChannelName name() {
            return ChannelName.WEBHOOK;
        }

        @Override
        public synchronized void send(Message message, Cancellation cancellation)
                throws IOException {
            IOException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            received.add(message);
        }

        @Override
        public void sendTo(List<String> receivers, Message message, Cancellation cancellation)
                throws IOException {
            open.add(receivers);
            send(message, cancellation);
        }
    }

    private Job run(Receiver receiver) {
        Backoff none = new Backoff(Duration.ZERO, Duration.ZERO, new Random(1));
        PoolSettings usual = PoolSettings.of("node1", Map.of(JobKind.Stage.NOTIFY, 1));
        PoolSettings quick =
                new PoolSettings(
                        "node1",
                        usual.workers(),
                        usual.leaseFor(),
                        usual.heartbeat(),
                        Duration.ofMillis(50),
                        usual.stopWithin(),
                        none);
        WorkerPool pool =
                new WorkerPool(
                        queue,
                        signal,
                        List.of(new NotifyHandler(List.of(receiver), logs, "host.example", none)),
                        quick,
                        (_, _) -> {});
        pool.start();
        try {
            Eventually.holds("delivery", () -> !jobs().getFirst().state().isOpen());
        } finally {
            pool.stop();
        }
        return jobs().getFirst();
    }

    @Test
    void aFailedTryIsMadeAgainAndTheMessageKeepsItsId() {
        Receiver receiver = new Receiver();
        receiver.failures.add(new IOException("no route"));
        receiver.failures.add(DeliveryException.passing("429", Optional.of(Duration.ZERO)));
        notices(route(ChannelName.WEBHOOK, Importance.LOW)).tell(FAILURE);

        Job job = run(receiver);

        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(job.attempts()).isEqualTo(3);
        assertThat(receiver.received)
                .singleElement()
                .isEqualTo(
                        new Message(
                                job.id().value(),
                                "host.example",
                                "Backup::Failure",
                                Importance.HIGH,
                                "run1",
                                "backup failed",
                                "alice: no\n",
                                now));
    }

    @Test
    void aLastingRefusalAndTheLastTryEndTheJob() {
        Receiver refusing = new Receiver();
        refusing.failures.add(DeliveryException.lasting("webhook answered 404"));
        notices(route(ChannelName.WEBHOOK, Importance.LOW)).tell(FAILURE);
        Job refused = run(refusing);
        assertThat(refused.state()).isEqualTo(JobState.FAILED);
        assertThat(refused.reason()).isEqualTo("webhook answered 404");
        assertThat(refused.attempts()).isOne();

        queue.remove(Set.of(refused.id()), "test");
        Receiver gone = new Receiver();
        for (int i = 0; i < 20; i++) {
            gone.failures.add(new IOException("no route"));
        }
        notices(route(ChannelName.WEBHOOK, Importance.LOW)).tell(FAILURE);
        Job tried = run(gone);
        assertThat(tried.state()).isEqualTo(JobState.FAILED);
        assertThat(tried.attempts()).isEqualTo(8);
        assertThat(gone.received).isEmpty();
    }

    @Test
    void thoseWhoWereRefusedForTheMomentAloneAreTriedAgain() {
        Receiver receiver = new Receiver();
        receiver.failures.add(DeliveryException.partly("451", List.of("b@x", "c@x")));
        receiver.failures.add(new IOException("no route"));
        receiver.failures.add(DeliveryException.partly("451", List.of("c@x")));
        notices(route(ChannelName.WEBHOOK, Importance.LOW)).tell(FAILURE);

        Job job = run(receiver);

        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(receiver.open)
                .containsExactly(List.of("b@x", "c@x"), List.of("b@x", "c@x"), List.of("c@x"));
        assertThat(receiver.received).hasSize(1);
    }

    @Test
    void whatReachedSomebodyCountsAsTold() {
        Notices notices = notices(route(ChannelName.WEBHOOK, Importance.LOW));
        Receiver refusing = new Receiver();
        refusing.failures.add(DeliveryException.partly("451", List.of("b@x")));
        refusing.failures.add(DeliveryException.lasting("550 nobody"));
        notices.tell(FAILURE);
        Job refused = run(refusing);
        assertThat(refused.state()).isEqualTo(JobState.PARTIAL);
        assertThat(refused.reason()).isEqualTo("550 nobody");
        notices.tell(FAILURE);
        assertThat(jobs()).as("those who have it are not told again").hasSize(1);

        queue.remove(Set.of(refused.id()), "test");
        Receiver gone = new Receiver();
        gone.failures.add(DeliveryException.partly("451", List.of("b@x")));
        for (int i = 0; i < 20; i++) {
            gone.failures.add(new IOException("no route"));
        }
        notices.tell(FAILURE);
        Job tried = run(gone);
        assertThat(tried.state()).isEqualTo(JobState.PARTIAL);
        assertThat(tried.attempts()).isEqualTo(8);
    }

    @Test
    void aDeliveryThatADeadDaemonBeganIsMadeByTheNext() {
        notices(route(ChannelName.WEBHOOK, Importance.LOW)).tell(FAILURE);
        assertThat(queue.claim("dead", "node1", Set.of(JobKind.NOTIFY), Duration.ofMinutes(1)))
                .isPresent();
        now = now.plus(Duration.ofMinutes(2));
        Receiver receiver = new Receiver();
        assertThat(run(receiver).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(receiver.received).hasSize(1);
    }

    @Test
    void theLogOfTheRunSaysOnceThatItWasSentAndOnlyThen() throws Exception {
        long log = logs.begin();
        Path file = folder.resolve("state/logs/cpbackup/" + log + ".log");
        Receiver refusing = new Receiver();
        refusing.failures.add(DeliveryException.lasting("no"));
        Notices notices = notices(route(ChannelName.WEBHOOK, Importance.LOW));
        notices.tell(new Notice("Backup", "Success", "run1", "done", "", log));
        run(refusing);
        assertThat(file).isEmptyFile();

        notices.tell(new Notice("Backup", "Success", "run1", "done", "", log));
        run(new Receiver());
        assertThat(file)
                .hasContent(
                        "[2026-03-07 02:00:00 +0000] info [backup] Sent Backup::Success notification.");
        logs.addOnce(log, "Sent Backup::Success notification.");
        assertThat(Files.readAllLines(file)).hasSize(1);
    }
}
