package dev.packhorse.transport.server;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/// ProFTPD with one virtual user `bk` whose home is a folder of the test's. One server a JVM and
/// configuration, started when it is first asked for.
public final class ProftpdServer {
    public static final String PASSWORD = "pw-7f3a marker";

    private static final String PROGRAM = "/usr/sbin/proftpd";

    private static final Map<String, ProftpdServer> STARTED = new HashMap<>();

    private final AtomicInteger folders = new AtomicInteger();
    private final Path home;
    private final int port;
    private final TestCertificate certificate;
    private final boolean tls;

    private ProftpdServer(Path home, int port, TestCertificate certificate, boolean tls) {
        this.home = home;
        this.port = port;
        this.certificate = certificate;
        this.tls = tls;
    }

    /// Starts a server that offers TLS and, as ProFTPD does, demands the session's reuse.
    public static ProftpdServer withTls() {
        return start(true, "AllowOverwrite on", "AllowStoreRestart on");
    }

    /// Starts a server without TLS and with these lines in its configuration.
    public static ProftpdServer plain(String... lines) {
        return start(false, lines);
    }

    private static synchronized ProftpdServer start(boolean tls, String... lines) {
        ServerProcess.requirePrograms(PROGRAM, "/usr/sbin/ftpasswd", "/usr/bin/openssl");
        try {
            String wanted = tls + String.join("\n", lines);
            ProftpdServer running = STARTED.get(wanted);
            if (running == null) {
                running = launch(tls, lines);
                STARTED.put(wanted, running);
            }
            return running;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProftpdServer launch(boolean tls, String... lines) throws IOException {
        Path folder = ServerProcess.folder("proftpd");
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        addUser(folder, home);
        TestCertificate certificate = TestCertificate.in(folder);
        int port = ServerProcess.freePort();
        Path configuration = folder.resolve("proftpd.conf");
        Files.writeString(
                configuration,
                configuration(folder, port)
                        + (tls ? tlsLines(certificate) : "")
                        + String.join("\n", lines)
                        + "\n");
        ServerProcess.start(
                        "proftpd",
                        folder,
                        List.of(PROGRAM, "-n", "-q", "-c", configuration.toString()),
                        Map.of())
                .awaitPort(port);
        return new ProftpdServer(home, port, certificate, tls);
    }

    private static void addUser(Path folder, Path home) throws IOException {
        Path passwords = folder.resolve("passwd");
        Programs.run(
                folder,
                List.of(
                        "/usr/sbin/ftpasswd",
                        "--passwd",
                        "--file=" + passwords,
                        "--name=bk",
                        "--uid=65534",
                        "--gid=65534",
                        "--home=" + home,
                        "--shell=/bin/false",
                        "--stdin"),
                PASSWORD);
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
    }

    private static String configuration(Path folder, int port) {
        return """
        ServerType standalone
        DefaultAddress 127.0.0.1
        Port %d
        User nobody
        Group nogroup
        PidFile %2$s/pid
        ScoreboardFile %2$s/scoreboard
        SystemLog %2$s/system.log
        TransferLog none
        DelayTable none
        WtmpLog off
        UseReverseDNS off
        MaxInstances 60
        ModulePath /usr/lib/proftpd
        LoadModule mod_tls.c
        AuthOrder mod_auth_file.c
        AuthUserFile %2$s/passwd
        RequireValidShell off
        DefaultRoot ~
        """
                .formatted(port, folder);
    }

    private static String tlsLines(TestCertificate certificate) {
        return """
        TLSEngine on
        TLSProtocol TLSv1.2 TLSv1.3
        TLSECCertificateFile %s
        TLSECCertificateKeyFile %s
        TLSRequired off
        """
                .formatted(certificate.certificate(), certificate.key());
    }

    public int port() {
        return port;
    }

    /// Where the user's files lie on this machine.
    public Path home() {
        return home;
    }

    /// Settings for a fresh folder, passive.
    public TransportSettings settings() {
        return settings("f" + folders.incrementAndGet(), Map.of());
    }

    /// Settings for a folder, with some values changed.
    public TransportSettings settings(String folder, Map<String, String> changes) {
        TreeMap<String, String> values = new TreeMap<>();
        values.put("host", "localhost");
        values.put("port", String.valueOf(port));
        values.put("username", "bk");
        values.put("path", folder);
        values.put("passive", "1");
        values.put("tls", tls ? "explicit" : "none");
        if (tls) {
            values.put("tls_fingerprint", certificate.fingerprint());
        }
        values.putAll(changes);
        return new TransportSettings(
                values,
                new TreeMap<>(Map.of("password", new Secret(PASSWORD))),
                Duration.ofSeconds(20));
    }

    /// A folder name that no test has used.
    public String freshFolder() {
        return "f" + folders.incrementAndGet();
    }
}
