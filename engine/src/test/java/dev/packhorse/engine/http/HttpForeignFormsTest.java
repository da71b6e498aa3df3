package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What other kinds of services answer to and this one does not: XML bodies, script callbacks,
/// pages of other origins; and versions of the API that there are not.
class HttpForeignFormsTest {
    private static final String ENTITIES =
            """
            <?xml version="1.0"?>
            <!DOCTYPE cpanelaction [
              <!ENTITY % outer SYSTEM "file:///etc/passwd">
              <!ENTITY secret SYSTEM "file:///etc/shadow">
            ]>
            <cpanelaction xmlns:xi="http://www.w3.org/2001/XInclude">
              <text>&secret;</text><xi:include href="file:///etc/shadow" parse="text"/>
            </cpanelaction>
            """;

    @TempDir Path folder;

    private static RawClient.Response post(
            TestServer server, String target, String type, String body) throws IOException {
        return server.ask(
                "POST "
                        + target
                        + " HTTP/1.1\r\n"
                        + server.head()
                        + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                        + "Content-Length: "
                        + body.getBytes(StandardCharsets.UTF_8).length
                        + "\r\n\r\n"
                        + body);
    }

    private static RawClient.Response get(TestServer server, String target, String more)
            throws IOException {
        return server.ask("GET " + target + " HTTP/1.1\r\n" + server.head() + more + "\r\n");
    }

    private static JsonNode json(RawClient.Response response) {
        return JsonMapper.shared().readTree(response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/xml", "application/xml; charset=utf-8", "", "text/plain"})
    void xmlIsNeverRead(String type) throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            for (String path : new String[] {"/json-api/echo", "/xml-api/echo"}) {
                RawClient.Response answer =
                        post(server, path + "?api.version=1&text=q", type, ENTITIES);
                assertThat(answer.status()).as(path).isEqualTo(400);
                assertThat(answer.body()).doesNotContain("root:", "secret");
            }
            String typed = "application/soap+xml";
            assertThat(post(server, "/json-api/echo", typed, "text=x").status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-32"})
    void xmlInAnotherEncodingIsNoText(String charset) throws IOException {
        String bytes =
                new String(
                        ENTITIES.getBytes(Charset.forName(charset)), StandardCharsets.ISO_8859_1);
        try (TestServer server = TestServer.plain(folder)) {
            RawClient.Response answer =
                    post(server, "/json-api/echo?api.version=1", "text/xml", bytes);
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void noParameterMakesAScriptOfAnAnswer() throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            String plain = get(server, "/json-api/version?api.version=1", "").body();
            for (String name : new String[] {"callback", "jsonp", "api.callback", "jsoncallback"}) {
                RawClient.Response answer =
                        get(server, "/json-api/version?api.version=1&" + name + "=alert", "");
                assertThat(answer.body()).as(name).isEqualTo(plain);
                assertThat(answer.headers())
                        .containsEntry("content-type", "application/json; charset=\"utf-8\"");
            }
        }
    }

    @Test
    void pagesOfOtherOriginsLearnNothing() throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            String origin = "Origin: https://evil.example\r\n";
            RawClient.Response answer = get(server, "/json-api/version?api.version=1", origin);
            assertThat(answer.headers().keySet())
                    .noneMatch(name -> name.startsWith("access-control-"));
            RawClient.Response asked =
                    server.ask(
                            "OPTIONS /json-api/version HTTP/1.1\r\n"
                                    + server.head()
                                    + origin
                                    + "Access-Control-Request-Method: POST\r\n"
                                    + "Access-Control-Request-Headers: authorization\r\n\r\n");
            assertThat(asked.status()).isEqualTo(405);
            assertThat(asked.headers().keySet())
                    .noneMatch(name -> name.startsWith("access-control-"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "?api.version=0", "?api.version=1", "?api.version=2", "?api.version=x"})
    void everyVersionAsksForTheSameCredentials(String version) throws IOException {
        try (TestServer server = TestServer.plain(folder)) {
            RawClient.Response refused =
                    server.ask(
                            "GET /json-api/version"
                                    + version
                                    + " HTTP/1.1\r\nHost: h\r\n"
                                    + "Authorization: whm root:WRONG\r\n\r\n");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).doesNotContain("11.9");

            JsonNode answer = json(get(server, "/json-api/version" + version, ""));
            boolean known = version.isEmpty() || version.matches(".*[01]");
            assertThat(answer.toString().contains("11.9")).as("%s", answer).isEqualTo(known);
        }
    }
}
