package dev.packhorse.transport.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.fault.Fault;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.fault.FtpPorts;
import dev.packhorse.transport.server.FtpFaultProxy.UploadFault;
import dev.packhorse.transport.server.KeptJournal;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// What becomes of an object that is made while it is stored when the line, the server or the
/// process fails in the middle of it: nobody can go on with it, so nothing may stay.
class FtpStreamFaultsTest extends FtpBehindProxy {
    private final KeptJournal journal = new KeptJournal();

    private StreamedObject stream(Transport transport, byte[] bytes, PutMode mode)
            throws IOException {
        return stream(transport, out -> out.write(bytes), mode, Cancellation.never());
    }

    private StreamedObject stream(
            Transport transport, ContentWriter writer, PutMode mode, Cancellation cancellation)
            throws IOException {
        return transport.putStreamed(KEY, writer, mode, journal, cancellation);
    }

    private void assertNothing() throws IOException {
        assertThat(files()).isEmpty();
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void aStreamThatWasCutShortLeavesNothing() throws IOException {
        proxy.uploads(UploadFault.CUT, 1_000_000);
        try (Transport transport = through(proxy)) {
            assertRetryable(() -> stream(transport, random(SIZE, 1), PutMode.CREATE));
        }
        assertThat(proxy.commands()).anyMatch(line -> line.startsWith("STOR"));
        assertNothing();
    }

    @Test
    void aLostAnswerToTheUploadIsResolvedByReadingBack() throws IOException {
        losesTheAnswerTo("STOR");
        try (Transport transport = through(proxy)) {
            assertThat(stream(transport, random(SIZE, 3), PutMode.CREATE).sha256())
                    .isEqualTo(BytesContent.digest(random(SIZE, 3)));
        }
        assertThat(stored()).isEqualTo(random(SIZE, 3));
        assertThat(files()).hasSize(1);
        assertThat(proxy.commands()).anyMatch(line -> line.startsWith("RETR"));
        assertThat(journal.recorded()).isEmpty();
    }

    @Test
    void anAnswerOfSuccessIsNoneWhenBytesAreMissing() throws IOException {
        proxy.uploads(UploadFault.SWALLOW, 1_000_000);
        try (Transport transport = through(proxy)) {
            assertRetryable(() -> stream(transport, random(SIZE, 3), PutMode.CREATE));
        }
        assertNothing();
    }

    /// The server said nothing good, and has as many bytes as were sent, but other ones.
    @Test
    void otherBytesThanWereSentAreNotPublished() throws IOException {
        losesTheAnswerTo("STOR");
        proxy.uploads(UploadFault.DAMAGE, 1_000_000);
        try (Transport transport = through(proxy)) {
            assertThatThrownBy(() -> stream(transport, random(SIZE, 3), PutMode.CREATE))
                    .hasMessageContaining("other bytes");
        }
        assertNothing();
    }

    @Test
    void aLostAnswerToTheRenameIsResolvedByLooking() throws IOException {
        for (PutMode mode : PutMode.values()) {
            losesTheAnswerTo("RNTO");
            try (Transport transport = through(proxy)) {
                stream(transport, random(SIZE, 3), mode);
            }
            assertThat(stored()).isEqualTo(random(SIZE, 3));
            assertThat(files()).hasSize(1);
            assertThat(journal.recorded()).isEmpty();
        }
    }

    /// Some servers do not remove a file that they still write. Here the server takes its time to
    /// close it, unless it is asked to remove it.
    @Test
    void theServerHasClosedTheFileOfAWriterThatFailsBeforeItIsRemoved() throws IOException {
        AtomicBoolean removedFirst = new AtomicBoolean();
        AtomicBoolean closed = new AtomicBoolean();
        proxy.answers((command, line) -> {
            if (command.startsWith("STOR") && !line.startsWith("1")) {
                removedFirst.set(isRemovedWithin(Duration.ofSeconds(2)));
                closed.set(true);
            }
            return Optional.of(line);
        });
        try (Transport transport = through(proxy)) {
            assertThatThrownBy(() ->
                            stream(
                                    transport,
                                    out -> {
                                        out.write(random(SIZE, 5));
                                        throw new IOException("no more");
                                    },
                                    PutMode.CREATE,
                                    Cancellation.never()))
                    .hasMessageContaining("no more");
        }
        assertThat(closed).isTrue();
        assertThat(removedFirst).isFalse();
        assertThat(isRemoved()).isTrue();
        assertNothing();
    }

    private boolean isRemoved() {
        return proxy.commands().stream().anyMatch(line -> line.startsWith("DELE"));
    }

    private boolean isRemovedWithin(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!isRemoved() && System.nanoTime() < end) {
            LockSupport.parkNanos(10_000_000);
        }
        return isRemoved();
    }

    /// As when the daemon dies: nobody can remove anything any more.
    private void serverIsGone(Transport transport, PutMode mode) {
        assertRetryable(() ->
                stream(
                        transport,
                        out -> {
                            out.write(random(SIZE, 5));
                            proxy.goDown();
                            out.write(random(SIZE, 6));
                        },
                        mode,
                        Cancellation.never()));
    }

    @Test
    void whatCannotBeRemovedNowIsTakenBackLater() throws IOException {
        try (Transport transport = through(proxy)) {
            serverIsGone(transport, PutMode.CREATE);
        }
        assertThat(files()).hasSize(1);
        try (Transport transport = direct()) {
            assertThat(transport.stat(KEY)).isEmpty();
            transport.abandon(journal.recorded().orElseThrow());
            transport.abandon(journal.recorded().orElseThrow());
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void theNextStreamRemovesWhatTheLastOneCouldNot() throws IOException {
        try (Transport transport = through(proxy)) {
            serverIsGone(transport, PutMode.CREATE);
        }
        try (Transport transport = direct()) {
            stream(transport, random(SIZE, 7), PutMode.CREATE);
        }
        assertThat(stored()).isEqualTo(random(SIZE, 7));
        assertThat(files()).hasSize(1);
        assertThat(journal.recorded()).isEmpty();
    }

    /// On a server that cannot rename over a file.
    @Test
    void anOldObjectThatADyingStreamHadSetAsideIsPutBack() throws IOException {
        useServer("AllowOverwrite off", "AllowStoreRestart on");
        try (Transport transport = direct()) {
            transport.put(
                    KEY, BytesContent.of(random(10, 1)), PutMode.REPLACE, Cancellation.never());
        }
        proxy.answers((command, line) -> {
            if (command.startsWith("RNTO") && command.endsWith("-old")) {
                proxy.goDown();
                return Optional.empty();
            }
            return Optional.of(line);
        });
        try (Transport transport = through(proxy)) {
            assertRetryable(() -> stream(transport, random(20, 2), PutMode.REPLACE));
        }
        try (Transport transport = direct()) {
            assertThat(transport.stat(KEY)).isEmpty();
            transport.abandon(journal.recorded().orElseThrow());
        }
        assertThat(stored()).isEqualTo(random(10, 1));
        assertThat(files()).hasSize(1);
    }

    /// What can be gone on with is not taken back.
    @Test
    void anUploadThatIsGivenUpLeavesNothing() throws IOException {
        proxy.uploads(UploadFault.CUT, 1_000_000);
        BytesContent content = BytesContent.of(random(SIZE, 1));
        try (Transport transport = through(proxy)) {
            assertRetryable(() ->
                    transport.put(KEY, content, PutMode.CREATE, journal, Cancellation.never()));
        }
        assertThat(files()).hasSize(1);
        try (Transport transport = direct()) {
            transport.abandon(journal.recorded().orElseThrow());
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void aStreamToAServerThatStoppedReadingEndsWhenItIsCancelled() throws Exception {
        proxy.uploads(UploadFault.STALL, 500_000);
        CancellationSource cancellation = new CancellationSource();
        try (Transport transport = through(proxy)) {
            Thread canceller =
                    Thread.ofVirtual()
                            .start(() -> {
                                while (proxy.uploadedBytes() < 500_000) {
                                    Thread.onSpinWait();
                                }
                                cancellation.request();
                            });
            byte[] bytes = random(30_000_000, 6);
            assertThatThrownBy(() ->
                            stream(
                                    transport,
                                    out -> out.write(bytes),
                                    PutMode.CREATE,
                                    cancellation))
                    .isInstanceOf(CancelledException.class);
            canceller.join();
        }
        assertNothing();
    }

    private Transport within(Duration limit, HostPort address) throws IOException {
        TransportSettings settings =
                server.settings(folder, Map.of("port", Integer.toString(address.port())));
        return new FtpTransportFactory()
                .open(new TransportSettings(settings.values(), settings.secrets(), limit));
    }

    private HostPort server() {
        return new HostPort("127.0.0.1", server.port());
    }

    /// Longer than the server may stand still.
    @Test
    void aWriterMayTakeLongerThanTheServerMay() throws IOException {
        byte[] bytes = random(300_000, 1);
        try (Transport impatient = within(Duration.ofSeconds(1), server())) {
            impatient.putStreamed(
                    KEY,
                    out -> {
                        out.write(bytes, 0, 100_000);
                        LockSupport.parkNanos(Duration.ofMillis(2_500).toNanos());
                        out.write(bytes, 100_000, 200_000);
                        LockSupport.parkNanos(Duration.ofMillis(2_500).toNanos());
                    },
                    PutMode.CREATE,
                    UploadJournal.none(),
                    Cancellation.never());
        }
        assertThat(stored()).isEqualTo(bytes);
    }

    /// One write takes several times as long as the server may stand still, and moves all the time.
    @Test
    void aLongWriteOverASlowLineIsNoStandStill() throws IOException {
        byte[] bytes = random(24 << 20, 1);
        try (FaultProxy slow = FaultProxy.before(server(), FtpPorts::translated);
                Transport impatient = within(Duration.ofSeconds(2), slow.address())) {
            slow.set(new Fault.Slow(3));
            long began = System.nanoTime();
            stream(impatient, bytes, PutMode.CREATE);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isGreaterThan(Duration.ofSeconds(6));
        }
        assertThat(stored()).isEqualTo(bytes);
    }
}
