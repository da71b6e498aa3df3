package dev.packhorse.transport.server;

import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// nginx with its own and the extended WebDAV module, with TLS, Basic only.
public final class NginxDavServer {
    private static final String PROGRAM = "/usr/sbin/nginx";
    private static final String MODULE = "/usr/lib/nginx/modules/ngx_http_dav_ext_module.so";

    private static @Nullable NginxDavServer running;

    private final int port;
    private final int plainPort;
    private final TestCertificate certificate;
    private final Path home;

    private NginxDavServer(int port, int plainPort, TestCertificate certificate, Path home) {
        this.port = port;
        this.plainPort = plainPort;
        this.certificate = certificate;
        this.home = home;
    }

    /// The server, started when it is first asked for.
    public static synchronized NginxDavServer shared() {
        ServerProcess.requirePrograms(PROGRAM, MODULE, "/usr/bin/openssl");
        try {
            if (running == null) {
                running = launch();
            }
            return running;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NginxDavServer launch() throws IOException {
        Path folder = ServerProcess.folder("nginx");
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createDirectory(folder.resolve("temp"));
        Files.writeString(folder.resolve("passwords"), "bk:{PLAIN}" + DavSettings.PASSWORD + "\n");
        TestCertificate certificate = TestCertificate.in(folder);
        int port = ServerProcess.freePort();
        int plainPort = ServerProcess.freePort();
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(
                configuration,
                CONFIGURATION
                        .replace("@folder@", folder.toString())
                        .replace("@port@", String.valueOf(port))
                        .replace("@plain@", String.valueOf(plainPort)));
        ServerProcess.start(
                        "nginx",
                        folder,
                        List.of(PROGRAM, "-c", configuration.toString(), "-p", folder.toString()),
                        Map.of())
                .awaitPort(port);
        return new NginxDavServer(port, plainPort, certificate, home);
    }

    private static final String CONFIGURATION =
            """
            load_module /usr/lib/nginx/modules/ngx_http_dav_ext_module.so;
            daemon off;
            user root;
            worker_processes 1;
            pid @folder@/pid;
            error_log @folder@/error.log;
            events { worker_connections 256; }
            http {
                access_log off;
                client_max_body_size 0;
                client_body_temp_path @folder@/temp/body;
                proxy_temp_path @folder@/temp/proxy;
                fastcgi_temp_path @folder@/temp/fastcgi;
                uwsgi_temp_path @folder@/temp/uwsgi;
                scgi_temp_path @folder@/temp/scgi;
                server {
                    listen 127.0.0.1:@port@ ssl;
                    listen 127.0.0.1:@plain@;
                    ssl_certificate @folder@/cert.pem;
                    ssl_certificate_key @folder@/key.pem;
                    root @folder@/home;
                    location / {
                        dav_methods PUT DELETE MKCOL COPY MOVE;
                        dav_ext_methods PROPFIND OPTIONS;
                        create_full_put_path on;
                        auth_basic "backup";
                        auth_basic_user_file @folder@/passwords;
                    }
                }
            }
            """;

    /// Settings for a fresh folder, with TLS.
    public TransportSettings settings() {
        return DavSettings.fresh(
                port, Map.of("ssl", "1", "tls_fingerprint", certificate.fingerprint()));
    }

    /// Where the user's files lie on this machine.
    public Path home() {
        return home;
    }

    /// The port without TLS.
    public int plainPort() {
        return plainPort;
    }

    /// Settings with TLS and some values changed.
    public TransportSettings settings(Map<String, String> changes) {
        return DavSettings.fresh(port, changes);
    }
}
