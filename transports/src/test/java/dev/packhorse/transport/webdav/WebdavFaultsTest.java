package dev.packhorse.transport.webdav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.server.HttpFaultProxy;
import dev.packhorse.transport.server.KeptJournal;
import dev.packhorse.transport.server.NginxDavServer;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a call when the line or the server fails in the middle of it, and whom the
/// driver talks to.
class WebdavFaultsTest {
    private static final ObjectKey KEY = new ObjectKey("2026/a.tar");
    private static final byte[] BYTES = random(300_000);

    private NginxDavServer server;
    private HttpFaultProxy proxy;
    private TransportSettings settings;

    @BeforeEach
    void start() throws IOException {
        server = NginxDavServer.shared();
        proxy = HttpFaultProxy.before(server.plainPort());
        settings = server.settings(Map.of("ssl", "0", "port", String.valueOf(proxy.port())));
    }

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private Transport open() throws TransportException {
        return new WebdavTransportFactory().open(settings);
    }

    private static void put(Transport transport, PutMode mode, UploadJournal journal)
            throws IOException {
        transport.put(KEY, BytesContent.of(BYTES), mode, journal, Cancellation.never());
    }

    private List<Path> files() throws IOException {
        Path root = server.home().resolve(settings.values().get("path"));
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(root)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    private void assertStored() throws IOException {
        assertThat(files())
                .singleElement()
                .satisfies(file -> {
                    assertThat(file).endsWith(Path.of(KEY.value()));
                    assertThat(Files.readAllBytes(file)).isEqualTo(BYTES);
                });
    }

    private static TransportException failure(ThrowingCallable call) {
        Throwable[] caught = new Throwable[1];
        assertThatThrownBy(call)
                .isInstanceOf(TransportException.class)
                .satisfies(failure -> caught[0] = failure);
        return (TransportException) caught[0];
    }

    @Test
    void lostAnswersToPutAndMoveAreResolvedByLooking() throws IOException {
        for (String method : List.of("PUT", "MOVE")) {
            for (PutMode mode : PutMode.values()) {
                settings =
                        server.settings(Map.of("ssl", "0", "port", String.valueOf(proxy.port())));
                proxy.losesAnswerOf(exchange -> exchange.getRequestMethod().equals(method));
                try (Transport transport = open()) {
                    put(transport, mode, UploadJournal.none());
                }
                assertStored();
            }
        }
    }

    @Test
    void whatNobodyGoesOnWithIsTakenBack() throws IOException {
        KeptJournal journal = new KeptJournal();
        proxy.answers(exchange ->
                exchange.getRequestMethod().equals("MOVE")
                        && HttpFaultProxy.reply(exchange, 503, Map.of()));
        try (Transport transport = open()) {
            failure(() -> put(transport, PutMode.CREATE, journal));
            assertThat(files()).hasSize(1);
            transport.abandon(journal.recorded().orElseThrow());
            transport.abandon(journal.recorded().orElseThrow());
        }
        assertThat(files()).isEmpty();
    }

    /// As servers do that have not seen yet that the sender is gone.
    @Test
    void aFileThatTheServerStillHoldsIsRemovedWhenItLetsGo() throws IOException {
        AtomicInteger deletions = new AtomicInteger();
        proxy.answers(exchange ->
                (exchange.getRequestMethod().equals("MOVE")
                                && HttpFaultProxy.reply(exchange, 403, Map.of()))
                        || (exchange.getRequestMethod().equals("DELETE")
                                && deletions.incrementAndGet() < 3
                                && HttpFaultProxy.reply(exchange, 423, Map.of())));
        try (Transport transport = open()) {
            assertThat(failure(() -> put(transport, PutMode.CREATE, UploadJournal.none())).kind())
                    .isEqualTo(Kind.DENIED);
        }
        assertThat(deletions).hasValue(3);
        assertThat(files()).isEmpty();
    }

    /// What cannot be removed after a lasting failure stays recorded, for the sweep.
    @Test
    void whatCannotBeRemovedNowStaysRecorded() throws IOException {
        KeptJournal journal = new KeptJournal();
        proxy.answers(exchange ->
                (exchange.getRequestMethod().equals("MOVE")
                                && HttpFaultProxy.reply(exchange, 403, Map.of()))
                        || (exchange.getRequestMethod().equals("DELETE")
                                && HttpFaultProxy.reply(exchange, 503, Map.of())));
        try (Transport transport = open()) {
            assertThat(failure(() -> put(transport, PutMode.CREATE, journal)).kind().retryable())
                    .isFalse();
            assertThat(files()).hasSize(1);
            proxy.answers(_ -> false);
            transport.abandon(journal.recorded().orElseThrow());
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void anAnswerOfSuccessIsNoneWhenNothingArrived() throws IOException {
        proxy.answers(exchange ->
                exchange.getRequestMethod().equals("PUT")
                        && HttpFaultProxy.reply(exchange, 201, Map.of()));
        try (Transport transport = open()) {
            assertThat(failure(() -> put(transport, PutMode.CREATE, UploadJournal.none())).kind())
                    .isEqualTo(Kind.UNAVAILABLE);
        }
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, 507, FULL",
        "PUT, 403, DENIED",
        "PUT, 423, UNAVAILABLE",
        "PUT, 502, UNAVAILABLE",
        "PUT, 413, REFUSED",
        "PUT, 302, REFUSED",
        "MOVE, 507, FULL",
        "MOVE, 423, UNAVAILABLE",
        "MOVE, 412, EXISTS"
    })
    void statusesHaveTheirKindsAndNothingIsLeft(String method, int status, Kind kind)
            throws IOException {
        proxy.answers(exchange ->
                exchange.getRequestMethod().equals(method)
                        && HttpFaultProxy.reply(exchange, status, Map.of()));
        try (Transport transport = open()) {
            assertThat(failure(() -> put(transport, PutMode.CREATE, UploadJournal.none())).kind())
                    .isEqualTo(kind);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void aServerThatAsksToWaitSaysHowLong() throws IOException {
        proxy.answers(exchange -> HttpFaultProxy.reply(exchange, 503, Map.of("Retry-After", "17")));
        try (Transport transport = open()) {
            TransportException failure = failure(() -> transport.stat(KEY));
            assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
            assertThat(failure.retryAfter()).contains(Duration.ofSeconds(17));
        }
    }

    @Test
    void aRedirectToAnotherHostIsNotFollowed() throws IOException {
        try (HttpFaultProxy other = HttpFaultProxy.before(server.plainPort());
                Transport transport = open()) {
            proxy.answers(exchange ->
                    HttpFaultProxy.reply(
                            exchange,
                            302,
                            Map.of("Location", "http://localhost:" + other.port() + "/x/")));
            assertThat(failure(() -> transport.stat(KEY)).kind()).isEqualTo(Kind.REFUSED);
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void anUploadThatDiedWhileItWasPublishedIsNotSentAgain() throws IOException {
        KeptJournal journal = new KeptJournal();
        boolean[] moved = {false};
        proxy.losesAnswerOf(exchange -> {
            moved[0] |= exchange.getRequestMethod().equals("MOVE");
            return moved[0];
        });
        try (Transport transport = open()) {
            assertThat(failure(() -> put(transport, PutMode.CREATE, journal)).kind().retryable())
                    .isTrue();
        }
        assertThat(journal.recorded()).isPresent();
        proxy.losesAnswerOf(_ -> false);
        long puts = puts();
        try (Transport transport = open()) {
            put(transport, PutMode.CREATE, journal);
        }
        assertThat(puts()).isEqualTo(puts);
        assertThat(journal.recorded()).isEmpty();
        assertStored();
    }

    private long puts() {
        return proxy.requests().stream().filter(request -> request.startsWith("PUT")).count();
    }

    @Test
    void aServerThatIgnoresRangesIsReadRight() throws IOException {
        try (Transport transport = open()) {
            put(transport, PutMode.CREATE, UploadJournal.none());
            proxy.changesHeaders(
                    (name, value) -> name.equals("range") ? Optional.empty() : Optional.of(value));
            assertThat(transport.readsParts(KEY, Cancellation.never())).isFalse();
            byte[] read =
                    transport.read(
                            KEY,
                            new ByteRange(1000, 500),
                            InputStream::readAllBytes,
                            Cancellation.never());
            assertThat(read).isEqualTo(Arrays.copyOfRange(BYTES, 1000, 1500));
            assertThat(transport.traits().readsRanges()).as("it is known from then on").isFalse();
        }
    }

    @Test
    void aServerThatGivesPartsIsAskedOnce() throws IOException {
        try (Transport transport = open()) {
            put(transport, PutMode.CREATE, UploadJournal.none());
            int before = proxy.requests().size();
            assertThat(transport.readsParts(KEY, Cancellation.never())).isTrue();
            int after = proxy.requests().size();
            assertThat(after).isGreaterThan(before);
            assertThat(transport.readsParts(KEY, Cancellation.never())).isTrue();
            assertThat(proxy.requests()).hasSize(after);
            assertThat(transport.traits().readsRanges()).isTrue();
        }
    }

    /// A page for people, as of a sign-in, and a body that is longer or shorter than the file.
    @ParameterizedTest
    @CsvSource({"40", "299999", "300001"})
    void anAnswerOfSuccessWithAnotherBodyIsNotTheObject(int length) throws IOException {
        try (Transport transport = open()) {
            put(transport, PutMode.CREATE, UploadJournal.none());
            proxy.answers(exchange -> {
                if (!exchange.getRequestMethod().equals("GET")) {
                    return false;
                }
                exchange.sendResponseHeaders(200, length);
                exchange.getResponseBody().write(new byte[length]);
                exchange.close();
                return true;
            });
            for (ByteRange range : List.of(ByteRange.ALL, new ByteRange(10, 20))) {
                assertThat(
                                failure(() ->
                                                transport.read(
                                                        KEY,
                                                        range,
                                                        InputStream::readAllBytes,
                                                        Cancellation.never()))
                                        .kind())
                        .isEqualTo(Kind.UNAVAILABLE);
            }
        }
    }

    @Test
    void aServerThatGivesAnotherRangeIsNotBelieved() throws IOException {
        try (Transport transport = open()) {
            put(transport, PutMode.CREATE, UploadJournal.none());
            proxy.changesHeaders(
                    (name, value) -> Optional.of(name.equals("range") ? "bytes=0-499" : value));
            assertThat(
                            failure(() ->
                                            transport.read(
                                                    KEY,
                                                    new ByteRange(1000, 500),
                                                    InputStream::readAllBytes,
                                                    Cancellation.never()))
                                    .kind())
                    .isEqualTo(Kind.UNAVAILABLE);
        }
    }

    @Test
    void aWrongPasswordIsDeniedAndNotShown() throws IOException {
        settings =
                new TransportSettings(
                        settings.values(),
                        new TreeMap<>(Map.of("password", new Secret("s3cr3t-marker"))),
                        Duration.ofSeconds(20));
        try (Transport transport = open()) {
            TransportException failure = failure(() -> transport.stat(KEY));
            assertThat(failure.kind()).isEqualTo(Kind.DENIED);
            assertThat(failure.toString()).doesNotContain("s3cr3t-marker");
        }
    }

    @Test
    void aServerThatKnowsDigestNeverSeesThePassword() throws IOException {
        boolean[] basic = {false};
        proxy.answers(exchange -> {
            String sent = exchange.getRequestHeaders().getFirst("Authorization");
            basic[0] |= sent != null && sent.startsWith("Basic");
            return HttpFaultProxy.reply(
                    exchange,
                    401,
                    Map.of("WWW-Authenticate", "Digest realm=\"x\", nonce=\"n\", qop=\"auth\""));
        });
        try (Transport transport = open()) {
            assertThat(failure(() -> transport.stat(KEY)).kind()).isEqualTo(Kind.DENIED);
        }
        assertThat(basic[0]).isFalse();
        assertThat(proxy.requests()).hasSize(2);
    }

    @Test
    void certificatesThatNobodyVouchesForAreRefused() throws IOException {
        for (String fingerprint : List.of("", "ab".repeat(32))) {
            settings = server.settings(Map.of("ssl", "1", "tls_fingerprint", fingerprint));
            try (Transport transport = open()) {
                TransportException failure = failure(() -> transport.stat(KEY));
                assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.REFUSED);
            }
        }
    }

    @Test
    void aListingOfAnotherFolderIsNoEmptyFolder() throws IOException {
        try (Transport transport = open()) {
            put(transport, PutMode.CREATE, UploadJournal.none());
            settings = server.settings(Map.of("ssl", "0", "port", String.valueOf(proxy.port())));
            proxy.answers(exchange -> {
                if (!exchange.getRequestMethod().equals("PROPFIND")) {
                    return false;
                }
                byte[] body =
                        ("<m:multistatus xmlns:m=\"DAV:\"><m:response><m:href>/other/</m:href>"
                                        + "<m:propstat><m:prop/><m:status>HTTP/1.1 200 OK"
                                        + "</m:status></m:propstat></m:response></m:multistatus>")
                                .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(207, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
                return true;
            });
            assertThat(failure(() -> transport.list("", _ -> true, Cancellation.never())).kind())
                    .isEqualTo(Kind.REFUSED);
        }
    }

    @Test
    void aSilentServerTimesOutAndACancelledCallToItEnds() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            settings =
                    new TransportSettings(
                            server.settings(
                                            Map.of(
                                                    "ssl",
                                                    "0",
                                                    "port",
                                                    String.valueOf(silent.getLocalPort())))
                                    .values(),
                            settings.secrets(),
                            Duration.ofSeconds(2));
            try (Transport transport = open()) {
                assertThat(failure(() -> transport.stat(KEY)).kind()).isEqualTo(Kind.TIMED_OUT);
                CancellationSource cancellation = new CancellationSource();
                Thread.ofVirtual()
                        .start(() -> {
                            try (Socket _ = silent.accept();
                                    Socket _ = silent.accept()) {
                                cancellation.request();
                                new CountDownLatch(1).await();
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
                assertThatThrownBy(() -> transport.list("", _ -> true, cancellation))
                        .isInstanceOf(CancelledException.class);
            }
        }
    }
}
