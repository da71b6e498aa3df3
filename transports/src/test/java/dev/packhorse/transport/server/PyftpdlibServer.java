package dev.packhorse.transport.server;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// pyftpdlib with TLS on both connections, and one user `bk`.
public final class PyftpdlibServer {
    public static final String PASSWORD = "pw-91bc";

    private static final String PROGRAM = "/usr/bin/python3";
    private static final String SCRIPT =
            """
            import sys
            from pyftpdlib.authorizers import DummyAuthorizer
            from pyftpdlib.handlers import TLS_FTPHandler
            from pyftpdlib.servers import FTPServer
            port, home, certificate, key, password = sys.argv[1:]
            users = DummyAuthorizer()
            users.add_user("bk", password, home, perm="elradfmwMT")
            handler = TLS_FTPHandler
            handler.authorizer = users
            handler.certfile = certificate
            handler.keyfile = key
            handler.tls_control_required = True
            handler.tls_data_required = True
            FTPServer(("127.0.0.1", int(port)), handler).serve_forever()
            """;

    private static @Nullable PyftpdlibServer running;

    private final AtomicInteger folders = new AtomicInteger();
    private final Path home;
    private final int port;
    private final TestCertificate certificate;

    private PyftpdlibServer(Path home, int port, TestCertificate certificate) {
        this.home = home;
        this.port = port;
        this.certificate = certificate;
    }

    /// The server, started when it is first asked for.
    public static synchronized PyftpdlibServer shared() {
        ServerProcess.requirePrograms(
                PROGRAM, "/usr/lib/python3/dist-packages/pyftpdlib", "/usr/bin/openssl");
        try {
            if (running == null) {
                running = launch();
            }
            return running;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PyftpdlibServer launch() throws IOException {
        Path folder = ServerProcess.folder("pyftpdlib");
        Path home = Files.createDirectory(folder.resolve("home"));
        Path script = Files.writeString(folder.resolve("server.py"), SCRIPT);
        TestCertificate certificate = TestCertificate.in(folder);
        int port = ServerProcess.freePort();
        ServerProcess.start(
                        "pyftpdlib",
                        folder,
                        List.of(
                                PROGRAM,
                                script.toString(),
                                String.valueOf(port),
                                home.toString(),
                                certificate.certificate().toString(),
                                certificate.key().toString(),
                                PASSWORD),
                        Map.of())
                .awaitPort(port);
        return new PyftpdlibServer(home, port, certificate);
    }

    /// Where the user's files lie on this machine.
    public Path home() {
        return home;
    }

    /// Settings for a fresh folder.
    public TransportSettings settings() {
        Map<String, String> values =
                Map.of(
                        "host",
                        "localhost",
                        "port",
                        String.valueOf(port),
                        "username",
                        "bk",
                        "path",
                        "/f" + folders.incrementAndGet(),
                        "passive",
                        "1",
                        "tls_fingerprint",
                        certificate.fingerprint());
        return new TransportSettings(
                new TreeMap<>(values),
                new TreeMap<>(Map.of("password", new Secret(PASSWORD))),
                Duration.ofSeconds(20));
    }
}
