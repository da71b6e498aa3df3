package dev.packhorse.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WebChannelTest {
    private static final Message MESSAGE =
            new Message(
                    "job1",
                    "host.example",
                    "Backup::Failure",
                    Importance.HIGH,
                    "run1",
                    "backup <failed> & more",
                    "alice: ü\n",
                    Instant.parse("2026-03-07T02:00:00Z"));
    private static final WebPost QUICK =
            new WebPost((SSLSocketFactory) SSLSocketFactory.getDefault(), Duration.ofSeconds(2));

    @TempDir Path folder;

    private WebChannel channel(ChannelName name, String url, WebPost web) throws IOException {
        Path file = folder.resolve("url");
        Files.writeString(file, url + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new WebChannel(name, file, web);
    }

    private void send(RawServer server) throws IOException {
        channel(
                        ChannelName.WEBHOOK,
                        "http://127.0.0.1:" + server.port() + "/secret-token?k=v",
                        QUICK)
                .send(MESSAGE, Cancellation.never());
    }

    @Test
    void aWebhookGetsJsonAndSlackItsText() throws Exception {
        List<String> bodies = Collections.synchronizedList(new ArrayList<>());
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/hook",
                exchange -> {
                    bodies.add(
                            exchange.getRequestURI()
                                    + " "
                                    + new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook?key=1";
            channel(ChannelName.WEBHOOK, url, QUICK).send(MESSAGE, Cancellation.never());
            channel(ChannelName.SLACK, url, QUICK).send(MESSAGE, Cancellation.never());
        } finally {
            server.stop(0);
        }
        assertThat(bodies).hasSize(2).allMatch(body -> body.startsWith("/hook?key=1 "));
        JsonMapper mapper = JsonMapper.builder().build();
        JsonNode webhook = mapper.readTree(bodies.get(0).substring(12));
        assertThat(webhook.path("id").asString()).isEqualTo("job1");
        assertThat(webhook.path("event").asString()).isEqualTo("Backup::Failure");
        assertThat(webhook.path("importance").asString()).isEqualTo("High");
        assertThat(webhook.path("time").asString()).isEqualTo("2026-03-07T02:00:00Z");
        assertThat(webhook.path("text").asString()).isEqualTo("alice: ü\n");
        assertThat(mapper.readTree(bodies.get(1).substring(12)).path("text").asString())
                .isEqualTo(
                        "*[packhorse] host.example: backup &lt;failed&gt; &amp; more*\nalice: ü\n");
    }

    @ParameterizedTest
    @CsvSource({
        "500, false",
        "503, false",
        "408, false",
        "404, true",
        "403, true",
        "301, true",
        "307, true"
    })
    void aRefusalSaysWhetherAnotherTryMayHelp(int status, boolean lasting) throws Exception {
        try (RawServer server =
                RawServer.answering(
                        "HTTP/1.1 "
                                + status
                                + " Words\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) {
            DeliveryException refused =
                    catchThrowableOfType(DeliveryException.class, () -> send(server));
            assertThat(refused.isLasting()).isEqualTo(lasting);
            assertThat(refused).hasMessageContaining("webhook answered " + status);
            assertThat(refused.toString()).doesNotContain("secret-token");
            assertThat(server.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no hook /services/T0000AAAA/secret-token",
                "{\"path\":\"\\/services\\/T0000AAAA\\/secret-token\"}",
                "unknown token secret-token",
                "team T0000AAAA: bad key key-of-some-length",
                "key=key-of-some-length&v=1"
            })
    void noPartOfTheAddressIsRepeated(String answer) throws Exception {
        try (RawServer server =
                RawServer.answering(
                        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(answer.length(), answer))) {
            String url =
                    "http://127.0.0.1:%d/services/T0000AAAA/secret-token?key=key-of-some-length&v=1"
                            .formatted(server.port());
            WebAnswer told =
                    channel(ChannelName.WEBHOOK, url, QUICK).post(MESSAGE, Cancellation.never());
            assertThat(told.content())
                    .contains("…")
                    .doesNotContain("T0000AAAA", "secret-token", "key-of-some-length");
        }
    }

    @Test
    void aServerThatAsksForTimeIsGivenIt() throws Exception {
        try (RawServer server =
                RawServer.answering(
                        "HTTP/1.1 429 Slow down\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n")) {
            DeliveryException refused =
                    catchThrowableOfType(DeliveryException.class, () -> send(server));
            assertThat(refused.isLasting()).isFalse();
            assertThat(refused.retryAfter()).isEqualTo(Optional.of(Duration.ofSeconds(17)));
        }
    }

    @Test
    void aServerThatSaysNothingIsLeft() throws Exception {
        try (RawServer server =
                RawServer.answering(out -> {
                    while (true) {
                        out.write(new byte[0]);
                        Thread.onSpinWait();
                        if (Thread.currentThread().isInterrupted()) {
                            return;
                        }
                        java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
                    }
                })) {
            assertThatThrownBy(() -> send(server))
                    .isInstanceOf(IOException.class)
                    .hasMessage("127.0.0.1 did not answer within 2 seconds")
                    .hasNoNullFieldsOrProperties();
        }
    }

    @Test
    void aServerThatDripsIsLeftToo() throws Exception {
        try (RawServer server =
                RawServer.answering(out -> {
                    while (true) {
                        out.write('H');
                        out.flush();
                        java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
                    }
                })) {
            assertThatThrownBy(() -> send(server))
                    .hasMessage("127.0.0.1 did not answer within 2 seconds");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"body", "chunks"})
    void anEndlessAnswerIsCut(String form) throws Exception {
        byte[] block = "a".repeat(0x4000).getBytes(StandardCharsets.US_ASCII);
        String head =
                form.equals("body")
                        ? "HTTP/1.1 200 OK\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (RawServer server =
                RawServer.answering(out -> {
                    out.write(head.getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        if (form.equals("chunks")) {
                            out.write("4000\r\n".getBytes(StandardCharsets.US_ASCII));
                        }
                        out.write(block);
                        if (form.equals("chunks")) {
                            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                        }
                    }
                })) {
            WebAnswer answer =
                    channel(ChannelName.WEBHOOK, "http://127.0.0.1:" + server.port() + "/", QUICK)
                            .post(MESSAGE, Cancellation.never());
            assertThat(answer.content()).hasSize(64 * 1024).matches("a+");
        }
    }

    @Test
    void anEndlessHeadIsAnError() throws Exception {
        try (RawServer server =
                RawServer.answering(out -> {
                    out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        out.write("A: b\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                })) {
            assertThatThrownBy(() -> send(server)).hasMessageContaining("head is too long");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-x\r\n", "HTTP/1.1 20\r\n\r\n", "", "HTTP/1.1 200 OK\r\nA"})
    void whatIsNoAnswerIsAnError(String text) throws Exception {
        try (RawServer server = RawServer.answering(text)) {
            assertThatThrownBy(() -> send(server)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void chunksMakeOneAnswer() throws Exception {
        try (RawServer server =
                RawServer.answering(
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) {
            WebAnswer answer =
                    channel(ChannelName.WEBHOOK, "http://127.0.0.1:" + server.port(), QUICK)
                            .post(MESSAGE, Cancellation.never());
            assertThat(answer.content()).isEqualTo("abcde");
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void aCertificateThatNobodyTrustsIsRefused() throws Exception {
        TestTls tls = TestTls.in(folder);
        SSLServerSocket listening =
                (SSLServerSocket)
                        tls.context()
                                .getServerSocketFactory()
                                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        String ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        try (RawServer server =
                new RawServer(
                        listening, out -> out.write(ok.getBytes(StandardCharsets.US_ASCII)))) {
            String url = "https://localhost:" + server.port() + "/x";
            WebPost trusting = new WebPost(tls.context().getSocketFactory(), Duration.ofSeconds(9));
            channel(ChannelName.WEBHOOK, url, trusting).send(MESSAGE, Cancellation.never());
            assertThatThrownBy(() ->
                            channel(ChannelName.WEBHOOK, url, QUICK)
                                    .send(MESSAGE, Cancellation.never()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("localhost cannot be reached");
            // The certificate is for the name, not for the address.
            String other = "https://127.0.0.1:" + server.port() + "/x";
            assertThatThrownBy(() ->
                            channel(ChannelName.WEBHOOK, other, trusting)
                                    .send(MESSAGE, Cancellation.never()))
                    .isInstanceOf(IOException.class);
            assertThat(server.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://192.0.2.1/x",
                "ftp://127.0.0.1/x",
                "https:///x",
                "https://user:pw@127.0.0.1/x",
                "no address",
                "https://a/\nhttps://b/"
            })
    void anAddressThatIsNoneToPostToIsALastingError(String url) throws Exception {
        WebChannel channel = channel(ChannelName.WEBHOOK, url, QUICK);
        DeliveryException refused =
                catchThrowableOfType(
                        DeliveryException.class, () -> channel.send(MESSAGE, Cancellation.never()));
        assertThat(refused.isLasting()).isTrue();
        assertThat(refused.toString()).doesNotContain("user:pw", "/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--"})
    void aSecretThatOthersCanReadIsNotUsed(String mode) throws Exception {
        WebChannel channel = channel(ChannelName.WEBHOOK, "https://127.0.0.1/x", QUICK);
        Files.setPosixFilePermissions(channel.urlFile(), PosixFilePermissions.fromString(mode));
        assertThatThrownBy(() -> channel.send(MESSAGE, Cancellation.never()))
                .hasMessageContaining("chmod 600");
    }

    @Test
    void aCancelledPostEndsAtOnce() throws Exception {
        CancellationSource source = new CancellationSource();
        try (RawServer server =
                RawServer.answering(out -> {
                    source.request();
                    java.util.concurrent.locks.LockSupport.parkNanos(30_000_000_000L);
                })) {
            WebPost patient =
                    new WebPost(
                            (SSLSocketFactory) SSLSocketFactory.getDefault(),
                            Duration.ofMinutes(5));
            WebChannel channel =
                    channel(
                            ChannelName.WEBHOOK,
                            "http://127.0.0.1:" + server.port() + "/",
                            patient);
            assertThatThrownBy(() -> channel.send(MESSAGE, source))
                    .isInstanceOf(CancelledException.class);
        }
    }
}
