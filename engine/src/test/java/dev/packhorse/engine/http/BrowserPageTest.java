package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.whm.RawParameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A page without a login next to an API that needs one.
class BrowserPageTest {
    @TempDir private Path folder;

    private final List<RawParameters> seen = new CopyOnWriteArrayList<>();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        BrowserPage page =
                new BrowserPage() {
                    @Override
                    public String path() {
                        return "/packhorse/page";
                    }

                    @Override
                    public Answer answer(RawParameters query) {
                        seen.add(query);
                        return new Answer(query.all("code").isEmpty() ? 400 : 200, "<b>done</b>");
                    }
                };
        server = TestServer.with(folder, page);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private RawClient.Response get(String target) throws IOException {
        return server.ask("GET " + target + " HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    }

    @Test
    void itAnswersWithoutALoginAsTextThatLeaksNothing() throws IOException {
        RawClient.Response answer = get("/packhorse/page?state=s&code=4%2Fx");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("<b>done</b>\n");
        assertThat(answer.headers())
                .containsEntry("content-type", "text/plain; charset=\"utf-8\"")
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("referrer-policy", "no-referrer")
                .containsEntry("cache-control", "no-cache, no-store")
                .containsEntry("content-security-policy", "default-src 'none'; sandbox");
        assertThat(answer.headers().toString()).doesNotContain("evil.example");
        assertThat(seen.getFirst().all("code")).containsExactly("4/x");
        assertThat(get("/packhorse/page").status()).isEqualTo(400);
    }

    @Test
    void onlyItsExactPathAndOnlyGetAreOpen() throws IOException {
        for (String other :
                new String[] {
                    "/packhorse/page/",
                    "/packhorse",
                    "/Packhorse/page",
                    "/packhorse/page/../../json-api/version",
                    "/x/packhorse/page"
                }) {
            assertThat(get(other + "?code=1").status()).as(other).isIn(400, 403, 404);
        }
        RawClient.Response posted =
                server.ask(
                        "POST /packhorse/page?code=1 HTTP/1.1\r\nHost: x\r\n"
                                + "Content-Length: 6\r\n\r\ncode=1");
        assertThat(posted.status()).isEqualTo(405);
        assertThat(posted.headers()).containsEntry("allow", "GET");
        assertThat(seen).isEmpty();
        assertThat(get("/json-api/version").status()).isEqualTo(403);
    }

    @Test
    void aHostileQueryIsRefusedBeforeThePage() throws IOException {
        String huge = "x".repeat(20_000);
        assertThat(get("/packhorse/page?code=" + huge).status()).isIn(414, 431);
        assertThat(get("/packhorse/page?code=%zz").status()).isEqualTo(400);
        assertThat(get("/packhorse/page?code=%ff").status()).isEqualTo(400);
        assertThat(get("/packhorse/page?" + "a&".repeat(6_000)).status()).isEqualTo(400);
        assertThat(
                        server.ask(
                                        "GET /packhorse/page?code=1 HTTP/1.1\r\nHost: x\r\n"
                                                + "Content-Length: 1\r\n\r\nx")
                                .status())
                .isEqualTo(400);
        assertThat(seen).isEmpty();
    }
}
