package dev.packhorse.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/// Posts to a host whose owner gives another address at each question.
class WebPostTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private final Deque<InetAddress[]> answers = new ArrayDeque<>();
    private final WebPost web =
            new WebPost(
                    (SSLSocketFactory) SSLSocketFactory.getDefault(),
                    Duration.ofSeconds(20),
                    _ -> answers.remove());

    private void answers(String... addresses) {
        answers.add(Stream.of(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new));
    }

    private static RawServer server(String address, int port) throws IOException {
        return new RawServer(
                new ServerSocket(port, 50, InetAddress.ofLiteral(address)),
                out -> out.write(ANSWER.getBytes(StandardCharsets.US_ASCII)));
    }

    private int post(int port, AddressRules rules) throws IOException {
        return web.post(
                        URI.create("http://hook.example:" + port + "/x"),
                        "text/plain",
                        new byte[] {'a'},
                        rules,
                        Cancellation.never())
                .status();
    }

    @Test
    void theAddressThatWasJudgedIsTheOneThatIsPostedTo() throws Exception {
        answers("127.0.0.1");
        answers("127.0.0.2");
        try (RawServer judged = server("127.0.0.1", 0);
                RawServer other = server("127.0.0.2", judged.port())) {
            assertThat(post(judged.port(), AddressRules.publicOr(Set.of("hook.example"))))
                    .isEqualTo(200);

            assertThat(judged.requests).hasSize(1);
            assertThat(other.requests).isEmpty();
            assertThat(answers).as("asked once").hasSize(1);
        }
    }

    @Test
    void oneAddressAmongManyThatIsNotPublicIsEnough() throws Exception {
        try (RawServer inner = server("127.0.0.1", 0)) {
            for (String address : List.of("127.0.0.1", "169.254.169.254", "10.1.2.3", "fd00::1")) {
                answers("192.0.43.8", address);
                assertThatThrownBy(() -> post(inner.port(), AddressRules.publicOr(Set.of())))
                        .isInstanceOf(DeliveryException.class)
                        .hasMessageContaining("hook.example");
            }
            assertThat(inner.requests).isEmpty();
        }
    }
}
