package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.packhorse.cli.client.Parameters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the real daemon tells of a run: it is killed while it delivers, and the next one delivers.
/// And what monitoring sees of it.
class NotificationKillTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir Path work;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final CountDownLatch answering = new CountDownLatch(1);
    private HttpServer receiver;

    @BeforeEach
    void receiver() throws IOException {
        serverOfOneAccount();
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(task -> Thread.ofPlatform().daemon().start(task));
        receiver.createContext(
                "/hook",
                exchange -> {
                    String body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    asked.add(body);
                    try {
                        answering.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                    taken.add(body);
                });
        receiver.start();
        Path url = work.resolve("url");
        Files.writeString(
                url, "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook?secret=s3cr3t");
        Files.setPosixFilePermissions(url, PosixFilePermissions.fromString("rw-------"));
    }

    /// A run without accounts is a failure.
    private void serverOfOneAccount() throws IOException {
        Path server = work.resolve("server");
        Path etc = Files.createDirectories(server.resolve("etc"));
        Files.writeString(
                etc.resolve("passwd"),
                "root:x:0:0::/root:/bin/sh\ndemo:x:1001:1001::/home/demo:/bin/sh\n");
        Files.writeString(etc.resolve("group"), "root:x:0:\ndemo:x:1001:\n");
        Files.writeString(etc.resolve("shadow"), "root:*:::::::\ndemo:*:::::::\n");
        Path users = Files.createDirectories(server.resolve("var/cpanel/users"));
        Files.writeString(users.resolve("demo"), "DNS=demo.example\nUSER=demo\n");
        Path home = Files.createDirectories(server.resolve("home/demo"));
        for (Path each : List.of(home, Files.writeString(home.resolve("note"), "kept\n"))) {
            Files.setAttribute(each, "unix:uid", 1001);
            Files.setAttribute(each, "unix:gid", 1001);
        }
    }

    @AfterEach
    void stop() {
        answering.countDown();
        receiver.stop(0);
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(
                work, "128m", "queue.lease=3s", "notify.webhook.url_file=" + work.resolve("url"));
    }

    @Test
    void theNextDaemonDeliversWhatTheKilledOneBegan() throws Exception {
        try (DaemonUnderTest daemon = start()) {
            daemon.call("backup_config_set", new Parameters().add("backupenable", "1"));
            String run =
                    daemon.call("packhorse_run_now", new Parameters().add("tier", "daily"))
                            .path("job")
                            .asString("");
            assertThat(daemon.awaitEnd(run, LONG).path("state").asString(""))
                    .isEqualTo("succeeded");
            DaemonUnderTest.await(LONG, () -> asked.size() == 1);
            daemon.kill();
        }
        try (DaemonUnderTest daemon = start()) {
            DaemonUnderTest.await(LONG, () -> asked.size() == 2);
            answering.countDown();
            String notify =
                    daemon.call("packhorse_job_list", new Parameters().add("kind", "notify"))
                            .path("jobs")
                            .path(0)
                            .path("id")
                            .asString("");
            assertThat(daemon.awaitEnd(notify, LONG).path("state").asString(""))
                    .isEqualTo("succeeded");
            assertThat(endOfLog(daemon))
                    .satisfiesExactly(
                            line -> assertThat(line).endsWith("Final state is Backup::Success (0)"),
                            line ->
                                    assertThat(line)
                                            .endsWith("Sent Backup::Success notification."));
            assertThat(asked).hasSize(2);
            assertThat(asked.get(1))
                    .isEqualTo(asked.get(0))
                    .contains("\"event\":\"Backup::Success\"", "host.packhorse.example");
            monitoring(daemon);
            assertThat(daemon.log()).content().doesNotContain("s3cr3t");
        }
    }

    private static List<String> endOfLog(DaemonUnderTest daemon) throws IOException {
        try (var logs = Files.list(daemon.state().path().resolve("logs/cpbackup"))) {
            List<String> lines = Files.readAllLines(logs.reduce((a, b) -> b).orElseThrow());
            return lines.subList(Math.max(0, lines.size() - 2), lines.size());
        }
    }

    private void monitoring(DaemonUnderTest daemon) throws Exception {
        URI address = daemon.state().address();
        assertThat(get(address.resolve("/health"), "").body()).isEqualTo("{\"status\":\"pass\"}\n");
        assertThat(get(address.resolve("/metrics"), "").statusCode()).isEqualTo(403);
        HttpResponse<String> metrics =
                get(address.resolve("/metrics"), "whm root:" + daemon.state().rootToken());
        assertThat(metrics.headers().firstValue("content-type"))
                .hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.body().lines())
                .contains(
                        "packhorse_jobs{kind=\"notify\",state=\"succeeded\"} 1.0",
                        "packhorse_jobs{kind=\"run\",state=\"succeeded\"} 1.0",
                        "packhorse_metrics_complete 1.0");
        String screen = status(daemon);
        assertThat(screen)
                .contains(
                        "last night     ",
                        "succeeded, 1 of 1 accounts",
                        "space          backup directory");
    }

    private static String status(DaemonUnderTest daemon) throws IOException {
        Process command =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                "dev.packhorse.cli.Packhorse",
                                "status",
                                "--state",
                                daemon.state().path().toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(command.onExit().join().exitValue()).as(said).isZero();
        return said;
    }

    private static HttpResponse<String> get(URI address, String login) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (!login.isEmpty()) {
            request.header("Authorization", login);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
