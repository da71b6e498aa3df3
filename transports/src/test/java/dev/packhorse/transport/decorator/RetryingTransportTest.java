package dev.packhorse.transport.decorator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.MemoryJournal;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryingTransportTest {
    private static final ObjectKey KEY = new ObjectKey("2026-11-24/accounts/demo.tar.gz");
    private static final Content CONTENT = BytesContent.of("bytes".getBytes(UTF_8));
    private static final RetryPolicy POLICY =
            new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofMinutes(1));

    @TempDir private Path folder;
    private final RecordedPause pause = new RecordedPause();
    private StumblingTransport place;
    private RetryingTransport transport;

    @BeforeEach
    void open() throws IOException {
        place = new StumblingTransport(new LocalTransport(folder));
        transport = new RetryingTransport(place, POLICY, pause, new Random(1));
    }

    private static TransportException failure(Kind kind) {
        return new TransportException(kind, "put x: it failed");
    }

    private void put(PutMode mode) throws IOException {
        transport.put(KEY, CONTENT, mode, Cancellation.never());
    }

    private String stored() throws IOException {
        byte[] bytes =
                transport.read(KEY, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never());
        return new String(bytes, UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void onlyFailuresThatMayPassAreTriedAgain(Kind kind) throws IOException {
        place.failBefore(failure(kind));
        if (kind.retryable()) {
            put(PutMode.CREATE);
            assertThat(stored()).isEqualTo("bytes");
        } else {
            assertThatThrownBy(() -> put(PutMode.CREATE))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            found -> assertThat(found.kind()).isEqualTo(kind));
            assertThat(place.calls()).isEqualTo(1);
            assertThat(pause.waits()).isEmpty();
        }
    }

    @Test
    void everyCallIsTriedAgain() throws IOException {
        put(PutMode.CREATE);
        place.failBefore(failure(Kind.UNAVAILABLE));
        assertThat(stored()).isEqualTo("bytes");
        place.failBefore(failure(Kind.TIMED_OUT));
        assertThat(transport.stat(KEY)).isPresent();
        place.failBefore(failure(Kind.THROTTLED));
        assertThat(transport.capacity()).isPresent();
        place.failBefore(failure(Kind.UNAVAILABLE));
        transport.delete(KEY);
        assertThat(transport.stat(KEY)).isEmpty();
    }

    private void stream(AtomicInteger made) throws IOException {
        transport.putStreamed(
                KEY,
                out -> {
                    made.incrementAndGet();
                    out.write("bytes".getBytes(UTF_8));
                },
                PutMode.REPLACE,
                UploadJournal.none(),
                Cancellation.never());
    }

    @Test
    void aStreamIsTriedAgainOnlyWhileNothingOfItWasMade() throws IOException {
        AtomicInteger made = new AtomicInteger();
        place.failBefore(failure(Kind.UNAVAILABLE));
        stream(made);
        assertThat(made).hasValue(1);
        assertThat(stored()).isEqualTo("bytes");

        TransportException late = failure(Kind.UNAVAILABLE);
        place.failAfter(late);
        assertThatThrownBy(() -> stream(made)).isSameAs(late);
        assertThat(made).hasValue(2);
    }

    @Test
    void theLastFailureComesOutWhenAllTriesFailed() {
        TransportException last = failure(Kind.TIMED_OUT);
        for (int i = 1; i < POLICY.attempts(); i++) {
            place.failBefore(failure(Kind.UNAVAILABLE));
        }
        place.failBefore(last);
        assertThatThrownBy(() -> transport.stat(KEY)).isSameAs(last);
        assertThat(place.calls()).isEqualTo(POLICY.attempts());
    }

    @Test
    void waitsAreDrawnBelowABoundThatDoublesUpToTheLongest() throws IOException {
        List<Duration> bounds =
                List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
        List<List<Duration>> seen =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int round = 0; round < 200; round++) {
            int before = pause.waits().size();
            bounds.forEach(_ -> place.failBefore(failure(Kind.UNAVAILABLE)));
            transport.stat(KEY);
            for (int i = 0; i < bounds.size(); i++) {
                seen.get(i).add(pause.waits().get(before + i));
            }
        }
        for (int i = 0; i < bounds.size(); i++) {
            Duration bound = bounds.get(i);
            assertThat(seen.get(i))
                    .allSatisfy(wait -> assertThat(wait).isBetween(Duration.ZERO, bound))
                    .anySatisfy(wait -> assertThat(wait).isLessThan(bound.dividedBy(4)))
                    .anySatisfy(wait ->
                            assertThat(wait).isGreaterThan(bound.multipliedBy(3).dividedBy(4)));
        }
    }

    @Test
    void aPlaceThatAsksForTimeIsGivenAllOfIt() throws IOException {
        List<Duration> asked = List.of(Duration.ofMillis(2_500), Duration.ofSeconds(40));
        asked.forEach(each ->
                place.failBefore(new TransportException(Kind.THROTTLED, "slow", null, each)));
        transport.stat(KEY);
        assertThat(pause.waits()).isEqualTo(asked);
    }

    @Test
    void aPlaceThatAsksForMoreTimeThanThereIsIsNotAskedAgain() {
        TransportException asks =
                new TransportException(Kind.THROTTLED, "slow", null, Duration.ofMinutes(2));
        place.failBefore(asks);
        assertThatThrownBy(() -> transport.stat(KEY)).isSameAs(asks);
        assertThat(place.calls()).isEqualTo(1);
        assertThat(pause.waits()).isEmpty();
    }

    @Test
    void aPutThatGetsOnMayBeCutAnyNumberOfTimes() throws IOException {
        byte[] bytes = new byte[20 << 20];
        new Random(5).nextBytes(bytes);
        CutTransport cut = new CutTransport(new LocalTransport(folder), 1 << 20);
        var shaky = new RetryingTransport(cut, POLICY, pause, new Random(1));
        shaky.put(
                KEY,
                BytesContent.of(bytes),
                PutMode.CREATE,
                new MemoryJournal(),
                Cancellation.never());
        assertThat(cut.puts()).isGreaterThan(4 * POLICY.attempts());
        assertThat(shaky.read(KEY, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never()))
                .isEqualTo(bytes);
    }

    @Test
    void aPutThatGetsNowhereIsGivenUpAfterItsTries() throws IOException {
        CutTransport stuck = new CutTransport(new LocalTransport(folder), 0);
        var shaky = new RetryingTransport(stuck, POLICY, pause, new Random(1));
        assertThatThrownBy(() ->
                        shaky.put(
                                KEY,
                                BytesContent.of(new byte[20 << 20]),
                                PutMode.CREATE,
                                new MemoryJournal(),
                                Cancellation.never()))
                .isInstanceOf(TransportException.class);
        assertThat(stuck.puts()).isEqualTo(POLICY.attempts());
    }

    @Test
    void withoutAJournalAPutStartsAnewAndItsTriesAreCounted() throws IOException {
        CutTransport cut = new CutTransport(new LocalTransport(folder), 1 << 20);
        var shaky = new RetryingTransport(cut, POLICY, pause, new Random(1));
        assertThatThrownBy(() ->
                        shaky.put(
                                KEY,
                                BytesContent.of(new byte[20 << 20]),
                                PutMode.CREATE,
                                Cancellation.never()))
                .isInstanceOf(TransportException.class);
        assertThat(cut.puts()).isEqualTo(POLICY.attempts());
    }

    @Test
    void noTryBeginsAfterTheTotalTime() {
        RetryPolicy policy =
                new RetryPolicy(
                        100, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10));
        for (int i = 0; i < 100; i++) {
            place.failBefore(
                    new TransportException(Kind.THROTTLED, "slow", null, Duration.ofSeconds(3)));
        }
        var patient = new RetryingTransport(place, policy, pause, new Random(1));
        assertThatThrownBy(() -> patient.stat(KEY)).isInstanceOf(TransportException.class);
        assertThat(pause.waits()).hasSize(3);
    }

    @Test
    void aCreateWhoseAnswerWasLostCountsAsStored() throws IOException {
        place.failAfter(failure(Kind.UNAVAILABLE));
        put(PutMode.CREATE);
        assertThat(stored()).isEqualTo("bytes");
    }

    @Test
    void aCreateThatFindsAnotherObjectAfterAFailureIsRefused() throws IOException {
        try (var local = new LocalTransport(folder)) {
            local.put(
                    KEY,
                    BytesContent.of("other".getBytes(UTF_8)),
                    PutMode.CREATE,
                    Cancellation.never());
        }
        place.failBefore(failure(Kind.UNAVAILABLE));
        assertThatThrownBy(() -> put(PutMode.CREATE))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        found -> assertThat(found.kind()).isEqualTo(Kind.EXISTS));
        assertThat(stored()).isEqualTo("other");
    }

    @Test
    void aTakenKeyIsRefusedAtTheFirstTryEvenIfItHoldsTheSameBytes() throws IOException {
        put(PutMode.CREATE);
        assertThatThrownBy(() -> put(PutMode.CREATE))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        found -> assertThat(found.kind()).isEqualTo(Kind.EXISTS));
    }

    @Test
    void aListingThatGaveNothingIsTriedAgainAndOneThatDidIsNot() throws IOException {
        put(PutMode.CREATE);
        List<ObjectKey> seen = new ArrayList<>();
        place.failBefore(failure(Kind.UNAVAILABLE));
        transport.list("", object -> seen.add(object.key()), Cancellation.never());
        assertThat(seen).containsExactly(KEY);

        seen.clear();
        place.failAfter(failure(Kind.UNAVAILABLE));
        assertThatThrownBy(() ->
                        transport.list("", object -> seen.add(object.key()), Cancellation.never()))
                .isInstanceOf(TransportException.class);
        assertThat(seen).containsExactly(KEY);
    }

    @Test
    void aCancellationEndsTheRealWaitAtOnce() throws Exception {
        CancellationSource cancellation = new CancellationSource();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> waiting =
                    threads.submit(() -> {
                        Pause.real().pause(Duration.ofHours(1), cancellation);
                        return null;
                    });
            cancellation.request();
            assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(CancelledException.class);
        }
    }

    @Test
    void theRealWaitIsNotShorterThanTold() throws Exception {
        long begin = Pause.real().nanoTime();
        Pause.real().pause(Duration.ofMillis(20), Cancellation.never());
        assertThat(Pause.real().nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void aReaderThatFailsByItselfIsNotAskedAgain() throws IOException {
        put(PutMode.CREATE);
        int before = place.calls();
        assertThatThrownBy(() ->
                        transport.read(
                                KEY,
                                ByteRange.ALL,
                                bytes -> {
                                    bytes.readNBytes(2);
                                    throw new IOException("no space left here");
                                },
                                Cancellation.never()))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        found -> assertThat(found.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("no space left here");
        assertThat(place.calls()).isEqualTo(before + 1);
    }
}
