package dev.packhorse.transport.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class CallWatchTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final CountDownLatch aborted = new CountDownLatch(1);
    private final AtomicInteger aborts = new AtomicInteger();
    private final IOException failure = new IOException("connection reset");

    private void abort() {
        aborts.incrementAndGet();
        aborted.countDown();
    }

    private void awaitAbort() throws InterruptedException {
        assertThat(aborted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStandStillIsEndedAndExplained() throws Exception {
        try (CallWatch watch =
                new CallWatch(
                        CallLimits.idle(Duration.ofMillis(50)),
                        Cancellation.never(),
                        this::abort)) {
            awaitAbort();
            assertThat(watch.explain("put a", failure))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> {
                                assertThat(e.kind()).isEqualTo(Kind.TIMED_OUT);
                                assertThat(e).hasMessage("put a: no progress for 0 s");
                                assertThat(e).hasCause(failure);
                            });
        }
    }

    @Test
    void aCallThatCrawlsIsEnded() throws Exception {
        CallLimits limits = new CallLimits(LONG, Duration.ofSeconds(1), 1_000_000);
        try (CallWatch watch = new CallWatch(limits, Cancellation.never(), this::abort)) {
            while (!aborted.await(1, TimeUnit.MILLISECONDS)) {
                watch.progressed(1);
            }
            assertThat(watch.explain("put a", failure)).hasMessageContaining("slower than");
        }
    }

    @Test
    void progressKeepsACallAlive() {
        CallLimits limits = CallLimits.idle(Duration.ofSeconds(2));
        try (CallWatch watch = new CallWatch(limits, Cancellation.never(), this::abort)) {
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < end) {
                watch.progressed(0);
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(watch.explain("put a", failure)).isSameAs(failure);
        }
        assertThat(aborts).hasValue(0);
    }

    @Test
    void aCancellationAbortsOnceAndWins() throws Exception {
        CancellationSource cancellation = new CancellationSource();
        try (CallWatch watch = new CallWatch(CallLimits.idle(LONG), cancellation, this::abort)) {
            cancellation.request();
            awaitAbort();
            assertThat(watch.explain("put a", failure))
                    .isInstanceOf(CancelledException.class)
                    .hasSuppressedException(failure);
        }
        assertThat(aborts).hasValue(1);
    }

    @Test
    void nothingIsAbortedAfterTheEnd() {
        CancellationSource cancellation = new CancellationSource();
        new CallWatch(CallLimits.idle(LONG), cancellation, this::abort).close();
        cancellation.request();
        assertThat(aborts).hasValue(0);
    }

    @Test
    void onlyTheTimeInReadsCounts() throws Exception {
        CallLimits limits = CallLimits.idle(Duration.ofMillis(200));
        CountDownLatch hung = new CountDownLatch(1);
        InputStream source =
                new InputStream() {
                    private boolean first = true;

                    @Override
                    public int read(byte[] target, int offset, int length) {
                        target[offset] = (byte) read();
                        return 1;
                    }

                    @Override
                    public int read() {
                        if (!first) {
                            hung.countDown();
                            awaitUnchecked(aborted);
                        }
                        first = false;
                        return 7;
                    }
                };
        try (CallWatch watch = new CallWatch(limits, Cancellation.never(), this::abort)) {
            InputStream watched = new WatchedInput(source, watch);
            assertThat(watched.read()).isEqualTo(7);
            assertThat(aborted.await(1, TimeUnit.SECONDS)).as("while nobody reads").isFalse();
            assertThat(watched.read()).isEqualTo(7);
            assertThat(hung.getCount()).isZero();
        }
        assertThat(aborts).hasValue(1);
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
