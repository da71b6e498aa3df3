package dev.packhorse.transport.decorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What each layer adds to the place below it.
class LayersTest {
    private static final ObjectKey KEY = new ObjectKey("k");

    @TempDir private Path folder;
    private Transport place;

    @BeforeEach
    void putOne() throws IOException {
        place = new LocalTransport(folder);
        place.put(KEY, BytesContent.of(new byte[100_000]), PutMode.CREATE, Cancellation.never());
    }

    private static void assertRefused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    void aReadOnlyPlaceIsReadAndNotChanged() throws IOException {
        Transport transport = new ReadOnlyTransport(place);
        assertRefused(
                Kind.REFUSED,
                () ->
                        transport.put(
                                new ObjectKey("other"),
                                BytesContent.of(new byte[1]),
                                PutMode.CREATE,
                                Cancellation.never()));
        assertRefused(Kind.REFUSED, () -> stream(transport, new ObjectKey("other"), new byte[1]));
        assertRefused(Kind.REFUSED, () -> transport.delete(KEY));
        assertThat(transport.stat(KEY)).isPresent();
        assertThat(place.stat(new ObjectKey("other"))).isEmpty();
    }

    @Test
    void aCallAboveTheLimitWaitsAndStopsWaitingWhenCancelled() throws Exception {
        Transport transport = new LimitedTransport(place, 1);
        assertThat(transport.traits().maxConnections()).isEqualTo(1);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> first =
                    threads.submit(() ->
                            transport.read(
                                    KEY,
                                    ByteRange.ALL,
                                    bytes -> {
                                        inside.countDown();
                                        await(go);
                                        return bytes.readAllBytes().length;
                                    },
                                    Cancellation.never()));
            await(inside);
            CancellationSource cancellation = new CancellationSource();
            Future<?> second =
                    threads.submit(() -> {
                        assertThatThrownBy(() -> transport.list("", _ -> true, cancellation))
                                .isInstanceOf(CancelledException.class);
                    });
            assertThat(second.isDone()).isFalse();
            cancellation.request();
            second.get(30, TimeUnit.SECONDS);
            go.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(100_000);
        }
        assertThat(transport.stat(KEY)).isPresent();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void bytesWaitAsLongAsTheSpeedOfTheHourSays() throws IOException {
        RecordedPause pause = new RecordedPause();
        LocalTime[] now = {LocalTime.of(3, 0)};
        SpeedLimit limit =
                new SpeedLimit(
                        time -> time.getHour() < 6 ? SpeedLimit.UNLIMITED : 20_000,
                        () -> now[0],
                        pause);
        Transport transport = new ThrottledTransport(place, limit, limit);
        assertThat(readAll(transport)).isEqualTo(100_000);
        assertThat(pause.waits()).isEmpty();
        now[0] = LocalTime.of(9, 0);
        assertThat(readAll(transport)).isEqualTo(100_000);
        assertThat(Duration.ofNanos(pause.nanoTime()))
                .isBetween(Duration.ofMillis(4999), Duration.ofMillis(5001));
        transport.put(
                new ObjectKey("up"),
                BytesContent.of(new byte[40_000]),
                PutMode.CREATE,
                Cancellation.never());
        assertThat(Duration.ofNanos(pause.nanoTime()))
                .isBetween(Duration.ofMillis(6999), Duration.ofMillis(7001));
        stream(transport, new ObjectKey("made"), new byte[60_000]);
        assertThat(Duration.ofNanos(pause.nanoTime()))
                .isBetween(Duration.ofMillis(9999), Duration.ofMillis(10_001));
    }

    private static void stream(Transport transport, ObjectKey key, byte[] bytes)
            throws IOException {
        transport.putStreamed(
                key,
                out -> out.write(bytes),
                PutMode.CREATE,
                UploadJournal.none(),
                Cancellation.never());
    }

    private static int readAll(Transport transport) throws IOException {
        return transport.read(KEY, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never())
                .length;
    }

    /// Fails as often as told, then answers.
    private static final class Failing extends SurroundedTransport {
        private int failures;
        private int calls;
        private Kind kind = Kind.UNAVAILABLE;
        private @Nullable IOException cause;

        Failing(Transport place) {
            super(place);
        }

        @Override
        <R> R surround(String operation, Cancellation cancellation, Call<R> call)
                throws TransportException, CancelledException {
            calls++;
            if (failures > 0) {
                failures--;
                throw new TransportException(kind, operation + ": on purpose", cause);
            }
            return call.run();
        }
    }

    @Test
    void afterFiveFailuresInARowNobodyWaitsUntilOneTryAMinuteLaterSucceeds() throws IOException {
        AtomicLong now = new AtomicLong();
        Breaker breaker = new Breaker(now::get);
        Failing failing = new Failing(place);
        Transport one = new BreakerTransport(failing, breaker);
        Transport other = new BreakerTransport(failing, breaker);
        failing.failures = 6;
        for (int i = 0; i < Breaker.FAILURES; i++) {
            assertRefused(Kind.UNAVAILABLE, () -> one.stat(KEY));
        }
        now.addAndGet(Duration.ofSeconds(20).toNanos());
        assertThatThrownBy(() -> other.stat(KEY))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure ->
                                assertThat(failure.retryAfter()).contains(Duration.ofSeconds(40)));
        assertThat(failing.calls).isEqualTo(5);
        now.addAndGet(Duration.ofSeconds(41).toNanos());
        assertRefused(Kind.UNAVAILABLE, () -> one.stat(KEY));
        assertThat(failing.calls).as("one try was let through").isEqualTo(6);
        assertRefused(Kind.UNAVAILABLE, () -> one.stat(KEY));
        assertThat(failing.calls).as("and opened it again").isEqualTo(6);
        now.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(one.stat(KEY)).isPresent();
        assertThat(other.stat(KEY)).isPresent();
    }

    @Test
    void whileOneCallTriesTheOthersAreRefused() throws IOException {
        AtomicLong now = new AtomicLong();
        Breaker breaker = new Breaker(now::get);
        Failing failing = new Failing(place);
        Transport transport = new BreakerTransport(failing, breaker);
        failing.failures = 5;
        for (int i = 0; i < Breaker.FAILURES; i++) {
            assertRefused(Kind.UNAVAILABLE, () -> transport.stat(KEY));
        }
        now.addAndGet(Duration.ofSeconds(61).toNanos());
        transport.list(
                "",
                _ -> {
                    assertRefused(Kind.UNAVAILABLE, () -> transport.stat(KEY));
                    return true;
                },
                Cancellation.never());
        assertThat(transport.stat(KEY)).isPresent();
    }

    /// As on a full disk here: the place gave its bytes.
    @Test
    void aReaderThatFailsIsNoFailureOfThePlace() throws IOException {
        Transport transport = new BreakerTransport(place, new Breaker(() -> 0));
        List<IOException> own =
                List.of(
                        new IOException("the reader's"),
                        new TransportException(Kind.UNAVAILABLE, "of another place"));
        for (int i = 0; i < 2 * Breaker.FAILURES; i++) {
            IOException failure = own.get(i % 2);
            assertRefused(
                    Kind.UNAVAILABLE,
                    () ->
                            transport.read(
                                    KEY,
                                    ByteRange.ALL,
                                    _ -> {
                                        throw failure;
                                    },
                                    Cancellation.never()));
        }
        assertThat(transport.stat(KEY)).isPresent();
    }

    @Test
    void whatFailsHereNeitherOpensNorClosesABreaker() throws IOException {
        AtomicLong now = new AtomicLong();
        Failing failing = new Failing(place);
        Transport transport = new BreakerTransport(failing, new Breaker(now::get));
        failing.failures = 20;
        failing.cause = new OwnSideException(new IOException("No space left on device"));
        for (int i = 0; i < 20; i++) {
            assertRefused(Kind.UNAVAILABLE, () -> transport.stat(KEY));
        }
        assertThat(transport.stat(KEY)).isPresent();
        failing.cause = null;
        failing.failures = Breaker.FAILURES;
        for (int i = 0; i < Breaker.FAILURES; i++) {
            assertRefused(Kind.UNAVAILABLE, () -> transport.stat(KEY));
        }
        now.addAndGet(Duration.ofSeconds(61).toNanos());
        failing.failures = 2;
        failing.kind = Kind.REFUSED;
        failing.cause = new SourceException(new IOException("the source is gone"));
        assertRefused(Kind.REFUSED, () -> transport.stat(KEY));
        failing.kind = Kind.UNAVAILABLE;
        failing.cause = null;
        assertRefused(Kind.UNAVAILABLE, () -> transport.stat(KEY));
        int calls = failing.calls;
        assertRefused(Kind.UNAVAILABLE, () -> transport.stat(KEY));
        assertThat(failing.calls).as("it had stayed open").isEqualTo(calls);
    }

    @Test
    void anAnswerOfRefusalIsNoFailureOfThePlace() {
        Breaker breaker = new Breaker(() -> 0);
        Failing failing = new Failing(place);
        Transport transport = new BreakerTransport(failing, breaker);
        failing.failures = 20;
        failing.kind = Kind.DENIED;
        for (int i = 0; i < 20; i++) {
            assertRefused(Kind.DENIED, () -> transport.stat(KEY));
        }
    }
}
