package dev.packhorse.transport.backblaze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.backblaze.FaultyB2.Reply;
import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.decorator.RetryPolicy;
import dev.packhorse.transport.parts.KeptJournal;
import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of an object that is made while it is stored when the service answers wrongly or
/// not at all: nobody can go on with it, so nothing may stay.
@Timeout(120)
class BackblazeStreamFaultsTest {
    private static final ObjectKey KEY = new ObjectKey("day/demo.tar.gz");
    private static final String NAME = "f/" + KEY;
    private static final int MIB = 1 << 20;

    /// As [B2Place] has it.
    private static final int PART = 5 * MIB;

    private static final byte[] SMALL = random(1000, 1);

    /// Three parts.
    private static final byte[] LARGE = random(12 * MIB, 2);

    private final KeptJournal journal = new KeptJournal();
    private FaultyB2 service;
    private Transport transport;

    @BeforeEach
    void open() throws IOException {
        service = new FaultyB2();
        transport =
                B2Place.at(new B2Simulator(service.endpoint(), "key-id", FaultyB2.KEY, "bucket"))
                        .with("path", "f")
                        .open(Duration.ofSeconds(20));
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        service.close();
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private StreamedObject stream(byte[] bytes) throws IOException {
        return stream(out -> out.write(bytes), Cancellation.never());
    }

    private StreamedObject stream(ContentWriter writer, Cancellation cancellation)
            throws IOException {
        return transport.putStreamed(KEY, writer, PutMode.CREATE, journal, cancellation);
    }

    private static void fails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        thrown -> assertThat(thrown.kind()).as(thrown.getMessage()).isEqualTo(kind))
                .hasMessageNotContaining("MARKER");
    }

    private void assertNothing() {
        assertThat(service.versions("start") + service.versions("upload")).isZero();
        assertThat(journal.recorded()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, PART})
    void whatFitsIntoAPartIsAnOrdinaryFile(int size) throws IOException {
        byte[] bytes = random(size, 3);
        assertThat(stream(bytes).sha256()).isEqualTo(BytesContent.digest(bytes));
        assertThat(service.count("upload")).isOne();
        assertThat(service.count("b2_start_large_file")).isZero();
        assertThat(service.content(NAME)).isEqualTo(bytes);
        assertThat(service.sha256(NAME)).isEqualTo(BytesContent.digest(bytes));
        assertThat(journal.writes()).isZero();
    }

    /// The service takes no large file of one part.
    @ParameterizedTest
    @ValueSource(ints = {PART + 1, 2 * PART, 2 * PART + 1})
    void whatDoesNotIsALargeFile(int size) throws IOException {
        byte[] bytes = random(size, 4);
        stream(bytes);
        assertThat(service.count("upload")).isZero();
        assertThat(service.count("part")).isEqualTo((size + PART - 1) / PART).isGreaterThan(1);
        assertThat(service.content(NAME)).isEqualTo(bytes);
        assertThat(service.receivedBytes()).isEqualTo(size);
        assertThat(journal.writes()).isOne();
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void aLostAnswerToTheLastStepIsResolvedByTheFilesId() throws IOException {
        service.loseAnswer("b2_finish_large_file");
        stream(LARGE);
        assertThat(service.content(NAME)).isEqualTo(LARGE);
        assertThat(service.count("b2_finish_large_file")).isOne();
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void aLostAnswerToASmallStreamIsResolvedByLooking() throws IOException {
        service.loseAnswer("upload");
        stream(SMALL);
        assertThat(service.versions("upload")).isOne();
    }

    @Test
    void aFinishThatFailsLeavesNothing() {
        service.instead("b2_finish_large_file", Reply.error(500, "internal_error"));
        fails(Kind.UNAVAILABLE, () -> stream(LARGE));
        assertNothing();
    }

    @Test
    void aPartThatArrivesDamagedAgainAndAgainEndsTheStream() {
        for (int i = 0; i < 3 * RetryPolicy.PART.attempts(); i++) {
            service.instead("part", Reply.json(200, FaultyB2.partFacts(1, SMALL)));
        }
        fails(Kind.UNAVAILABLE, () -> stream(LARGE));
        assertThat(service.count("b2_finish_large_file")).isZero();
        assertNothing();
    }

    @Test
    void aPartThatFailsIsSentAgainAlthoughItsStreamCannotBe() throws IOException {
        service.cut("part");
        service.instead("part", Reply.error(500, "internal_error"));
        service.instead("part", Reply.json(200, FaultyB2.partFacts(1, SMALL)));
        stream(LARGE);
        assertThat(service.count("b2_start_large_file")).isEqualTo(1);
        assertThat(service.count("b2_finish_large_file")).isEqualTo(1);
    }

    @Test
    void aSmallOneThatArrivesDamagedIsNotTaken() {
        service.instead(
                "upload",
                Reply.json(
                        200, Map.of("contentLength", 1000, "contentSha1", FaultyB2.sha1(LARGE))));
        fails(Kind.CORRUPT, () -> stream(SMALL));
        assertNothing();
    }

    /// The service may end an upload by itself; a later one, by way of a file, may be tried.
    @Test
    void anUploadThatTheServiceDroppedMayBeTriedAgain() {
        service.instead("part", Reply.error(404, "file_not_present"));
        fails(Kind.UNAVAILABLE, () -> stream(LARGE));
        assertNothing();
    }

    @Test
    void whatCannotBeCancelledNowIsTakenBackLater() throws IOException {
        service.instead("part", Reply.error(400, "bad_request"));
        service.cut("b2_cancel_large_file");
        fails(Kind.REFUSED, () -> stream(LARGE));
        assertThat(service.versions("start")).isOne();
        transport.abandon(journal.recorded().orElseThrow());
        transport.abandon(journal.recorded().orElseThrow());
        assertThat(service.versions("start")).isZero();
    }

    @Test
    void theNextStreamCancelsWhatTheLastOneCouldNot() throws IOException {
        service.instead("part", Reply.error(400, "bad_request"));
        service.cut("b2_cancel_large_file");
        fails(Kind.REFUSED, () -> stream(LARGE));
        stream(LARGE);
        assertThat(service.content(NAME)).isEqualTo(LARGE);
        assertThat(service.versions("start")).isZero();
        assertThat(journal.recorded()).isEmpty();
    }

    /// Four parts under way and one that is filled, however fast the writer is.
    @Test
    void aServiceThatTakesNothingHoldsTheWriterUp() throws Exception {
        for (int i = 0; i < 5; i++) {
            service.hang("part");
        }
        CancellationSource stop = new CancellationSource();
        AtomicLong written = new AtomicLong();
        byte[] piece = random(1 << 16, 5);
        Thread stopper =
                Thread.ofVirtual()
                        .start(() -> {
                            while (service.count("part") < 4 || written.get() < 5L * PART) {
                                Thread.onSpinWait();
                            }
                            stop.request();
                        });
        ContentWriter endless =
                out -> {
                    while (true) {
                        out.write(piece);
                        written.addAndGet(piece.length);
                    }
                };
        assertThatThrownBy(() -> stream(endless, stop)).isInstanceOf(CancelledException.class);
        stopper.join();
        assertThat(written).hasValue(5L * PART);
        assertNothing();
    }
}
