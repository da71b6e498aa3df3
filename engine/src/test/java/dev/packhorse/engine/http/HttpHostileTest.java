package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// Requests that no honest client sends.
class HttpHostileTest {
    private static final long LIMIT_NANOS = Duration.ofSeconds(30).toNanos();

    @TempDir Path folder;

    private static String post(TestServer server, String headers, String body) {
        return "POST /json-api/echo?api.version=1 HTTP/1.1\r\n"
                + server.head()
                + headers
                + "\r\n"
                + body;
    }

    private static String json(TestServer server, String body) {
        return post(
                server,
                "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n",
                body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\nContent-Length: 8\r\n",
                "Content-Length: 8\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 8\r\nContent-Length: 9\r\n",
                "Content-Length: 8, 9\r\n",
                "Content-Length: -8\r\n",
                "Content-Length: x\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Content-Length : 8\r\n",
                "Authorization: whm root:second\r\nContent-Length: 8\r\n",
                "X: a\0b\r\nContent-Length: 8\r\n",
                " folded: x\r\nContent-Length: 8\r\n"
            })
    void doubtfulHeadersEndInRefusalAndClose(String headers) throws IOException {
        try (TestServer server = TestServer.plain(folder);
                RawClient client = server.connect()) {
            client.send(post(server, headers, "text=one"));
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void formsOfOldAndOddRequestLinesAreRefused() throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            List<String> lines =
                    List.of(
                            "GET /json-api/version\r\n\r\n",
                            "GET /json-api/version HTTP/1.1\r\n\r\n",
                            "GET /json-api/%2e%2e/version HTTP/1.1\r\n" + server.head() + "\r\n",
                            "GET /json-api/..%2fversion HTTP/1.1\r\n" + server.head() + "\r\n",
                            "GET /json-api/a%00b HTTP/1.1\r\n" + server.head() + "\r\n",
                            "GET /json-api/version HTTP/1.1\r\n"
                                    + server.head()
                                    + "Content-Length: 3\r\n\r\na=b");
            for (String line : lines) {
                try (RawClient client = server.connect()) {
                    client.send(line);
                    assertThat(client.read().status()).as(line).isIn(400, 404, 505);
                    assertThat(client.isClosedByServer()).as(line).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "PUT", "OPTIONS", "TRACE", "get"})
    void otherMethodsAreRefusedAlsoWithAnOverride(String method) throws IOException {
        try (TestServer server = TestServer.plain(folder);
                RawClient client = server.connect()) {
            client.send(
                    method
                            + " /json-api/version HTTP/1.1\r\n"
                            + server.head()
                            + "X-HTTP-Method-Override: GET\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(405);
        }
    }

    @Test
    void bodiesAreBounded() throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            RawClient.Response announced =
                    server.ask(post(server, "Content-Length: 1073741824\r\n", "text=x"));
            assertThat(announced.status()).isEqualTo(413);
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            try (RawClient client = server.connect()) {
                client.send(post(server, "Transfer-Encoding: chunked\r\n", ""));
                for (int i = 0; i < 17; i++) {
                    client.send(chunk);
                }
                assertThat(client.read().status()).isEqualTo(413);
            }
            String most = "text=x&a=" + "x".repeat(1024 * 1024 - 9);
            assertThat(server.ask(json(server, most)).status()).isEqualTo(200);
        }
    }

    @Test
    void headersAreBounded() throws IOException {
        try (TestServer server = TestServer.plain(folder);
                RawClient client = server.connect()) {
            client.send(post(server, "X: " + "x".repeat(17_000) + "\r\n", ""));
            assertThat(client.read().status()).isIn(400, 431);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void hostileJsonIsRefusedInWordsThatShowNoValue() throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            List<String> bodies =
                    List.of(
                            "{\"text\":\"geheim\",\"text\":\"geheim\"}",
                            "{\"a\":" + "[".repeat(100_000),
                            "{\"a\":" + "{\"a\":".repeat(100_000),
                            "{\"text\":" + "9".repeat(1_000_000) + "}",
                            "{\"text\":\"geheim\"} {\"x\":1}",
                            "{\"text\":\"geheim\"",
                            "{\"text\":geheim}",
                            "{\"text\":{\"geheim\":1}}",
                            "{\"text\":[[\"geheim\"]]}");
            for (String body : bodies) {
                RawClient.Response response = server.ask(json(server, body));
                String shown = body.substring(0, Math.min(60, body.length()));
                assertThat(response.status()).as(shown).isEqualTo(400);
                assertThat(response.body()).as(shown).contains("JSON").doesNotContain("geheim");
            }
            RawClient.Response list =
                    server.ask(
                            post(
                                    server,
                                    "Content-Type: application/json\r\nContent-Length: 2\r\n",
                                    "[]"));
            assertThat(list.status()).isEqualTo(400);
        }
    }

    @Test
    void badEncodingIsRefusedNamingTheParameter() throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            RawClient.Response response = server.ask(json(server, "text=50%off"));
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("“text”").doesNotContain("off");
            assertThat(server.ask(json(server, "text=%ff")).status()).isEqualTo(400);
            assertThat(server.ask(json(server, "&".repeat(10) + "a&".repeat(6_000))).status())
                    .isEqualTo(400);
            assertThat(
                            server.ask(
                                            post(
                                                    server,
                                                    "Content-Encoding: gzip\r\nContent-Length: 1\r\n",
                                                    "x"))
                                    .status())
                    .isEqualTo(415);
        }
    }

    @Test
    void controlCharactersInCredentialsAreRefused() throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            for (String user : List.of("root\r\nX: y", "ro\0ot")) {
                String pair =
                        Base64.getEncoder()
                                .encodeToString((user + ":x").getBytes(StandardCharsets.UTF_8));
                assertThat(
                                server.ask(
                                                "GET /json-api/version HTTP/1.1\r\nHost: x\r\n"
                                                        + "Authorization: Basic "
                                                        + pair
                                                        + "\r\n\r\n")
                                        .status())
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void drippingHeadersAndBodiesRunOutOfTime() throws IOException {
        HttpLimits limits =
                new HttpLimits(
                        HttpLimits.DEFAULT.header(),
                        new ByteSize(4096),
                        Duration.ofMillis(400),
                        Duration.ofMillis(400),
                        50,
                        20);
        try (TestServer server = TestServer.with(folder, limits)) {
            String header = "GET /json-api/version HTTP/1.1\r\n" + "X-Slow: ";
            assertThat(dripUntilClosed(server, header)).isTrue();
            String body = post(server, "Content-Length: 4000\r\n", "text=");
            assertThat(dripUntilClosed(server, body)).isTrue();
            assertThat(server.ask(json(server, "text=x")).status()).isEqualTo(200);
        }
    }

    /// Sends a byte whenever the last one is through, until the server ends it or 30 s are over.
    private static boolean dripUntilClosed(TestServer server, String start) throws IOException {
        long end = System.nanoTime() + LIMIT_NANOS;
        try (RawClient client = server.connect()) {
            client.send(start);
            for (int i = 0; i < 2_000 && System.nanoTime() < end; i++) {
                client.send("x");
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
            }
            return false;
        } catch (java.net.SocketException _) {
            return true;
        }
    }

    /// Loopback is one address, by whichever of its own they come, and may have half of all.
    @Test
    void slowClientsOfLoopbackHaveHalfTogether() throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            List<RawClient> slow = new ArrayList<>();
            try {
                for (int i = 0; i < 500; i++) {
                    slow.add(RawClient.from("127.0.0." + (2 + i % 2), server.address));
                    sendUnlessRefused(slow.getLast(), "GET /json-api/");
                }
                try (RawClient local = server.connect()) {
                    assertThat(local.isClosedByServer()).isTrue();
                }
                slow.getFirst().close();
                connectWhenFree(server).close();
            } finally {
                for (RawClient client : slow) {
                    client.close();
                }
            }
        }
    }

    private static void sendUnlessRefused(RawClient client, String bytes) throws IOException {
        try {
            client.send(bytes);
        } catch (java.net.SocketException _) {
            client.close(); // over the limit of its address
        }
    }

    @Test
    void connectionsOfAnAddressAreBoundedAndGivenBack() throws IOException {
        HttpLimits limits =
                new HttpLimits(
                        HttpLimits.DEFAULT.header(),
                        HttpLimits.DEFAULT.body(),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        6,
                        3);
        try (TestServer server = TestServer.with(folder, limits)) {
            for (int round = 0; round < 20; round++) {
                List<RawClient> open = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    open.add(connectWhenFree(server));
                }
                try (RawClient fourth = server.connect()) {
                    assertThat(fourth.isClosedByServer()).isTrue();
                }
                for (RawClient client : open) {
                    client.close();
                }
            }
        }
    }

    /// The server learns of a close a moment after the client did it.
    private static RawClient connectWhenFree(TestServer server) throws IOException {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (System.nanoTime() < end) {
            RawClient client = server.connect();
            try {
                client.send("GET /json-api/version HTTP/1.1\r\n" + server.head() + "\r\n");
                assertThat(client.read().status()).isEqualTo(200);
                return client;
            } catch (IOException e) {
                client.close();
            }
        }
        throw new AssertionError("no connection became free");
    }

    @Test
    void logNamesFunctionUserAndStatusAndNeverParametersOrTokens() throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.packhorse");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Level before = logger.getLevel();
        logger.setLevel(Level.TRACE);
        logger.addAppender(log);
        logger.setAdditive(false);
        try (TestServer server = TestServer.plain(folder)) {
            server.ask(
                    "POST /json-api/echo?api.version=1&token=geheim-1 HTTP/1.1\r\n"
                            + server.head()
                            + "Content-Length: 20\r\n\r\nsecret=geheim-2&text");
            server.ask(
                    "GET /json-api/echo?x=geheim-3 HTTP/1.1\r\n"
                            + server.head().replace(server.rootToken, "geheim-4")
                            + "\r\n");
            List<String> lines =
                    log.list.stream()
                            .map(event -> event.getFormattedMessage() + event.getKeyValuePairs())
                            .toList();
            assertThat(lines)
                    .anyMatch(line ->
                            line.contains("function=\"echo\"")
                                    && line.contains("user=\"root\"")
                                    && line.contains("status=\"200\""))
                    .anyMatch(line -> line.contains("status=\"403\""))
                    .noneMatch(line -> line.contains("geheim") || line.contains(server.rootToken));
        } finally {
            logger.detachAppender(log);
            logger.setLevel(before);
            logger.setAdditive(true);
        }
    }
}
