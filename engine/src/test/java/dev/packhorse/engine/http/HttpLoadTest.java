package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpLoadTest {
    @TempDir Path folder;

    @Test
    void twoHundredParallelCallsGetTheirOwnAnswers() throws Exception {
        HttpLimits usual = HttpLimits.DEFAULT;
        HttpLimits wide =
                new HttpLimits(
                        usual.header(),
                        usual.body(),
                        usual.headerTime(),
                        usual.bodyTime(),
                        500,
                        250);
        try (TestServer server = TestServer.with(folder, wide);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String call =
                        "GET /json-api/echo?api.version=1&text=call-"
                                + i
                                + " HTTP/1.1\r\n"
                                + server.head()
                                + "\r\n";
                answers.add(clients.submit(() -> server.ask(call).body()));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(answers.get(i).get()).contains("\"text\":\"call-" + i + "\"");
            }
        }
    }

    @Test
    void longAnswersAreStreamedWhole() throws Exception {
        String member = "\"" + "m".repeat(200) + "\",";
        String body = "{\"text\":\"x\",\"list\":[" + member.repeat(4_900) + "\"end\"]}";
        try (TestServer server = TestServer.plain(folder)) {
            RawClient.Response response =
                    server.ask(
                            "POST /json-api/echo?api.version=1 HTTP/1.1\r\n"
                                    + server.head()
                                    + "Content-Length: "
                                    + body.length()
                                    + "\r\n\r\n"
                                    + body);
            assertThat(response.headers()).containsEntry("transfer-encoding", "chunked");
            assertThat(response.body())
                    .contains(member.repeat(4_900) + "\"end\"]")
                    .endsWith("\"version\":1}}");
        }
    }
}
