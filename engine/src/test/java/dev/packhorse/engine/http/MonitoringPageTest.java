package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.auth.TokenRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitoringPageTest {
    @TempDir Path folder;

    private record Page(boolean isOpen) implements MonitoringPage {
        @Override
        public String path() {
            return "/metrics";
        }

        @Override
        public Answer answer() {
            return new Answer(isOpen ? 503 : 200, "text/plain; version=0.0.4", "packhorse_x 1\n");
        }
    }

    private TestServer serve(boolean open) throws IOException {
        return TestServer.with(folder, new Page(open));
    }

    private RawClient.Response get(TestServer server, String headers) throws IOException {
        return server.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
    }

    private String token(TestServer server, String user, String... acls) throws IOException {
        return "Authorization: whm "
                + user
                + ":"
                + server.tokens
                        .create(
                                new TokenRequest(
                                        user,
                                        "m" + System.nanoTime(),
                                        Set.of(acls),
                                        Optional.empty(),
                                        List.of()))
                        .orElseThrow()
                        .value()
                        .reveal()
                + "\r\n";
    }

    @Test
    void aPageThatNamesAccountsTakesRootsLogin() throws IOException {
        try (TestServer server = serve(false)) {
            assertThat(get(server, "").status()).isEqualTo(403);
            assertThat(get(server, "Authorization: whm root:wrong\r\n").status()).isEqualTo(403);
            assertThat(get(server, token(server, "root", "list-accts")).status()).isEqualTo(403);
            assertThat(get(server, token(server, "reseller", "basic-system-info")).status())
                    .isEqualTo(403);
            for (String good :
                    List.of(
                            "Authorization: whm root:" + server.rootToken + "\r\n",
                            token(server, "root", "basic-system-info"))) {
                RawClient.Response answer = get(server, good);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("packhorse_x 1\n");
                assertThat(answer.headers())
                        .containsEntry("content-type", "text/plain; version=0.0.4")
                        .containsEntry("cache-control", "no-cache, no-store");
            }
        }
    }

    @Test
    void anOpenPageTakesNone() throws IOException {
        try (TestServer server = serve(true)) {
            assertThat(get(server, "").status()).isEqualTo(503);
        }
    }

    @Test
    void itIsOnlyReadAndOnlyAtItsPath() throws IOException {
        try (TestServer server = serve(true)) {
            assertThat(
                            server.ask(
                                            "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
                                    .status())
                    .isEqualTo(405);
            assertThat(server.ask("GET /metrics/x HTTP/1.1\r\nHost: x\r\n\r\n").status())
                    .isEqualTo(404);
        }
    }
}
