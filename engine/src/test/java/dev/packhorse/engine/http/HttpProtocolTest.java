package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests in the byte forms that real clients send.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpProtocolTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String FORBIDDEN =
            "{\"cpanelresult\":{\"apiversion\":\"2\",\"error\":\"Access denied\",\"data\":{\"reason\":\"Access"
                    + " denied\",\"result\":\"0\"},\"type\":\"text\"}}";

    @TempDir static Path folder;
    private TestServer server = unset();

    // The server is started before the first test; there is no other moment for a final field.
    @SuppressWarnings("NullAway")
    private static TestServer unset() {
        return null;
    }

    @BeforeAll
    void start() throws IOException {
        server = TestServer.plain(folder);
    }

    @AfterAll
    void stop() throws IOException {
        server.close();
        assertThat(folder.resolve("state/http.address")).doesNotExist();
    }

    private String post(String target, String type, String body) {
        return "POST "
                + target
                + " HTTP/1.1\r\n"
                + server.head()
                + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n"
                + body;
    }

    private String get(String target) {
        return "GET " + target + " HTTP/1.1\r\n" + server.head() + "\r\n";
    }

    private JsonNode data(RawClient.Response response) {
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        JsonNode body = MAPPER.readTree(response.body());
        assertThat(body.at("/metadata/result").intValue()).as(response.body()).isOne();
        return body.path("data");
    }

    /// Long answers of a batch are made before they are sent.
    @Test
    void longBatchesAreWhole() throws IOException {
        String text = "ä".repeat(3_500);
        String command = "&command=echo%3Ftext%3D" + text;
        String body = "api.version=1" + command.repeat(9);
        String form = "application/x-www-form-urlencoded";
        JsonNode results = data(server.ask(post("/json-api/batch", form, body))).path("result");
        assertThat(results.size()).isEqualTo(9);
        assertThat(results.get(4).at("/data/text").stringValue()).isEqualTo(text);
        assertThat(server.ask(post("/xml-api/batch", form, body)).body())
                .endsWith("</result>\n")
                .containsPattern("(?s)(<text>ä{3500}</text>.*){9}");
    }

    @Test
    void answerIsJsonOfUtf8ThatNobodyKeeps() throws IOException {
        RawClient.Response response = server.ask(get("/json-api/version?api.version=1"));
        assertThat(response.headers())
                .containsEntry("content-type", "application/json; charset=\"utf-8\"")
                .containsEntry("cache-control", "no-cache, no-store")
                .doesNotContainKeys("server", "access-control-allow-origin");
        assertThat(response.body())
                .isEqualTo(
                        "{\"data\":{\"version\":\"11.9\"},\"metadata\":{\"command\":\"version\","
                                + "\"reason\":\"OK\",\"result\":1,\"version\":1}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "application/octet-stream",
                "text/plain",
                "application/x-www-form-urlencoded; charset=UTF-8",
                ""
            })
    void urlencodedBodyIsReadWhateverItsType(String type) throws IOException {
        String body = "api.version=1&text=a+b%20c%2Bd&flag=True&list-0=x&list-1=y";
        JsonNode data = data(server.ask(post("/json-api/echo", type, body)));
        assertThat(data.path("text").stringValue()).isEqualTo("a b c+d");
        assertThat(data.path("flag").intValue()).isOne();
        assertThat(data.path("list").toString()).isEqualTo("[\"x\",\"y\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json;charset=utf-8", "", "text/plain"})
    void jsonBodyIsReadByItsContent(String type) throws IOException {
        String body =
                " {\"api.version\":1,\"text\":\"ä\\u20ac\",\"flag\":true,\"list\":[\"x\",2],\"n\":null}";
        JsonNode data = data(server.ask(post("/json-api/echo", type, body)));
        assertThat(data.path("text").stringValue()).isEqualTo("ä€");
        assertThat(data.path("flag").intValue()).isOne();
        assertThat(data.path("list").toString()).isEqualTo("[\"x\",\"2\"]");
    }

    /// As libcurl sends it for a program that hands it a list of fields.
    @Test
    void plainFieldsOfAFormAreRead() throws IOException {
        String field =
                "--------------------------d74496d66958873e\r\nContent-Disposition: form-data;";
        String body =
                field
                        + " name=\"api.version\"\r\n\r\n1\r\n"
                        + field
                        + " name=\"text\"\r\nContent-Type: text/plain\r\n\r\nä+%20 --x\r\n"
                        + field
                        + " name=\"list\"\r\n\r\nx\r\n"
                        + field
                        + " name=\"list\"\r\n\r\n\r\n"
                        + "--------------------------d74496d66958873e--\r\n";
        String type = "multipart/form-data; boundary=------------------------d74496d66958873e";
        JsonNode data = data(server.ask(post("/json-api/echo", type, body)));
        assertThat(data.path("text").stringValue()).isEqualTo("ä+%20 --x");
        assertThat(data.path("list").toString()).isEqualTo("[\"x\",\"\"]");

        for (String bad :
                new String[] {
                    body.substring(0, body.length() - 60),
                    body.replace("name=\"text\"", "name=\"text\"; filename=\"a\""),
                    body.replace("d74496", "other"),
                    body.replace("Content-Type: text/plain", "Content-Transfer-Encoding: base64"),
                    body.replace("name=\"list\"", "nothing"),
                }) {
            assertThat(server.ask(post("/json-api/echo", type, bad)).status()).isEqualTo(400);
        }
        assertThat(server.ask(post("/json-api/echo", "multipart/form-data", body)).status())
                .isEqualTo(400);
    }

    @Test
    void queryAndBodyAreOneSetOfParameters() throws IOException {
        String split = post("/json-api/echo?api.version=1&list=q", "", "text=body&list=b");
        assertThat(data(server.ask(split)).toString())
                .isEqualTo("{\"text\":\"body\",\"flag\":0,\"list\":[\"q\",\"b\"]}");
        String emptyBody = post("/json-api/echo?api.version=1&text=q", "", "");
        assertThat(data(server.ask(emptyBody)).path("text").stringValue()).isEqualTo("q");
        String json = post("/json-api/echo?api.version=1", "application/json", "{\"text\":\"j\"}");
        assertThat(data(server.ask(json)).path("text").stringValue()).isEqualTo("j");
    }

    @Test
    void sameParameterInQueryAndBodyFails() throws IOException {
        RawClient.Response response =
                server.ask(post("/json-api/echo?api.version=1&text=a", "", "text=b"));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"result\":0")
                .contains("The “text” argument is given more than once.");
    }

    @Test
    void emptyQueryAndMissingVersionGiveApiZero() throws IOException {
        assertThat(server.ask(post("/json-api/version?", "", "")).body())
                .isEqualTo("{\"version\":\"11.9\"}");
        assertThat(server.ask(get("/json-api/nope?")).body())
                .isEqualTo("{\"error\":\"Unknown App Requested: nope\"}");
    }

    @Test
    void unknownFunctionKeepsItsNameInTheText() throws IOException {
        String body = server.ask(get("/json-api/kill%20all?api.version=1")).body();
        assertThat(MAPPER.readTree(body).at("/metadata/reason").stringValue())
                .isEqualTo("Unknown app (\"kill all\") requested for this version (1) of the API.");
    }

    @Test
    void sessionPrefixIsTakenWithHeaderCredentials() throws IOException {
        RawClient.Response response =
                server.ask(get("/cpsess1234567890/json-api/version?api.version=1"));
        assertThat(data(response).path("version").stringValue()).isEqualTo("11.9");
    }

    @Test
    void connectionIsKeptAndPipelinedCallsAreAnsweredInOrder() throws IOException {
        try (RawClient client = server.connect()) {
            client.send(
                    post("/json-api/echo?api.version=1", "", "text=one")
                            + get("/json-api/echo?api.version=1&text=two"));
            assertThat(data(client.read()).path("text").stringValue()).isEqualTo("one");
            assertThat(data(client.read()).path("text").stringValue()).isEqualTo("two");
            client.send(get("/json-api/echo?api.version=1&text=three"));
            assertThat(data(client.read()).path("text").stringValue()).isEqualTo("three");
        }
    }

    @Test
    void lineEndsAfterTheBodyAreIgnored() throws IOException {
        try (RawClient client = server.connect()) {
            client.send(post("/json-api/echo?api.version=1", "", "text=one") + "\r\n\r\n");
            assertThat(data(client.read()).path("text").stringValue()).isEqualTo("one");
            client.send(get("/json-api/echo?api.version=1&text=two"));
            assertThat(data(client.read()).path("text").stringValue()).isEqualTo("two");
        }
        String closing =
                "POST /json-api/echo HTTP/1.0\r\n"
                        + server.head()
                        + "Connection: close\r\nContent-Length: 22\r\n\r\napi.version=1&text=one\r\n\r\n";
        try (RawClient client = server.connect()) {
            client.send(closing);
            assertThat(data(client.read()).path("text").stringValue()).isEqualTo("one");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void junkAfterTheBodyIsNeverACall() throws IOException {
        try (RawClient client = server.connect()) {
            client.send(
                    post("/json-api/echo?api.version=1", "", "text=one")
                            + "\r\nContent-Type: x\r\nExpect: 100-continue\r\n\r\n");
            assertThat(data(client.read()).path("text").stringValue()).isEqualTo("one");
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void expectContinueIsAnswered() throws IOException {
        try (RawClient client = server.connect()) {
            client.send(
                    "POST /json-api/echo?api.version=1 HTTP/1.1\r\n"
                            + server.head()
                            + "Expect: 100-continue\r\nContent-Length: 8\r\n\r\n");
            client.send("text=one");
            RawClient.Response first = client.read();
            RawClient.Response last = first.status() == 100 ? client.read() : first;
            assertThat(data(last).path("text").stringValue()).isEqualTo("one");
        }
    }

    @Test
    void chunkedBodyIsRead() throws IOException {
        String request =
                "POST /json-api/echo?api.version=1 HTTP/1.1\r\n"
                        + server.head()
                        + "Transfer-Encoding: chunked\r\n\r\n5\r\ntext=\r\n3\r\none\r\n0\r\n\r\n";
        assertThat(data(server.ask(request)).path("text").stringValue()).isEqualTo("one");
    }

    @Test
    void http10AndAbsoluteTargetsAreServedWithoutReflection() throws IOException {
        RawClient.Response old =
                server.ask("GET /json-api/version HTTP/1.0\r\n" + server.head() + "\r\n");
        assertThat(old.body()).isEqualTo("{\"version\":\"11.9\"}");
        RawClient.Response absolute = server.ask(get("http://host.example:2087/json-api/version"));
        assertThat(absolute.body()).isEqualTo("{\"version\":\"11.9\"}");
        RawClient.Response mismatch = server.ask(get("http://evil.example/json-api/version"));
        assertThat(mismatch.status()).isEqualTo(400);
        assertThat(mismatch.toString()).doesNotContain("evil");
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "Authorization: whm root",
        "Authorization: Bearer abc",
        "Authorization: whm root:WRONG",
        "Authorization: Basic cm9vdDp3cm9uZw==",
        "Authorization: whm carol:WRONG",
        "Cookie: whostmgrsession=root%3aabc"
    })
    void wrongCredentialsGetCpanelsRefusalByteForByte(String header) throws IOException {
        String line = header.isEmpty() ? "" : header + "\r\n";
        RawClient.Response response =
                server.ask(
                        "POST /json-api/version?api.version=1 HTTP/1.1\r\nHost: x\r\n"
                                + line
                                + "Content-Length: 5\r\n\r\na=b%z");
        assertThat(response.statusLine()).isEqualTo("HTTP/1.1 403 Forbidden Access denied");
        assertThat(response.headers())
                .containsEntry("content-type", "text/plain; charset=\"utf-8\"");
        assertThat(response.body()).isEqualTo(FORBIDDEN);
    }

    @Test
    void tokenIsTakenFromTheHeaderOnly() throws IOException {
        String target =
                "/json-api/version?api.version=1&token="
                        + server.rootToken
                        + "&whm=root:"
                        + server.rootToken;
        RawClient.Response response = server.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(response.status()).isEqualTo(403);
    }

    @Test
    void revokedTokenIsRefusedAtOnceOnTheSameConnection() throws IOException {
        String token = server.newToken("root", "short-lived");
        String call =
                "GET /json-api/version HTTP/1.1\r\nHost: x\r\nAuthorization: WHM root:"
                        + token
                        + "\r\n\r\n";
        try (RawClient client = server.connect()) {
            assertThat(client.send(call).read().status()).isEqualTo(200);
            server.tokens.revoke("root", "short-lived");
            assertThat(client.send(call).read().status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/login", "/JSON-API/version", "/json-api", "/3rdparty/x.php"})
    void otherPathsAreNotThere(String path) throws IOException {
        RawClient.Response response = server.ask(get("/x" + path));
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.body()).doesNotContain("<").doesNotContain("3rdparty");
    }

    @Test
    void xmlHasTheSameAnswers() throws IOException {
        RawClient.Response response = server.ask(get("/xml-api/version?api.version=1"));
        assertThat(response.headers()).containsEntry("content-type", "text/xml; charset=utf-8");
        assertThat(response.body())
                .isEqualTo(
                        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<result><data><version>11.9</version></data>"
                                + "<metadata><command>version</command><reason>OK</reason>"
                                + "<result>1</result><version>1</version></metadata></result>\n");
        assertThat(server.ask(get("/xml-api/listaccts")).body())
                .contains(
                        "<listaccts><status>1</status><statusmsg>Ok</statusmsg>"
                                + "<acct><user>alice</user><uid>5</uid></acct>"
                                + "<acct><user>carol</user><uid>5</uid></acct></listaccts>");
    }

    @Test
    void refusedCredentialsAreXmlForXml() throws IOException {
        RawClient.Response response =
                server.ask("GET /xml-api/version HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(response.statusLine()).isEqualTo("HTTP/1.1 403 Forbidden Access denied");
        assertThat(response.body())
                .contains("<cpanelresult><apiversion>2</apiversion><error>Access denied</error>");
    }

    @Test
    void addressFileTellsWhereThePortIs() throws IOException {
        assertThat(Files.readString(server.state.resolve("http.address")))
                .isEqualTo("http://127.0.0.1:" + server.address.port() + "\n");
        assertThat(server.address.port()).isPositive();
    }

    @Test
    void aPrefixWithoutItsNumberIsTakenWithHeaderCredentials() throws IOException {
        RawClient.Response response = server.ask(get("/cpsess/json-api/version?api.version=1"));
        assertThat(data(response).path("version").stringValue()).isEqualTo("11.9");
    }

    /// As clients send it that join an address which ends in a slash with the path.
    @ParameterizedTest
    @ValueSource(strings = {"//json-api/version", "//cpsess/json-api/version"})
    void oneSlashMoreAtTheBeginningIsForgiven(String path) throws IOException {
        RawClient.Response response = server.ask(get(path + "?api.version=1"));
        assertThat(data(response).path("version").stringValue()).isEqualTo("11.9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "///json-api/version",
                "//json-api//version",
                "/json-api//version",
                "//json-api/version/",
                "//json-api/version//",
                "//json-api/../json-api/version",
                "//x/../json-api/version",
                "//;/json-api/version",
                "//json-api/version;a=b",
                "//json-api/vers%69on",
                "//host:80/json-api/version",
                "//",
                "//login/",
                "/json-api//"
            })
    void otherEmptyPartsOfAPathAreRefused(String path) throws IOException {
        assertThat(server.ask(get(path + "?api.version=1")).status()).isEqualTo(400);
    }
}
