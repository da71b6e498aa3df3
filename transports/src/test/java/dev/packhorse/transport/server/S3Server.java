package dev.packhorse.transport.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A server of the S3 protocol on loopback, started once a JVM.
///
/// @param endpoint its address, without TLS
public record S3Server(String endpoint, String accessKeyId, String secretKey) {
    /// A bucket that S3Mock has from its start.
    public static final String READY_BUCKET = "ready";

    private static final Map<String, S3Server> STARTED = new HashMap<>();

    /// The same from the folder of each module.
    private static final Path JARS =
            Path.of("..", "transports", "target", "test-servers").toAbsolutePath().normalize();

    private interface Start {
        S3Server start() throws IOException;
    }

    private static S3Server once(String name, Start start) {
        synchronized (STARTED) {
            return STARTED.computeIfAbsent(name, _ -> uncheckedly(start));
        }
    }

    private static S3Server uncheckedly(Start start) {
        try {
            return start.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// S3Proxy over its memory, since over a folder it takes no names of 255 bytes. It checks
    /// signatures.
    public static S3Server s3Proxy() {
        requireJars("s3proxy");
        return once("s3proxy", S3Server::startS3Proxy);
    }

    /// Adobe's S3Mock. It checks no signatures.
    public static S3Server s3Mock() {
        requireJars("s3mock");
        return once("s3mock", S3Server::startS3Mock);
    }

    /// OpenStack Swift with its S3 layer. It checks signatures and knows no conditional writes.
    public static S3Server swift() {
        SwiftServer.require();
        return once("swift", SwiftServer::start);
    }

    private static void requireJars(String name) {
        assumeTrue(
                Files.exists(JARS.resolve(name).resolve("pom.xml")),
                "needs the jars of " + name + ": run .ci/fetch-test-jars");
    }

    private static S3Server startS3Proxy() throws IOException {
        Path folder = ServerProcess.folder("s3proxy");
        int port = ServerProcess.freePort();
        String endpoint = "http://127.0.0.1:" + port;
        Files.writeString(
                folder.resolve("s3proxy.conf"),
                """
                s3proxy.endpoint=%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=AK
                s3proxy.credential=the-secret-key
                s3proxy.ignore-unknown-headers=true
                jclouds.provider=transient-nio2
                jclouds.identity=x
                jclouds.credential=x
                """
                        .formatted(endpoint));
        Files.writeString(
                folder.resolve("logback.xml"),
                """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d %level %logger %msg%n</pattern></encoder>
                  </appender>
                  <root level="WARN"><appender-ref ref="out"/></root>
                </configuration>
                """);
        List<String> command =
                java(
                        "s3proxy",
                        "-Dlogback.configurationFile=" + folder.resolve("logback.xml"),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        folder.resolve("s3proxy.conf").toString());
        ServerProcess.start("s3proxy", folder, command, Map.of())
                .await("healthz", answers(endpoint + "/healthz"));
        return new S3Server(endpoint, "AK", "the-secret-key");
    }

    private static S3Server startS3Mock() throws IOException {
        Path folder = ServerProcess.folder("s3mock");
        int port = ServerProcess.freePort();
        String endpoint = "http://127.0.0.1:" + port;
        List<String> command =
                java(
                        "s3mock",
                        "-Djava.io.tmpdir=" + folder,
                        "com.adobe.testing.s3mock.S3MockApplication",
                        "--server.address=127.0.0.1",
                        "--server.port=" + ServerProcess.freePort(),
                        "--com.adobe.testing.s3mock.http-port=" + port);
        ServerProcess.start("s3mock", folder, command, Map.of())
                .await("GET /", answers(endpoint + "/"));
        makeReadyBucket(endpoint);
        return new S3Server(endpoint, "AK", "the-secret-key");
    }

    /// Without a signature, since this server checks none.
    private static void makeReadyBucket(String endpoint) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection)
                        URI.create(endpoint + "/" + READY_BUCKET).toURL().openConnection();
        connection.setRequestMethod("PUT");
        int status = connection.getResponseCode();
        connection.disconnect();
        if (status != 200) {
            throw new IOException("S3Mock makes no bucket: status " + status);
        }
    }

    private static List<String> java(String name, String option, String... rest) {
        List<String> command =
                new java.util.ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "-XX:TieredStopAtLevel=1",
                                option,
                                "-cp",
                                JARS.resolve(name).resolve("lib") + "/*"));
        command.addAll(List.of(rest));
        return command;
    }

    /// True once the address answers a GET with 200.
    static ServerProcess.Condition answers(String address) {
        Supplier<HttpURLConnection> open =
                () -> {
                    try {
                        return (HttpURLConnection) URI.create(address).toURL().openConnection();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
        return () -> {
            HttpURLConnection connection = open.get();
            try {
                return connection.getResponseCode() == 200;
            } catch (IOException _) {
                return false;
            } finally {
                connection.disconnect();
            }
        };
    }
}
