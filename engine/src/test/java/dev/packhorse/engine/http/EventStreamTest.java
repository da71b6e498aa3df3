package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.StoreException;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.live.LiveFeed;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `/events` on the real port with the real queue. The reseller `bob` owns `carol`, root owns
/// `alice`.
class EventStreamTest {
    private static final Map<String, String> OWNERS = Map.of("alice", "root", "carol", "bob");

    @TempDir private Path folder;

    /// What is served.
    private record Served(Store store, LiveFeed feed, JdbcJobQueue queue, TestServer server)
            implements AutoCloseable {
        void happens(String account) {
            queue.enqueue(JobRequest.of(JobKind.BACKUP, account, "root", "{}"));
        }

        @Override
        public void close() throws IOException, StoreException {
            feed.close();
            server.close();
            store.close();
        }
    }

    private Served serve(Duration heartbeat) throws StoreException, IOException {
        Store store = TestStore.h2(folder);
        LiveFeed feed = new LiveFeed();
        JdbcJobQueue queue = new JdbcJobQueue(store, InstantSource.system(), feed);
        feed.start(queue, List::of);
        EventSource source = new EventSource(feed, EventStreamTest::mayActOn, heartbeat);
        return new Served(store, feed, queue, TestServer.with(folder, source, ServedLogs.NONE));
    }

    private static boolean mayActOn(Caller caller, AccountName account) throws IOException {
        if (account.value().equals("damaged")) {
            throw new IOException("no KEY=value pair");
        }
        return caller.user().equals("root") || caller.user().equals(OWNERS.get(account.value()));
    }

    /// A client of the stream.
    private static final class Listener implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        private final String status;

        Listener(TestServer server, String user, String token, String more) throws IOException {
            socket = new Socket(server.address.host(), server.address.port());
            socket.setSoTimeout(60_000);
            String request =
                    "GET /events HTTP/1.1\r\nHost: h\r\nAuthorization: whm %s:%s\r\n%s\r\n"
                            .formatted(user, token, more);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            status = line();
        }

        private String line() throws IOException {
            String line = in.readLine();
            if (line == null) {
                throw new IOException("the stream ended");
            }
            return line;
        }

        /// The next line that begins so.
        String next(String start) throws IOException {
            String line = line();
            while (!line.startsWith(start)) {
                line = line();
            }
            return line;
        }

        /// What comes until the server ends it.
        List<String> rest() throws IOException {
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
            return lines;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void rootSeesEverythingAndAResellerWhatIsItsOwn() throws Exception {
        try (Served served = serve(Duration.ofSeconds(15));
                Listener root = new Listener(served.server, "root", served.server.rootToken, "");
                Listener bob =
                        new Listener(
                                served.server, "bob", served.server.newToken("bob", "live"), "")) {
            assertThat(root.status).isEqualTo("HTTP/1.1 200 OK");
            root.next("event: ready");
            bob.next("event: ready");
            served.happens("alice");
            served.happens("not an account");
            served.happens("carol");
            assertThat(root.next("data: {\"id\"")).contains("\"alice\"", "\"by\":");
            assertThat(root.next("data: {\"id\"")).contains("not an account");
            assertThat(root.next("data: {\"id\"")).contains("\"carol\"");
            assertThat(bob.next("data: {\"id\"")).contains("\"carol\"").doesNotContain("\"by\"");
        }
    }

    @Test
    void aDamagedAccountEndsNoStream() throws Exception {
        try (Served served = serve(Duration.ofSeconds(15));
                Listener bob =
                        new Listener(
                                served.server, "bob", served.server.newToken("bob", "live"), "")) {
            bob.next("event: ready");
            served.happens("damaged");
            served.happens("carol");
            assertThat(bob.next("data: {\"id\"")).contains("\"carol\"");
        }
    }

    @Test
    void aClientThatComesBackIsToldWhatItMissed() throws Exception {
        try (Served served = serve(Duration.ofSeconds(15))) {
            String token = served.server.rootToken;
            String last;
            try (Listener first = new Listener(served.server, "root", token, "")) {
                last = first.next("id: ").substring(4);
                first.next("event: ready");
            }
            served.happens("alice");
            served.happens("carol");
            String header = "Last-Event-ID: " + last + "\r\n";
            try (Listener again = new Listener(served.server, "root", token, header)) {
                assertThat(again.next("event: ")).isEqualTo("event: ready");
                assertThat(again.next("data: {\"id\"")).contains("alice");
                assertThat(again.next("data: {\"id\"")).contains("carol");
            }
            header = "Last-Event-ID: 00000000-1\r\n";
            try (Listener strange = new Listener(served.server, "root", token, header)) {
                assertThat(strange.next("event: ")).isEqualTo("event: reset");
            }
            header = "Last-Event-ID: " + "x".repeat(65) + "\r\n";
            try (Listener wrong = new Listener(served.server, "root", token, header)) {
                assertThat(wrong.status).startsWith("HTTP/1.1 400");
            }
        }
    }

    @Test
    void nobodyListensWithoutTheRightTo() throws Exception {
        try (Served served = serve(Duration.ofSeconds(15))) {
            try (Listener stranger = new Listener(served.server, "root", "WRONG", "")) {
                assertThat(stranger.status).startsWith("HTTP/1.1 403");
            }
            String narrow =
                    served.server
                            .tokens
                            .create(
                                    new TokenRequest(
                                            "root",
                                            "narrow",
                                            Set.of("basic-system-info"),
                                            Optional.empty(),
                                            List.of()))
                            .orElseThrow()
                            .value()
                            .reveal();
            try (Listener token = new Listener(served.server, "root", narrow, "")) {
                assertThat(token.status).startsWith("HTTP/1.1 403");
            }
            try (RawClient post = served.server.connect()) {
                post.send(
                        "POST /events HTTP/1.1\r\n"
                                + served.server.head()
                                + "Content-Length: 0\r\n\r\n");
                assertThat(post.read().status()).isEqualTo(405);
            }
        }
    }

    @Test
    void aRevokedTokenStopsListeningAndTheStreamBeatsUntilThen() throws Exception {
        try (Served served = serve(Duration.ofMillis(200))) {
            String token = served.server.newToken("root", "passing");
            try (Listener listener = new Listener(served.server, "root", token, "")) {
                listener.next("event: ready");
                listener.next(":");
                served.server.tokens.revoke("root", "passing");
                listener.rest(); // comes back because the stream ends
                served.happens("alice");
            }
            try (Listener other =
                    new Listener(served.server, "root", served.server.rootToken, "")) {
                assertThat(other.next("event: ")).isEqualTo("event: ready");
            }
        }
    }

    @Test
    void streamsAreBoundedAndGivenBack() throws Exception {
        try (Served served = serve(Duration.ofMillis(200))) {
            String token = served.server.rootToken;
            List<Listener> open = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Listener listener = new Listener(served.server, "root", token, "");
                open.add(listener);
                listener.next("event: ready");
            }
            try (Listener ninth = new Listener(served.server, "root", token, "")) {
                assertThat(ninth.status).startsWith("HTTP/1.1 503");
                assertThat(ninth.rest()).anyMatch(line -> line.startsWith("Retry-After:"));
            }
            for (Listener listener : open) {
                listener.close();
            }
            // A heartbeat finds out that they are gone.
            Listener again = new Listener(served.server, "root", token, "");
            long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!again.status.equals("HTTP/1.1 200 OK") && System.nanoTime() < limit) {
                again.close();
                again = new Listener(served.server, "root", token, "");
            }
            assertThat(again.status).isEqualTo("HTTP/1.1 200 OK");
            again.close();
        }
    }

    @Test
    void theEndOfTheFeedEndsStreams() throws Exception {
        try (Served served = serve(Duration.ofSeconds(15));
                Listener root = new Listener(served.server, "root", served.server.rootToken, "")) {
            root.next("event: ready");
            served.feed.close();
            root.rest();
        }
    }
}
