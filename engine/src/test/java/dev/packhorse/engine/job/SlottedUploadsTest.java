package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.QuickSlots;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.ServerIdentity;
import dev.packhorse.engine.destination.SlotLimit;
import dev.packhorse.engine.destination.UploadSlots;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlottedUploadsTest {
    private static final Instant BEGUN = Instant.parse("2026-03-07T09:00:00Z");
    private static final DestinationId FAR = DestinationId.random();

    @TempDir Path folder;
    private Instant now = BEGUN;
    private int sent;
    private boolean loses;
    private Optional<TransportException> failure = Optional.empty();
    private DestinationStore destinations;
    private final DestinationHealth health = new DestinationHealth();
    private Store store;
    private SlottedUploads handler;

    @BeforeEach
    void server() throws Exception {
        store = TestStore.h2(folder);
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(far(Optional.of(new SlotLimit(1, "slots"))));
        Notices notices =
                new Notices(
                        new ImportanceStore(folder.resolve("importances.yaml")),
                        List.of(),
                        Duration.ofHours(24),
                        new JdbcJobQueue(store, () -> now, WorkListener.none()),
                        "node1");
        handler =
                new SlottedUploads(
                        new Sending(),
                        slots("a"),
                        destinations,
                        new UploadHandler.Watching(health, notices, new TransferMeter()),
                        () -> now);
    }

    @AfterEach
    void closeStore() throws Exception {
        store.close();
    }

    /// What an upload does is no matter here.
    private final class Sending implements JobHandler {
        @Override
        public JobKind kind() {
            return JobKind.UPLOAD;
        }

        @Override
        public Ended run(JobContext context) throws IOException {
            context.cancellation().check();
            if (loses) {
                Path tokens = folder.resolve("slots/packhorse-upload-slots");
                Eventually.holds(
                        "the slot is lost",
                        () -> {
                            removeAll(tokens);
                            return context.cancellation().isRequested();
                        });
                throw new TransportException(Kind.TIMED_OUT, "put: connection closed");
            }
            sent++;
            return Ended.with(new JobOutcome.Succeeded("{}"));
        }
    }

    private static Destination far(Optional<SlotLimit> slots) {
        return new Destination(
                FAR,
                DestinationType.CUSTOM,
                "far",
                false,
                "",
                false,
                false,
                30,
                new DestinationSettings.Remote(
                        new TreeMap<>(Map.of("script", "/far", "path", "mine")), new TreeMap<>()),
                slots);
    }

    private UploadSlots slots(String digit) {
        return QuickSlots.of(this::open, new ServerIdentity(digit.repeat(32), digit));
    }

    private Transport open(Destination destination) throws TransportException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        DestinationSettings.Remote settings = (DestinationSettings.Remote) destination.settings();
        try {
            return new LocalTransport(
                    Files.createDirectories(
                            folder.resolve(String.valueOf(settings.values().get("path")))));
        } catch (IOException e) {
            throw new TransportException(Kind.UNAVAILABLE, "no folder", e);
        }
    }

    private JobOutcome upload(boolean streamed) throws Exception {
        UploadArguments arguments =
                new UploadArguments(
                        "demo",
                        FAR.value(),
                        Tier.DAILY,
                        "2026-03-07",
                        "a/b",
                        1,
                        "00",
                        "",
                        streamed);
        return handler.run(
                        TestJob.of(
                                JobId.random(),
                                JobKind.UPLOAD,
                                "demo",
                                arguments,
                                BEGUN,
                                Cancellation.never()))
                .outcome();
    }

    @Test
    void anUploadWaitsInTheQueueAndSaysForWhat() throws Exception {
        UploadSlots.Granted other =
                (UploadSlots.Granted)
                        slots("b")
                                .claim(destinations.find(FAR).orElseThrow(), Cancellation.never());
        assertThat(upload(false))
                .isInstanceOfSatisfying(
                        JobOutcome.Snoozed.class,
                        snoozed -> {
                            assertThat(snoozed.reason())
                                    .isEqualTo("waits for the one upload slot at far");
                            assertThat(snoozed.delay())
                                    .isBetween(Duration.ofSeconds(5), Duration.ofMinutes(1));
                        });
        assertThat(sent).isZero();
        assertThat(upload(true)).as("it is there").isInstanceOf(JobOutcome.Succeeded.class);
        other.slot().close();
    }

    @Test
    void aSlotIsGivenBackWhenTheUploadHasEnded() throws Exception {
        for (int upload = 1; upload <= 3; upload++) {
            assertThat(upload(false)).isInstanceOf(JobOutcome.Succeeded.class);
            assertThat(sent).isEqualTo(upload);
        }
        assertThat(folder.resolve("slots/packhorse-upload-slots")).isEmptyDirectory();
        assertThat(folder.resolve("mine")).doesNotExist();
    }

    @Test
    void aPlaceThatCannotBeAskedCostsNoTryForADayAndIsPausedAsAnyOther() throws Exception {
        failure = Optional.of(new TransportException(Kind.UNAVAILABLE, "open: it is away"));
        for (int tries = 0; tries < 5; tries++) {
            assertThat(upload(false))
                    .isEqualTo(
                            new JobOutcome.Snoozed(
                                    Duration.ofMinutes(1),
                                    "the upload slots at far cannot be asked: open: it is away"));
        }
        assertThat(health.paused(now)).containsKey(FAR);
        now = now.plus(Duration.ofHours(25));
        assertThatThrownBy(() -> upload(false)).isSameAs(failure.get());
        assertThat(sent).isZero();
    }

    @Test
    void aPlaceThatRefusesIsALastingFailure() {
        failure = Optional.of(new TransportException(Kind.DENIED, "open: not you"));
        assertThatThrownBy(() -> upload(false)).isSameAs(failure.get());
    }

    private static void removeAll(Path tokens) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(tokens)) {
            for (Path each : all) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// However the driver says that it was called off.
    @Test
    void anUploadThatLostItsSlotWaitsForAnotherForADay() throws Exception {
        loses = true;
        assertThat(upload(false))
                .isInstanceOfSatisfying(
                        JobOutcome.Snoozed.class,
                        snoozed ->
                                assertThat(snoozed.reason())
                                        .contains("its upload slot at far was lost"));
        now = now.plus(Duration.ofHours(25));
        assertThatThrownBy(() -> upload(false))
                .hasMessageContaining("its upload slot at far was lost")
                .isInstanceOf(TransportException.class);
    }

    @Test
    void withoutALimitNobodyIsAsked() throws Exception {
        destinations.change(FAR, _ -> far(Optional.empty()));
        failure = Optional.of(new TransportException(Kind.UNAVAILABLE, "open: it is away"));
        assertThat(upload(false)).isInstanceOf(JobOutcome.Succeeded.class);
    }
}
