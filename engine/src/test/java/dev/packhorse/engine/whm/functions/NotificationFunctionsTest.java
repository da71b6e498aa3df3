package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class NotificationFunctionsTest {
    @TempDir Path root;
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private TestServer server;
    private HttpServer web;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(root);
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/echo", 200, true);
        answer("/mute", 200, false);
        answer("/broken", 500, true);
        answer("/moved", 302, true);
        web.start();
    }

    private void answer(String path, int status, boolean echoes) {
        web.createContext(
                path,
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    bodies.add(
                            exchange.getRequestURI()
                                    + " "
                                    + new String(body, StandardCharsets.UTF_8));
                    byte[] answer = echoes ? body : new byte[] {'.'};
                    exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
                    exchange.sendResponseHeaders(status, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
    }

    @AfterEach
    void stop() {
        web.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + web.getAddress().getPort() + path;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFormIsPostedAndItsIdMustComeBack(boolean encoded) throws Exception {
        String url = url("/echo?apikey=XXXXX&state=Texas");
        String id =
                server.data(
                                "send_test_posturl",
                                "url="
                                        + (encoded
                                                ? URLEncoder.encode(url, StandardCharsets.UTF_8)
                                                : url))
                        .path("message_id")
                        .asString();
        assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{12}");
        assertThat(bodies)
                .singleElement()
                .asString()
                .startsWith("/echo?apikey=XXXXX&state=Texas hostname=host.example&subject=")
                .contains("&body=", id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mute", "/broken", "/moved"})
    void whatDoesNotSendTheIdBackFails(String path) {
        assertThatThrownBy(() -> server.call("send_test_posturl", "url=" + url(path)))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("did not return the ID");
        assertThat(bodies).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:%d/echo",
                "http://[::1]:%d/echo",
                "http://127.0.0.2:%d/echo",
                "https://10.0.0.1/x",
                "http://169.254.169.254/latest/meta-data/",
                "file:///etc/passwd",
                "gopher://127.0.0.1:%d/echo",
                "//127.0.0.1:%d/echo",
                "http://127.0.0.1@localhost:%d/echo"
            })
    void noAddressOfAPrivateNetworkIsPostedTo(String url) {
        String address = url.formatted(web.getAddress().getPort());
        assertThatThrownBy(() -> server.call("send_test_posturl", "url=" + address))
                .isInstanceOf(WhmException.class);
        assertThat(bodies).isEmpty();
    }

    @Test
    void theWebhooksThatAreSetUpAreTriedAndTheirAddressesStaySecret() throws Exception {
        server.rootFile("state/webhook", url("/broken?token=s3cr3t"));
        server.rootFile("state/slack", url("/mute?token=s3cr3t"));

        JsonNode webhook = server.data("verify_posturl_access").path("results").get(0);
        assertThat(webhook.at("/result/payload/status").asString()).isEqualTo("500");
        assertThat(webhook.at("/result/payload/success").asInt()).isZero();
        assertThat(webhook.toString()).doesNotContain("s3cr3t");

        JsonNode slack = server.data("verify_slack_access").path("results").get(0);
        assertThat(slack.at("/result/payload/success").asInt()).isOne();
        assertThat(slack.path("url").asString()).isEqualTo("http://127.0.0.1/…");
        assertThat(slack.toString()).doesNotContain("s3cr3t");
        assertThat(bodies.get(0)).startsWith("/broken?token=s3cr3t {\"id\":");
        assertThat(bodies.get(1)).startsWith("/mute?token=s3cr3t {\"text\":");
    }

    @Test
    void aWebhookWithoutItsFileIsToldAsFailed() throws Exception {
        JsonNode result = server.data("verify_slack_access").path("results").get(0);
        assertThat(result.at("/result/payload/success").asInt()).isZero();
        assertThat(result.at("/result/payload/reason").asString()).contains("there is no file");
    }
}
