package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.auth.AddressRange;
import dev.packhorse.engine.auth.LockoutRules;
import dev.packhorse.engine.auth.LoginGuard;
import dev.packhorse.engine.auth.TestCodes;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Addresses that guess are locked out, in the bytes of HTTP.
class HttpLockoutTest {
    @TempDir Path folder;

    private TestServer serve(String... proxies) throws IOException {
        return TestServer.with(
                folder,
                TestServer.settings(TlsMode.OFF)
                        .withProxies(List.of(proxies).stream().map(AddressRange::parse).toList()),
                new LoginGuard(
                        LockoutRules.USUAL,
                        Duration.ofMillis(1),
                        InstantSource.system(),
                        LoginGuard.Listener.NONE));
    }

    private static RawClient.Response call(TestServer server, String... headers)
            throws IOException {
        return server.ask(
                "GET /json-api/version?api.version=1 HTTP/1.1\r\nHost: x\r\n"
                        + String.join("\r\n", headers)
                        + "\r\n\r\n");
    }

    private static String basic(String user, String password) {
        String pair = user + ":" + password;
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static void guess(TestServer server, int times, String... headers) throws IOException {
        for (int i = 0; i < times; i++) {
            assertThat(call(server, headers).status()).isEqualTo(403);
        }
    }

    private static String[] of(String... headers) {
        return headers;
    }

    @Test
    void tenWrongTokensAreAnsweredBy429AndRootsTokenAtLoopbackIsStillTaken() throws IOException {
        try (TestServer server = serve()) {
            String wrong = "Authorization: whm root:WRONG";
            guess(server, 10, wrong);
            RawClient.Response locked = call(server, wrong);
            assertThat(locked.status()).isEqualTo(429);
            assertThat(Integer.parseInt(locked.headers().getOrDefault("retry-after", "")))
                    .isBetween(600, 901);
            assertThat(locked.body()).contains("too many wrong logins").doesNotContain("root");
            assertThat(call(server, "Authorization: whm bob:WRONG").status()).isEqualTo(429);
            assertThat(call(server, "Authorization: whm root:" + server.rootToken).status())
                    .isEqualTo(200);
            assertThat(call(server, basic("root", "correct horse")).status())
                    .as("a password can be guessed")
                    .isEqualTo(429);
            assertThat(call(server, basic("bob", "correct horse")).status())
                    .as("another name at loopback")
                    .isEqualTo(200);
            assertThat(
                            server.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n" + wrong + "\r\n\r\n")
                                    .status())
                    .isEqualTo(404);
            assertThat(
                            server.ask("GET /events HTTP/1.1\r\nHost: x\r\n" + wrong + "\r\n\r\n")
                                    .status())
                    .isEqualTo(429);
        }
    }

    @Test
    void theLoginFormIsLockedWithTheRest() throws IOException {
        try (TestServer server = serve()) {
            guess(server, 10, basic("root", "wrong"));
            String form = "user=root&pass=correct+horse&login_only=1";
            RawClient.Response login =
                    server.ask(
                            "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: "
                                    + form.length()
                                    + "\r\n\r\n"
                                    + form);
            assertThat(login.status()).isEqualTo(429);
            assertThat(login.headers()).containsKey("retry-after").doesNotContainKey("set-cookie");
            assertThat(login.body()).contains("\"status\":0");
        }
    }

    @Test
    void callsWithoutCredentialsAreNoGuesses() throws IOException {
        try (TestServer server = serve()) {
            guess(server, 12);
            assertThat(call(server, "Authorization: whm root:WRONG").status()).isEqualTo(403);
        }
    }

    @Test
    void clientsOfAProxyAreToldApartAndWhatTheyForgeIsNot() throws IOException {
        try (TestServer server = serve("127.0.0.0/8")) {
            String right = "Authorization: whm root:" + server.rootToken;
            // What the client itself writes stands first; the proxy adds its peer.
            guess(
                    server,
                    10,
                    of("X-Forwarded-For: 203.0.113.9, 192.0.2.7", "Authorization: whm root:NO"));
            assertThat(call(server, "X-Forwarded-For: 192.0.2.7", right).status())
                    .as("also a right token, and whatever is forged before")
                    .isEqualTo(429);
            assertThat(
                            call(server, "X-Forwarded-For: 10.0.0.1, 192.0.2.7, 127.0.0.9", right)
                                    .status())
                    .as("behind two proxies")
                    .isEqualTo(429);
            assertThat(call(server, "X-Forwarded-For: 203.0.113.9", right).status()).isEqualTo(200);
            assertThat(call(server, "X-Forwarded-For: unknown", right).status()).isEqualTo(400);
            assertThat(call(server, "X-Forwarded-For: 10.0.0.0/8", right).status()).isEqualTo(400);
            assertThat(call(server, right).status()).isEqualTo(200);
        }
    }

    @Test
    void withoutAProxyTheHeaderIsNothing() throws IOException {
        try (TestServer server = serve()) {
            for (int i = 0; i < 10; i++) {
                guess(server, 1, "X-Forwarded-For: 192.0.2." + i, "Authorization: whm root:NO");
            }
            assertThat(
                            call(
                                            server,
                                            "X-Forwarded-For: 192.0.2.99",
                                            "Authorization: whm root:NO")
                                    .status())
                    .isEqualTo(429);
            assertThat(
                            call(
                                            server,
                                            "X-Forwarded-For: nonsense",
                                            "Authorization: whm root:" + server.rootToken)
                                    .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void guessesAtTheSameTimeAreNoMoreThanOneAfterAnother() throws Exception {
        try (TestServer server = serve()) {
            AtomicInteger judged = new AtomicInteger();
            List<Thread> clients =
                    IntStream.range(0, 40)
                            .mapToObj(i ->
                                    Thread.ofVirtual()
                                            .start(() -> {
                                                try {
                                                    if (call(server, basic("root", "wrong" + i))
                                                                    .status()
                                                            == 403) {
                                                        judged.incrementAndGet();
                                                    }
                                                } catch (IOException e) {
                                                    throw new UncheckedIOException(e);
                                                }
                                            }))
                            .toList();
            for (Thread client : clients) {
                client.join();
            }
            assertThat(judged).hasValueBetween(1, 10);
        }
    }

    @Test
    void aSecondFactorIsAskedForWithPasswordsAndNotWithTokens() throws Exception {
        try (TestServer server = serve()) {
            Secret uri = server.factors.enable("root", "h").orElseThrow();
            String password = basic("root", "correct horse");
            assertThat(call(server, password).status()).isEqualTo(403);
            assertThat(call(server, password, "X-CPANEL-OTP: 12345").status()).isEqualTo(403);
            assertThat(call(server, "Authorization: whm root:" + server.rootToken).status())
                    .isEqualTo(200);
            assertThat(call(server, basic("bob", "correct horse")).status())
                    .as("another user")
                    .isEqualTo(200);
            String code = "X-CPANEL-OTP: " + TestCodes.now(uri);
            assertThat(call(server, basic("root", "wrong"), code).status())
                    .as("a wrong password uses no code up")
                    .isEqualTo(403);
            assertThat(call(server, password, code, code).status()).isEqualTo(400);
            assertThat(call(server, password, code).status()).isEqualTo(200);
            assertThat(call(server, password, code).status()).as("taken once").isEqualTo(403);
        }
    }

    @Test
    void theLoginFormTakesTheCodeAndItsSessionNeedsNoMore() throws Exception {
        try (TestServer server = serve()) {
            Secret uri = server.factors.enable("root", "h").orElseThrow();
            assertThat(form(server, "user=root&pass=correct+horse").status()).isEqualTo(401);
            RawClient.Response login =
                    form(server, "user=root&pass=correct+horse&tfa_token=" + TestCodes.now(uri));
            assertThat(login.status()).isEqualTo(301);
            String path = login.headers().getOrDefault("location", "");
            String cookie = login.headers().getOrDefault("set-cookie", "").split(";", 2)[0];
            for (int i = 0; i < 2; i++) {
                assertThat(
                                server.ask(
                                                "GET "
                                                        + path
                                                        + "json-api/version?api.version=1 HTTP/1.1\r\n"
                                                        + "Host: x\r\nCookie: "
                                                        + cookie
                                                        + "\r\n\r\n")
                                        .status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void wrongCodesLockOutLikeWrongPasswords() throws Exception {
        try (TestServer server = serve()) {
            Secret uri = server.factors.enable("root", "h").orElseThrow();
            guess(server, 10, basic("root", "correct horse"), "X-CPANEL-OTP: 0000000");
            assertThat(
                            call(
                                            server,
                                            basic("root", "correct horse"),
                                            "X-CPANEL-OTP: " + TestCodes.now(uri))
                                    .status())
                    .isEqualTo(429);
        }
    }

    private static RawClient.Response form(TestServer server, String body) throws IOException {
        return server.ask(
                "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
    }
}
