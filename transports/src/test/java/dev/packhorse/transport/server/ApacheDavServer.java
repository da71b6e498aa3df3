package dev.packhorse.transport.server;

import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Apache with mod_dav, without TLS, Digest only.
public final class ApacheDavServer implements AutoCloseable {
    private static final String PROGRAM = "/usr/sbin/apache2";
    private static final String REALM = "backup";

    private static @Nullable ApacheDavServer running;

    private final String host;
    private final int port;
    private final Path home;
    private final ServerProcess process;

    private ApacheDavServer(String host, int port, Path home, ServerProcess process) {
        this.host = host;
        this.port = port;
        this.home = home;
        this.process = process;
    }

    /// The server, started when it is first asked for.
    public static synchronized ApacheDavServer shared() {
        requirePrograms();
        try {
            if (running == null) {
                running = launch("127.0.0.1", ServerProcess.freePort(), "");
            }
            return running;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// One at an address of loopback, until it is closed, which sends who asks for a folder without
    /// a slash to its name with one, as Apache comes.
    public static ApacheDavServer redirecting(String host, int port) throws IOException {
        requirePrograms();
        return launch(host, port, "LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so\n");
    }

    private static void requirePrograms() {
        ServerProcess.requirePrograms(PROGRAM, "/usr/lib/apache2/modules/mod_auth_digest.so");
    }

    private static ApacheDavServer launch(String host, int port, String more) throws IOException {
        Path folder = ServerProcess.folder("apache");
        Path home = Files.createDirectory(folder.resolve("home"));
        Path locks = Files.createDirectory(folder.resolve("locks"));
        for (Path open : List.of(home, locks)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        Files.writeString(
                folder.resolve("passwords"),
                "bk:" + REALM + ":" + md5("bk:" + REALM + ":" + DavSettings.PASSWORD) + "\n");
        Path configuration = folder.resolve("apache.conf");
        Files.writeString(
                configuration,
                (CONFIGURATION + more)
                        .replace("@host@", host)
                        .replace("@folder@", folder.toString())
                        .replace("@port@", String.valueOf(port)));
        ServerProcess process =
                ServerProcess.start(
                                "apache",
                                folder,
                                List.of(PROGRAM, "-f", configuration.toString(), "-DFOREGROUND"),
                                Map.of())
                        .awaitPort(host, port);
        return new ApacheDavServer(host, port, home, process);
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("MD5")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String CONFIGURATION =
            """
            ServerRoot @folder@
            PidFile @folder@/pid
            Listen @host@:@port@
            ServerName localhost
            User nobody
            Group nogroup
            ErrorLog @folder@/error.log
            Mutex file:@folder@/locks default
            LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
            LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
            LoadModule authn_file_module /usr/lib/apache2/modules/mod_authn_file.so
            LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
            LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
            LoadModule auth_digest_module /usr/lib/apache2/modules/mod_auth_digest.so
            LoadModule dav_module /usr/lib/apache2/modules/mod_dav.so
            LoadModule dav_fs_module /usr/lib/apache2/modules/mod_dav_fs.so
            LoadModule dav_lock_module /usr/lib/apache2/modules/mod_dav_lock.so
            LimitRequestBody 0
            DavLockDB @folder@/locks/dav
            DocumentRoot @folder@/home
            <Directory @folder@/home>
                Dav On
                AuthType Digest
                AuthName backup
                AuthDigestProvider file
                AuthUserFile @folder@/passwords
                Require valid-user
            </Directory>
            """;

    /// Where the user's files lie on this machine.
    public Path home() {
        return home;
    }

    public TransportSettings settings() {
        return DavSettings.fresh(port, Map.of("host", host));
    }

    /// The shared one ends with this JVM.
    @Override
    public void close() {
        process.close();
    }
}
