package dev.packhorse.transport.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.server.FtpFaultProxy;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Whom the driver talks to, and how it leaves those it should not talk to.
class FtpPeerTest {
    private static final ObjectKey KEY = new ObjectKey("k");
    private static final String MARKER = "s3cr3t-marker";

    private static TransportException failure(TransportSettings settings) throws Exception {
        try (Transport transport = new FtpTransportFactory().open(settings)) {
            return org.junit.jupiter.api.Assertions.assertThrows(
                    TransportException.class, () -> transport.stat(KEY));
        }
    }

    private static TransportSettings withPassword(TransportSettings settings, Duration timeout) {
        return new TransportSettings(
                settings.values(), new TreeMap<>(Map.of("password", new Secret(MARKER))), timeout);
    }

    private static TransportSettings at(int port) {
        Map<String, String> values =
                Map.of(
                        "host",
                        "127.0.0.1",
                        "port",
                        String.valueOf(port),
                        "username",
                        "bk",
                        "tls",
                        "none");
        return withPassword(
                new TransportSettings(new TreeMap<>(values), new TreeMap<>(), Duration.ZERO),
                Duration.ofSeconds(2));
    }

    private static void assertNoSecret(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(MARKER);
        }
    }

    @Test
    void aWrongPasswordIsDeniedAndNotShown() throws Exception {
        ProftpdServer server = ProftpdServer.withTls();
        TransportException failure =
                failure(withPassword(server.settings(), Duration.ofSeconds(20)));
        assertThat(failure.kind()).isEqualTo(Kind.DENIED);
        assertNoSecret(failure);
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
        ProftpdServer server = ProftpdServer.withTls();
        TransportException failure = failure(server.settings("x", Map.of("tls_fingerprint", "")));
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void aCertificateOtherThanThePinnedOneIsRefused() throws Exception {
        ProftpdServer server = ProftpdServer.withTls();
        TransportException failure =
                failure(server.settings("x", Map.of("tls_fingerprint", "ab".repeat(32))));
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void aServerWithoutTlsGetsNoPassword() throws Exception {
        ProftpdServer server = ProftpdServer.plain("AllowOverwrite on", "AllowStoreRestart on");
        try (FtpFaultProxy proxy = FtpFaultProxy.before(server.port())) {
            TransportException failure =
                    failure(
                            server.settings(
                                    "x",
                                    Map.of(
                                            "port",
                                            String.valueOf(proxy.port()),
                                            "tls",
                                            "explicit")));
            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(proxy.commands())
                    .contains("AUTH TLS")
                    .noneMatch(line -> line.startsWith("PASS") || line.startsWith("USER"));
        }
    }

    @Test
    void aServerThatSaysNothingTimesOut() throws Exception {
        try (ServerSocket silent = listener()) {
            assertThat(failure(at(silent.getLocalPort())).kind()).isEqualTo(Kind.TIMED_OUT);
        }
    }

    @Test
    void aCancelledCallToASilentServerEnds() throws Exception {
        CancellationSource cancellation = new CancellationSource();
        try (ServerSocket silent = listener()) {
            TransportSettings settings =
                    withPassword(at(silent.getLocalPort()), Duration.ofMinutes(10));
            try (Transport transport = new FtpTransportFactory().open(settings)) {
                Thread.ofVirtual()
                        .start(() -> {
                            try (Socket _ = silent.accept()) {
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

    @Test
    void aGreetingWithoutEndIsNotReadForEver() throws Exception {
        try (ServerSocket flood = listener()) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket client = flood.accept()) {
                            OutputStream out = client.getOutputStream();
                            byte[] line =
                                    "220-hello\r\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
                            while (true) {
                                out.write(line);
                            }
                        } catch (IOException _) {
                            // The driver has had enough.
                        }
                    });
            assertThat(failure(at(flood.getLocalPort()))).hasMessageContaining("longer than");
        }
    }

    @Test
    void nobodyListeningIsUnavailable() throws Exception {
        int port;
        try (ServerSocket once = listener()) {
            port = once.getLocalPort();
        }
        TransportException failure = failure(at(port));
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertNoSecret(failure);
    }

    @Test
    void aCancelledWaitForAConnectionEnds() throws Exception {
        CancellationSource cancellation = new CancellationSource();
        cancellation.request();
        try (ServerSocket silent = listener();
                Transport transport = new FtpTransportFactory().open(at(silent.getLocalPort()))) {
            assertThatThrownBy(() -> transport.list("", _ -> true, cancellation))
                    .isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> transport.list("", _ -> true, Cancellation.never()))
                    .isInstanceOf(TransportException.class);
        }
    }

    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }
}
