package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.live.LiveFeed;
import dev.packhorse.engine.session.RunLogs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `/logs/` on the real port, with the logs of runs.
class LogPagesTest {
    private static final String NAME = "1795000000.log";
    private static final String TEXT =
            IntStream.rangeClosed(1, 100)
                    .mapToObj(i -> "line " + i + "\n")
                    .collect(Collectors.joining());

    @TempDir private Path folder;

    private Optional<TestServer> server = Optional.empty();

    /// The logs of runs alone.
    private record Runs(RunLogs logs) implements ServedLogs {
        @Override
        public List<String> runs() throws IOException {
            return logs.names();
        }

        @Override
        public Optional<FileChannel> open(List<String> words) throws IOException {
            return words.size() == 2 ? logs.openForReading(words.get(1)) : Optional.empty();
        }
    }

    @BeforeEach
    void start() throws IOException {
        Path logs = Files.createDirectories(folder.resolve("kept/logs/cpbackup"));
        Files.writeString(logs.resolve(NAME), TEXT);
        Files.writeString(logs.resolve("1795000001.log"), "");
        Files.writeString(logs.resolve("secret.txt"), "secret");
        Files.createSymbolicLink(logs.resolve("1795000002.log"), logs.resolve("secret.txt"));
        RunLogs runs =
                new RunLogs(
                        Files.createDirectory(folder.resolve("host")),
                        folder.resolve("kept"),
                        InstantSource.system(),
                        ZoneOffset.UTC);
        EventSource events = EventSource.of(new LiveFeed(), (_, _) -> false);
        server = Optional.of(TestServer.with(folder, events, new Runs(runs)));
    }

    @AfterEach
    void stop() throws IOException {
        server.orElseThrow().close();
    }

    private RawClient.Response ask(String path, String more) throws IOException {
        TestServer running = server.orElseThrow();
        return running.ask("GET " + path + " HTTP/1.1\r\n" + running.head() + more + "\r\n");
    }

    @Test
    void aLogIsServedWholeAndListed() throws IOException {
        RawClient.Response whole = ask("/logs/runs/" + NAME, "");
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(TEXT);
        assertThat(whole.headers().get("accept-ranges")).isEqualTo("bytes");
        assertThat(ask("/logs/runs/1795000001.log", "").body()).isEmpty();
        assertThat(ask("/logs/runs", "").body())
                .isEqualTo("{\"logs\":[\"1795000001.log\",\"1795000000.log\"]}");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-5, 0, 5",
        "bytes=7-, 7, end",
        "bytes=-9, last, end",
        "bytes=-99999, 0, end",
        "bytes=10-99999, 10, end"
    })
    void aRangeIsServed(String range, String first, String last) throws IOException {
        int size = TEXT.length();
        int from = first.equals("last") ? size - 9 : Integer.parseInt(first);
        int to = last.equals("end") ? size - 1 : Integer.parseInt(last);
        RawClient.Response part = ask("/logs/runs/" + NAME, "Range: " + range + "\r\n");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.headers().get("content-range"))
                .isEqualTo("bytes " + from + "-" + to + "/" + size);
        assertThat(part.body()).isEqualTo(TEXT.substring(from, to + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,3-4", "bytes=a-b"})
    void whatIsNoRangeIsIgnored(String range) throws IOException {
        RawClient.Response whole = ask("/logs/runs/" + NAME, "Range: " + range + "\r\n");
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(TEXT);
    }

    @Test
    void aRangeBeyondTheEndIsRefused() throws IOException {
        for (String range : List.of("bytes=" + TEXT.length() + "-", "bytes=-0")) {
            RawClient.Response none = ask("/logs/runs/" + NAME, "Range: " + range + "\r\n");
            assertThat(none.status()).as(range).isEqualTo(416);
            assertThat(none.headers().get("content-range")).isEqualTo("bytes */" + TEXT.length());
        }
    }

    @Test
    void theLastLinesAreServed() throws IOException {
        assertThat(ask("/logs/runs/" + NAME + "?tail=2", "").body())
                .isEqualTo("line 99\nline 100\n");
        assertThat(ask("/logs/runs/" + NAME + "?tail=100", "").body()).isEqualTo(TEXT);
        assertThat(ask("/logs/runs/" + NAME + "?tail=9999", "").body()).isEqualTo(TEXT);
        assertThat(ask("/logs/runs/1795000001.log?tail=5", "").status()).isEqualTo(200);
        for (String wrong : List.of("0", "-1", "x", "10001", "")) {
            assertThat(ask("/logs/runs/" + NAME + "?tail=" + wrong, "").status())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runs/secret.txt",
                "runs/1795000002.log",
                "runs/1795000009.log",
                "runs/..%2fcpbackup%2fsecret.txt",
                "runs/%2e%2e/cpbackup/1795000000.log",
                "runs/",
                "",
                "other/x"
            })
    void nothingElseIsServed(String path) throws IOException {
        RawClient.Response answer = ask("/logs/" + path, "");
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.body()).doesNotContain("secret\n").isNotEqualTo("secret");
    }

    @Test
    void rootAloneReads() throws IOException {
        TestServer running = server.orElseThrow();
        String bob =
                "Host: h\r\nAuthorization: whm bob:" + running.newToken("bob", "logs") + "\r\n";
        for (String head : List.of("Host: h\r\n", bob)) {
            assertThat(running.ask("GET /logs/runs HTTP/1.1\r\n" + head + "\r\n").status())
                    .isEqualTo(403);
        }
        assertThat(TEXT.getBytes(StandardCharsets.UTF_8)).hasSize(TEXT.length());
    }
}
