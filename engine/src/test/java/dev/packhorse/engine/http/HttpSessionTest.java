package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.TestHost;
import dev.packhorse.engine.auth.TooManySessionsException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sessions in the byte forms of the clients that log in.
class HttpSessionTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String GOOD = "user=root&pass=correct+horse";

    @TempDir Path folder;
    private TestServer server = unset();

    // The server is started before each test; there is no other moment for a final field.
    @SuppressWarnings("NullAway")
    private static TestServer unset() {
        return null;
    }

    @BeforeEach
    void start() throws IOException {
        server = TestServer.plain(folder);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private RawClient.Response login(String path, String body) throws IOException {
        return server.ask(
                "POST "
                        + path
                        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
    }

    private RawClient.Response get(String path, String cookie) throws IOException {
        return server.ask("GET " + path + " HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + "\r\n\r\n");
    }

    private static String token(RawClient.Response response) {
        return "/" + response.headers().getOrDefault("location", "").split("/", -1)[1];
    }

    private static String cookie(RawClient.Response response) {
        return response.headers().getOrDefault("set-cookie", "").split(";", 2)[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/login/"})
    void aLoginGivesTokenAndCookieForCalls(String path) throws IOException {
        RawClient.Response login = login(path, GOOD);

        assertThat(login.status()).isEqualTo(301);
        assertThat(login.headers().get("set-cookie"))
                .matches("whostmgrsession=root%3A[^;:,]+; HttpOnly; path=/");
        assertThat(token(login)).matches("/cpsess\\d{10}");
        RawClient.Response call =
                get(token(login) + "/json-api/version?api.version=1", cookie(login));
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.body()).contains("\"version\":\"11.9\"");
        assertThat(get(token(login) + "/xml-api/version?api.version=1", cookie(login)).body())
                .contains("<version>11.9</version>");
        assertThat(get(token(login) + "/", cookie(login)).body()).contains("\"user\":\"root\"");
    }

    @Test
    void withLoginOnlyTheAnswerIsJson() throws IOException {
        RawClient.Response login = login("/login", GOOD + "&login_only=1");

        assertThat(login.status()).isEqualTo(200);
        JsonNode body = MAPPER.readTree(login.body());
        assertThat(body.path("status").asInt()).isOne();
        assertThat(body.path("security_token").asString()).isEqualTo(token(login));
        assertThat(body.path("redirect").asString()).isEqualTo(login.headers().get("location"));
    }

    @Test
    void theCookieAloneOrTheTokenAloneOpensNothing() throws IOException {
        RawClient.Response one = login("/login", GOOD);
        RawClient.Response two = login("/login", GOOD);

        String call = "/json-api/version?api.version=1";
        for (RawClient.Response refused :
                new RawClient.Response[] {
                    get(call, cookie(one)),
                    get("/cpsess1234567890" + call, cookie(one)),
                    get("/cpsess" + call, cookie(one)),
                    get("/" + call, cookie(one)),
                    get("//cpsess" + call, cookie(one)),
                    get("/" + token(two) + call, cookie(one)),
                    get(token(two) + call, cookie(one)),
                    get(token(one) + call, "whostmgrsession=root%3ax"),
                    get(token(one) + call, "other=1"),
                    get(token(two) + "/", cookie(one)),
                    get(token(two) + "/logout/", cookie(one))
                }) {
            assertThat(refused.statusLine()).isEqualTo("HTTP/1.1 403 Forbidden Access denied");
            assertThat(refused.body()).startsWith("{\"cpanelresult\"");
        }
        assertThat(get(token(one) + call, cookie(one)).status()).isEqualTo(200);
    }

    @Test
    void ofSeveralCookiesTheOneThatFitsCounts() throws IOException {
        RawClient.Response login = login("/login", GOOD);

        assertThat(
                        get(
                                        token(login) + "/json-api/version?api.version=1",
                                        "whostmgrsession=old; a=b; " + cookie(login))
                                .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user=root&pass=wrong",
                "user=carol&pass=correct+horse",
                "user=dan&pass=correct+horse",
                "user=&pass=correct+horse",
                "user=root%0a&pass=correct+horse",
                "user=nobody&pass=&login_only=1"
            })
    void aWrongLoginIsOneAnswer(String body) throws IOException {
        RawClient.Response login = login("/login", body);

        assertThat(login.status()).isEqualTo(401);
        assertThat(login.headers()).doesNotContainKeys("set-cookie", "location");
        assertThat(login.body()).isEqualTo("{\"status\":0,\"message\":\"The login is invalid.\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user=root", "pass=x", "user=root&user=bob&pass=x", ""})
    void anIncompleteLoginIsABadRequest(String body) throws IOException {
        assertThat(login("/login", body).status()).isEqualTo(400);
    }

    @Test
    void aPasswordInTheAddressIsRefusedEvenIfItIsRight() throws IOException {
        RawClient.Response response =
                server.ask("GET /login?" + GOOD + " HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.headers()).doesNotContainKey("set-cookie");
    }

    @Test
    void theLogoutEndsTheSession() throws IOException {
        RawClient.Response login = login("/login", GOOD);

        RawClient.Response logout = get(token(login) + "/logout/", cookie(login));

        assertThat(logout.status()).isEqualTo(200);
        assertThat(logout.headers().get("set-cookie")).startsWith("whostmgrsession=; ");
        assertThat(get(token(login) + "/json-api/version?api.version=1", cookie(login)).status())
                .isEqualTo(403);
    }

    @Test
    void whereTheServerHasAllThatItKeepsALoginIsAskedToComeAgain() throws Exception {
        Optional<LoginSessions.Opened> made = Optional.empty();
        for (int i = 0; i == 0 || made.isPresent(); i++) {
            made = open("u" + i / 50);
        }

        RawClient.Response login = login("/login", GOOD);

        assertThat(login.status()).isEqualTo(503);
        assertThat(login.headers()).doesNotContainKey("set-cookie");
        assertThat(login.body()).contains("\"status\":0", "try again later");
    }

    private Optional<LoginSessions.Opened> open(String user) throws IOException {
        try {
            return Optional.of(server.sessions.open(new Caller(user, Set.of(), "", "127.0.0.1")));
        } catch (TooManySessionsException _) {
            return Optional.empty();
        }
    }

    @Test
    void theLinkOfASessionWorksOnce() throws Exception {
        Caller root = new Caller("root", Set.of("all"), "", "127.0.0.1");
        LoginSessions.Opened link = server.sessions.offer(root, "bob").orElseThrow();
        String address =
                link.securityToken()
                        + "/login/?session="
                        + URLEncoder.encode(link.value().reveal(), StandardCharsets.UTF_8);

        RawClient.Response first = get(address, "a=b");

        assertThat(first.status()).isEqualTo(301);
        assertThat(token(first)).isEqualTo(link.securityToken());
        RawClient.Response call =
                get(
                        link.securityToken() + "/json-api/accountsummary?api.version=1&user=carol",
                        cookie(first));
        assertThat(call.body()).contains("\"result\":1");
        assertThat(
                        get(
                                        link.securityToken()
                                                + "/json-api/accountsummary?api.version=1&user=alice",
                                        cookie(first))
                                .body())
                .contains("You do not have a user named “alice”.");
        assertThat(get(address, "a=b").status()).isEqualTo(403);
    }

    @Test
    void headersOutrankTheSession() throws IOException {
        RawClient.Response login = login("/login", GOOD);

        RawClient.Response response =
                server.ask(
                        "GET "
                                + token(login)
                                + "/json-api/version?api.version=1 HTTP/1.1\r\nHost: x\r\nCookie: "
                                + cookie(login)
                                + "\r\nAuthorization: whm root:WRONG\r\n\r\n");

        assertThat(response.status()).isEqualTo(403);
        assertThat(TestHost.PASSWORD).isEqualTo("correct horse");
    }
}
