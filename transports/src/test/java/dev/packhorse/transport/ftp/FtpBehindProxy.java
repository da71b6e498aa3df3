package dev.packhorse.transport.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.server.FtpFaultProxy;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A fresh folder of a ProFTPD, reached directly or through a proxy that breaks what it is told to.
abstract class FtpBehindProxy {
    static final ObjectKey KEY = new ObjectKey("2026/a.tar");
    static final int SIZE = 3_000_000;

    ProftpdServer server;
    FtpFaultProxy proxy;
    String folder;

    @BeforeEach
    void start() throws IOException {
        server = ProftpdServer.plain("AllowOverwrite on", "AllowStoreRestart on");
        proxy = FtpFaultProxy.before(server.port());
        folder = server.freshFolder();
    }

    @AfterEach
    void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
    }

    void useServer(String... lines) throws IOException {
        server = ProftpdServer.plain(lines);
        folder = server.freshFolder();
        proxy.close();
        proxy = FtpFaultProxy.before(server.port());
    }

    Transport through(FtpFaultProxy way) throws TransportException {
        return new FtpTransportFactory()
                .open(server.settings(folder, Map.of("port", String.valueOf(way.port()))));
    }

    Transport direct() throws TransportException {
        return new FtpTransportFactory().open(server.settings(folder, Map.of()));
    }

    static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    byte[] stored() throws IOException {
        try (Transport transport = direct()) {
            return transport.read(
                    KEY, ByteRange.ALL, InputStream::readAllBytes, Cancellation.never());
        }
    }

    List<Path> files() throws IOException {
        Path root = server.home().resolve(folder);
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(root)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    static void assertRetryable(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure ->
                                assertThat(failure.kind().retryable())
                                        .as(failure.getMessage())
                                        .isTrue());
    }

    void losesTheAnswerTo(String verb) {
        proxy.answers((command, line) ->
                command.startsWith(verb) && line.startsWith("2") && !line.startsWith("227")
                        ? Optional.empty()
                        : Optional.of(line));
    }
}
