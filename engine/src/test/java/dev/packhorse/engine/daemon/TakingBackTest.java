package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.destination.AbandonedUploads;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.UploadState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TakingBackTest {
    private static final DestinationId PLACE = new DestinationId("A".repeat(24));
    private static final ObjectKey KEY = new ObjectKey("a/b.tar.gz");
    private static final Duration OFTEN = Duration.ofMillis(5);

    @TempDir private Path folder;
    private UploadJournals journals;
    private DestinationStore destinations;

    @BeforeEach
    void leaveAnUpload() throws IOException {
        journals = new UploadJournals(folder.resolve("uploads"));
        destinations =
                new DestinationStore(
                        folder.resolve("destinations"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        destinations.add(
                new Destination(
                        PLACE,
                        DestinationType.LOCAL,
                        "disk",
                        false,
                        "",
                        false,
                        false,
                        30,
                        new DestinationSettings.Local("/far", false, false)));
        try (UploadJournals.Open open = journals.open(PLACE, KEY, "1")) {
            open.record(new UploadState(new TreeMap<>()));
        }
    }

    private TakingBack takingBack(Opening opening) {
        InstantSource later = () -> Instant.now().plus(Duration.ofDays(2));
        AbandonedUploads uploads =
                new AbandonedUploads(
                        journals,
                        destinations,
                        _ -> {
                            opening.run();
                            throw new TransportException(
                                    TransportException.Kind.UNAVAILABLE, "away");
                        });
        return new TakingBack(uploads, later);
    }

    private interface Opening {
        void run() throws TransportException;
    }

    @Test
    void aPlaceThatIsAwayIsTriedAgain() throws Exception {
        CountDownLatch tries = new CountDownLatch(3);
        try (TakingBack takingBack = takingBack(tries::countDown)) {
            takingBack.start(OFTEN, OFTEN);
            tries.await();
        }
        assertThat(journals.leftSince(Instant.now().plus(Duration.ofDays(2)))).hasSize(1);
    }

    /// A stop that waited for a destination would take minutes.
    @Test
    void aStopWaitsForNoPlace() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        TakingBack takingBack =
                takingBack(() -> {
                    asked.countDown();
                    try {
                        answers.await();
                        ended.incrementAndGet();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        takingBack.start(OFTEN, OFTEN);
        asked.await();
        takingBack.close();
        assertThat(ended).hasValue(0);
        answers.countDown();
    }
}
