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

/// pyftpdlib with one user `bk`, with TLS on both connections or without.
public final class PyftpdlibServer {
    public static final String PASSWORD = "pw-91bc";

    private static final String PROGRAM = "/usr/bin/python3";
    private static final String SCRIPT =
            """
            import sys
            from pyftpdlib.authorizers import DummyAuthorizer
            from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
            from pyftpdlib.servers import FTPServer
            port, home, certificate, key, password, tls = sys.argv[1:]
            users = DummyAuthorizer()
            users.add_user("bk", password, home, perm="elradfmwMT")
            handler = FTPHandler
            if tls == "true":
                handler = TLS_FTPHandler
                handler.certfile = certificate
                handler.keyfile = key
                handler.tls_control_required = True
                handler.tls_data_required = True
            handler.authorizer = users
            FTPServer(("127.0.0.1", int(port)), handler).serve_forever()
            """;

    private static @Nullable PyftpdlibServer withTls;
    private static @Nullable PyftpdlibServer plain;

    private final AtomicInteger folders = new AtomicInteger();
    private final Path home;
    private final int port;
    private final TestCertificate certificate;
    private final boolean tls;

    private PyftpdlibServer(Path home, int port, TestCertificate certificate, boolean tls) {
        this.home = home;
        this.port = port;
        this.certificate = certificate;
        this.tls = tls;
    }

    /// The server with TLS, started when it is first asked for.
    public static synchronized PyftpdlibServer shared() {
        if (withTls == null) {
            withTls = launch(true);
        }
        return withTls;
    }

    /// The server without TLS, started when it is first asked for.
    public static synchronized PyftpdlibServer plain() {
        if (plain == null) {
            plain = launch(false);
        }
        return plain;
    }

    private static PyftpdlibServer launch(boolean tls) {
        ServerProcess.requirePrograms(
                PROGRAM, "/usr/lib/python3/dist-packages/pyftpdlib", "/usr/bin/openssl");
        try {
            return start(tls);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PyftpdlibServer start(boolean tls) throws IOException {
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
                                PASSWORD,
                                String.valueOf(tls)),
                        Map.of())
                .awaitPort(port);
        return new PyftpdlibServer(home, port, certificate, tls);
    }

    /// Where the user's files lie on this machine.
    public Path home() {
        return home;
    }

    /// Settings for a fresh folder.
    public TransportSettings settings() {
        TreeMap<String, String> values = new TreeMap<>();
        values.put("host", "localhost");
        values.put("port", String.valueOf(port));
        values.put("username", "bk");
        values.put("path", "/f" + folders.incrementAndGet());
        values.put("passive", "1");
        values.put("tls", tls ? "explicit" : "none");
        if (tls) {
            values.put("tls_fingerprint", certificate.fingerprint());
        }
        return new TransportSettings(
                values,
                new TreeMap<>(Map.of("password", new Secret(PASSWORD))),
                Duration.ofSeconds(20));
    }
}
