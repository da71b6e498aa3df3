package dev.packhorse.transport.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.decorator.RetryPolicy;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PartedUploadTest {
    private static final ObjectKey KEY = new ObjectKey("k");
    private static final int MIB = 1 << 20;
    private static final byte[] BYTES = new byte[20 * MIB + 5];

    static {
        new Random(1).nextBytes(BYTES);
    }

    private final PartMemory memory = new PartMemory(4);

    private static void run(PartMemory memory, PartSender sender, Cancellation cancellation)
            throws IOException {
        new PartedUpload(new PartPlan(BYTES.length, MIB), new ByteSize(MIB), memory, sender)
                .run(KEY, BytesContent.of(BYTES), cancellation);
    }

    /// All memory can be had again.
    private void assertNothingIsHeld() throws IOException {
        memory.take(4 * MIB, Cancellation.never());
    }

    @Test
    void everyPartIsSentOnce() throws IOException {
        Map<Integer, byte[]> sent = new ConcurrentHashMap<>();
        run(
                memory,
                (part, _) ->
                        assertThat(sent.put(part.number(), part.open().readAllBytes())).isNull(),
                Cancellation.never());
        assertThat(sent).hasSize(21);
        sent.forEach((number, bytes) -> {
            int from = (number - 1) * MIB;
            assertThat(bytes)
                    .isEqualTo(Arrays.copyOfRange(BYTES, from, Math.min(BYTES.length, from + MIB)));
        });
        assertNothingIsHeld();
    }

    @Test
    void fourAreInFlightAndNoMoreThanFitIntoMemory() throws IOException {
        assertInFlight(new PartMemory(100), 4);
        assertInFlight(new PartMemory(2), 2);
        assertInFlight(new PartMemory(1), 1);
    }

    /// No part is done before as many are under way as may be.
    private static void assertInFlight(PartMemory memory, int expected) throws IOException {
        CountDownLatch full = new CountDownLatch(expected);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        run(
                memory,
                (_, _) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    full.countDown();
                    await(full);
                    now.decrementAndGet();
                },
                Cancellation.never());
        assertThat(most).hasValue(expected);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void theFirstFailureStopsTheRestAndComesOut() throws IOException {
        assertThatThrownBy(() ->
                        run(
                                memory,
                                (part, stop) -> {
                                    if (part.number() == 2) {
                                        throw new IOException("part 2 failed");
                                    }
                                    awaitRequest(stop);
                                },
                                Cancellation.never()))
                .isInstanceOf(IOException.class)
                .hasMessage("part 2 failed");
        assertNothingIsHeld();
    }

    /// Fails part 2 so many times, and returns how often each part was sent.
    private Map<Integer, Integer> sentWhilePartTwoFails(int times, TransportException failure)
            throws IOException {
        Map<Integer, Integer> sent = new ConcurrentHashMap<>();
        PartSender sender =
                (part, _) -> {
                    int tries = sent.merge(part.number(), 1, Integer::sum);
                    if (part.number() == 2 && tries <= times) {
                        throw failure;
                    }
                };
        if (times < RetryPolicy.PART.attempts() && failure.kind().retryable()) {
            run(memory, sender, Cancellation.never());
        } else {
            assertThatThrownBy(() -> run(memory, sender, Cancellation.never())).isSameAs(failure);
        }
        assertNothingIsHeld();
        return sent;
    }

    @Test
    void aPartWhoseFailureMayPassIsSentAgainAlone() throws IOException {
        Map<Integer, Integer> sent =
                sentWhilePartTwoFails(2, new TransportException(Kind.UNAVAILABLE, "cut"));
        assertThat(sent).hasSize(21).containsEntry(2, 3);
        sent.remove(2);
        assertThat(sent.values()).containsOnly(1);
    }

    @Test
    void aPartThatFailsTimeAndAgainEndsTheUpload() throws IOException {
        int tries = RetryPolicy.PART.attempts();
        TransportException failure = new TransportException(Kind.TIMED_OUT, "hangs");
        assertThat(sentWhilePartTwoFails(tries, failure)).containsEntry(2, tries);
    }

    @Test
    void aPartIsNotSentAgainAfterALastingFailure() throws IOException {
        assertThat(sentWhilePartTwoFails(9, new TransportException(Kind.DENIED, "no")))
                .containsEntry(2, 1);
    }

    @Test
    void aPartIsNotSentAgainBeforeThePlaceWants() throws IOException {
        TransportException asks =
                new TransportException(Kind.THROTTLED, "slow", null, Duration.ofMinutes(5));
        assertThat(sentWhilePartTwoFails(9, asks)).containsEntry(2, 1);
    }

    private static void awaitRequest(Cancellation stop) throws IOException {
        CountDownLatch requested = new CountDownLatch(1);
        try (Cancellation.Registration _ = stop.onRequest(requested::countDown)) {
            await(requested);
        }
        stop.check();
    }

    @Test
    void aCancellationReachesEveryPart() throws IOException {
        CancellationSource cancellation = new CancellationSource();
        assertThatThrownBy(() ->
                        run(
                                memory,
                                (part, stop) -> {
                                    if (part.number() == 3) {
                                        cancellation.request();
                                    }
                                    awaitRequest(stop);
                                },
                                cancellation))
                .isInstanceOf(CancelledException.class);
        assertNothingIsHeld();
    }

    @Test
    void aBugInASenderComesOutAsIs() throws IOException {
        assertThatThrownBy(() ->
                        run(
                                memory,
                                (_, _) -> {
                                    throw new IllegalStateException("bug");
                                },
                                Cancellation.never()))
                .isInstanceOf(IllegalStateException.class);
        assertNothingIsHeld();
    }

    @Test
    void aContentThatIsNotWhatItDeclaresFailsBeforeThePublishing() throws IOException {
        BytesContent lying = new BytesContent(BYTES, BYTES.length, "0".repeat(64));
        assertThatThrownBy(() ->
                        new PartedUpload(
                                        new PartPlan(BYTES.length, MIB),
                                        new ByteSize(MIB),
                                        memory,
                                        (_, _) -> {})
                                .run(KEY, lying, Cancellation.never()))
                .isInstanceOf(TransportException.class);
        assertThatThrownBy(() ->
                        memory.sendWhole(
                                KEY,
                                new BytesContent(new byte[3], 3, "0".repeat(64)),
                                Cancellation.never(),
                                (_, _) -> {
                                    throw new AssertionError("it was sent");
                                }))
                .isInstanceOf(TransportException.class);
        assertNothingIsHeld();
    }
}
