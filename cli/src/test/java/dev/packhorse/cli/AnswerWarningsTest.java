package dev.packhorse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What an answer warns of is shown, beside what was asked for.
class AnswerWarningsTest {
    private static final String ANSWER =
            """
            {"data":{"destination_list":[]},"metadata":{"result":1,
             "output":{"warnings":["destination left out: /d, line 3: \\u001b[2J damaged"]}}}
            """;

    @TempDir private Path state;

    @Test
    void aDestinationThatIsLeftOutIsNamed() throws Exception {
        byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            Files.writeString(
                    state.resolve("http.address"),
                    "http://127.0.0.1:" + server.getAddress().getPort());
            Files.writeString(state.resolve("root.token"), "x");
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            CommandLine line = Packhorse.commandLine();
            line.setOut(new PrintWriter(out));
            line.setErr(new PrintWriter(err));
            int code = line.execute("destination", "ls", "--json", "--state", state.toString());
            assertThat(code).as(err.toString()).isZero();
            assertThat(err.toString())
                    .contains("warning: destination left out: /d, line 3")
                    .doesNotContain("\u001b");
            assertThat(out.toString().strip()).isEqualTo("{\"destination_list\":[]}");
        } finally {
            server.stop(0);
        }
    }
}
