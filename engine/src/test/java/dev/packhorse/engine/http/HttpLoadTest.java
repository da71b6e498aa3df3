package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Dispatcher;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmFunction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

    @Test
    void functionMayTakeLongerThanAClientMayBeSilent() throws Exception {
        HttpLimits usual = HttpLimits.DEFAULT;
        HttpLimits tight =
                new HttpLimits(
                        usual.header(),
                        usual.body(),
                        Duration.ofMillis(300),
                        Duration.ofMillis(300),
                        50,
                        20);
        CountDownLatch done = new CountDownLatch(1);
        WhmFunction slow =
                new WhmFunction(
                        FunctionSpec.of("slow", Permission.AUTHENTICATED, "Waits."),
                        (_, _) -> {
                            try {
                                return Answer.withReason(
                                        done.await(30, TimeUnit.SECONDS) ? "Done" : "Not done");
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        Dispatcher dispatcher = new Dispatcher(List.of(slow), (_, _) -> true);
        try (TestServer server = TestServer.with(folder, tight, dispatcher);
                RawClient client = server.connect()) {
            client.send("GET /json-api/slow?api.version=1 HTTP/1.1\r\n" + server.head() + "\r\n");
            assertThat(client.staysSilentFor(Duration.ofSeconds(1))).isTrue();
            done.countDown();
            assertThat(client.read().body()).contains("\"reason\":\"Done\"");
            assertThat(client.isClosedByServer()).as("silent after its answer").isTrue();
        }
    }
}
