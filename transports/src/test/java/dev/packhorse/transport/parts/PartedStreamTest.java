package dev.packhorse.transport.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.TransportException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PartedStreamTest {
    private static final int MIB = 1 << 20;

    private final PartMemory memory = new PartMemory(4);
    private final Received received = new Received();

    /// Keeps what comes.
    private static class Received implements StreamReceiver {
        final AtomicInteger begun = new AtomicInteger();
        final Map<Integer, byte[]> parts = new ConcurrentHashMap<>();
        final Map<Integer, byte[]> whole = new ConcurrentHashMap<>();

        @Override
        public void begin() {
            begun.incrementAndGet();
        }

        @Override
        public void store(Part part) throws IOException {
            whole.put(part.number(), part.open().readAllBytes());
        }

        @Override
        public void send(Part part, Cancellation stop) throws IOException {
            assertThat(begun).hasValue(1);
            byte[] bytes = part.open().readAllBytes();
            assertThat(bytes).hasSize(part.length());
            assertThat(parts.put(part.number(), bytes)).isNull();
        }
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private int run(byte[] bytes, PartMemory from, StreamReceiver receiver) throws IOException {
        StreamedContent content =
                new StreamedContent(out -> out.write(bytes), Cancellation.never());
        return new PartedStream(new ByteSize(MIB), from, receiver)
                .run(content, Cancellation.never());
    }

    /// All memory can be had again.
    private void assertNothingIsHeld() throws IOException {
        memory.take(4 * MIB, Cancellation.never());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MIB - 1, MIB})
    void whatFitsIntoOnePartIsStoredWhole(int size) throws IOException {
        assertThat(run(bytes(size), memory, received)).isZero();
        assertThat(received.whole).hasSize(1);
        assertThat(received.whole.get(1)).isEqualTo(bytes(size));
        assertThat(received.begun).hasValue(0);
        assertThat(received.parts).isEmpty();
        assertNothingIsHeld();
    }

    @ParameterizedTest
    @ValueSource(ints = {MIB + 1, 2 * MIB, 7 * MIB + 5})
    void moreIsCutIntoPartsInOrder(int size) throws IOException {
        int parts = (size + MIB - 1) / MIB;
        assertThat(run(bytes(size), memory, received)).isEqualTo(parts);
        assertThat(received.whole).isEmpty();
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : new TreeMap<>(received.parts).values()) {
            joined.write(part);
        }
        assertThat(received.parts).hasSize(parts);
        assertThat(joined.toByteArray()).isEqualTo(bytes(size));
        assertNothingIsHeld();
    }

    /// No part is done before as many are under way as may be.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void noMoreIsInMemoryThanFits(int mebibytes) throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(mebibytes);
        Received slow =
                new Received() {
                    @Override
                    public void send(Part part, Cancellation stop) throws IOException {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        full.countDown();
                        try {
                            assertThat(full.await(30, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        super.send(part, stop);
                        now.decrementAndGet();
                    }
                };
        run(bytes(9 * MIB), new PartMemory(mebibytes), slow);
        assertThat(most).hasValue(mebibytes);
        assertThat(slow.parts).hasSize(9);
    }

    @Test
    void aPartThatFailsEndsTheWriter() throws IOException {
        AtomicInteger written = new AtomicInteger();
        IOException broken = new IOException("the line broke");
        Received failing =
                new Received() {
                    @Override
                    public void send(Part part, Cancellation stop) throws IOException {
                        throw broken;
                    }
                };
        StreamedContent endless =
                new StreamedContent(
                        out -> {
                            while (written.incrementAndGet() < 1_000) {
                                out.write(bytes(MIB));
                            }
                        },
                        Cancellation.never());
        assertThatThrownBy(() ->
                        new PartedStream(new ByteSize(MIB), memory, failing)
                                .run(endless, Cancellation.never()))
                .isSameAs(broken);
        assertThat(written.get()).isLessThan(100);
        assertNothingIsHeld();
    }

    @Test
    void aWriterThatFailsHasNothingStored() throws IOException {
        StreamedContent failing =
                new StreamedContent(
                        out -> {
                            out.write(bytes(1_000));
                            throw new IOException("no more");
                        },
                        Cancellation.never());
        assertThatThrownBy(() ->
                        new PartedStream(new ByteSize(MIB), memory, received)
                                .run(failing, Cancellation.never()))
                .isInstanceOf(SourceException.class);
        assertThat(received.whole).isEmpty();
        assertNothingIsHeld();
    }

    /// Not the place's: others may be sent there.
    @Test
    void whatIsLongerThanAStreamMayBeIsTheFaultOfTheStreamAlone() throws IOException {
        ByteSize least = new ByteSize(1);
        int most = Math.toIntExact(PartPlan.mostInStream(least));
        assertThat(sent(bytes(most), least)).isEqualTo(9_000);
        assertThatThrownBy(() -> sent(bytes(most + 1), least))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(TransportException.Kind.REFUSED);
                            assertThat(e.isOfPlace()).isFalse();
                        });
        assertNothingIsHeld();
    }

    private int sent(byte[] bytes, ByteSize least) throws IOException {
        StreamedContent content =
                new StreamedContent(out -> out.write(bytes), Cancellation.never());
        return new PartedStream(least, memory, new Received()).run(content, Cancellation.never());
    }

    @Test
    void evenPartsAreOfOneLengthAndTwoFitTheMemory() throws IOException {
        ByteSize least = new ByteSize(5 * MIB);
        int length = PartPlan.evenLengthInStream(least);
        assertThat(length).isGreaterThanOrEqualTo(5 * MIB);
        assertThat(PartPlan.evenLengthInStream(new ByteSize(150 * MIB))).isEqualTo(150 * MIB);
        assertThat(2L * length)
                .isLessThanOrEqualTo(Math.max(10 * MIB, Runtime.getRuntime().maxMemory() / 8));
        StreamedContent content =
                new StreamedContent(
                        out -> {
                            for (int i = 0; i <= 2 * length; i += MIB) {
                                out.write(new byte[MIB]);
                            }
                        },
                        Cancellation.never());
        Map<Integer, Integer> lengths = new ConcurrentHashMap<>();
        Received counting =
                new Received() {
                    @Override
                    public void send(Part part, Cancellation stop) {
                        lengths.put(part.number(), part.length());
                    }
                };
        PartedStream stream = PartedStream.ofEvenParts(least, memory, counting);
        assertThat(stream.run(content, Cancellation.never())).isEqualTo(3);
        assertThat(lengths).containsEntry(1, length).containsEntry(2, length);
        assertNothingIsHeld();
    }

    @Test
    void longStreamsHaveLongerParts() {
        ByteSize least = new ByteSize(5 * MIB);
        assertThat(PartPlan.lengthInStream(1, least)).isEqualTo(5 * MIB);
        assertThat(PartPlan.lengthInStream(1_000, least)).isEqualTo(5 * MIB);
        assertThat(PartPlan.lengthInStream(1_001, least)).isEqualTo(10 * MIB);
        assertThat(PartPlan.lengthInStream(PartPlan.MOST_OF_STREAM, least))
                .isEqualTo((int) Math.min(PartPlan.LARGEST_PART.bytes(), (5L * MIB) << 8));
    }
}
