package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Watched requests over HTTP/1.1: no redirects, no proxy, no waiting for ever, bounded replies.
/// Safe for many threads.
final class B2Http implements AutoCloseable {
    /// How many calls of the seam may run at a time; each may have four requests in flight.
    static final int MAX_CALLS = 16;

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(30);

    private final Duration timeout;
    private final HttpClient client;
    private final Semaphore connections = new Semaphore(5 * MAX_CALLS);
    private final JsonMapper json =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(32)
                                                    .maxDocumentLength(WatchedBody.MOST_REPLY_BYTES)
                                                    .build())
                                    .build())
                    .build();

    /// What is made of a successful answer.
    @FunctionalInterface
    interface Answer<R> {
        R read(HttpResponse<InputStream> response, InputStream body) throws IOException;
    }

    B2Http(Duration timeout) {
        this.timeout = timeout;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectTimeout(
                                timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT)
                        .build();
    }

    Duration timeout() {
        return timeout;
    }

    /// Makes a request that is answered with JSON.
    ///
    /// @throws B2Failure if the service says no
    JsonNode ask(String operation, HttpRequest request, Duration idle, Cancellation cancellation)
            throws IOException {
        return exchange(
                operation,
                CallLimits.idle(idle),
                cancellation,
                _ -> request,
                (_, body) -> tree(body));
    }

    /// Makes a request that sends content and is answered with JSON.
    JsonNode send(String operation, Cancellation cancellation, Sending sending) throws IOException {
        return exchange(
                operation,
                CallLimits.sending(timeout),
                cancellation,
                sending,
                (_, body) -> tree(body));
    }

    /// Makes the request whose body reports to the watch.
    @FunctionalInterface
    interface Sending {
        HttpRequest request(CallWatch watch);
    }

    /// Makes a request that is answered with content.
    <R> R receive(
            String operation, HttpRequest request, Cancellation cancellation, Answer<R> answer)
            throws IOException {
        return exchange(operation, CallLimits.idle(timeout), cancellation, _ -> request, answer);
    }

    private <R> R exchange(
            String operation,
            CallLimits limits,
            Cancellation cancellation,
            Sending sending,
            Answer<R> answer)
            throws IOException {
        cancellation.check();
        AtomicReference<@Nullable B2Exchange> running = new AtomicReference<>();
        connections.acquireUninterruptibly();
        try (CallWatch watch = new CallWatch(limits, cancellation, () -> abort(running))) {
            B2Exchange call =
                    new B2Exchange(
                            client.sendAsync(sending.request(watch), BodyHandlers.ofInputStream()));
            running.set(call);
            try {
                cancellation.check();
                return answered(call.await(), watch, answer);
            } catch (IOException e) {
                throw watch.explain(operation, e);
            } finally {
                call.abort();
            }
        } finally {
            connections.release();
        }
    }

    private static void abort(AtomicReference<@Nullable B2Exchange> running) {
        B2Exchange call = running.get();
        if (call != null) {
            call.abort();
        }
    }

    private <R> R answered(HttpResponse<InputStream> response, CallWatch watch, Answer<R> answer)
            throws IOException {
        watch.progressed(0);
        int status = response.statusCode();
        if (status / 100 != 2) {
            throw failure(response, WatchedBody.received(response.body(), watch, false));
        }
        boolean reply =
                response.headers()
                        .firstValue("Content-Type")
                        .orElse("")
                        .startsWith("application/json");
        return answer.read(response, WatchedBody.received(response.body(), watch, !reply));
    }

    private B2Failure failure(HttpResponse<InputStream> response, InputStream body)
            throws IOException {
        Optional<Duration> retryAfter =
                response.headers()
                        .firstValue("Retry-After")
                        .filter(text -> text.matches("[0-9]{1,6}"))
                        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
        String code = "";
        String message = "no reason";
        try {
            JsonNode told = tree(body);
            code = told.path("code").asString("");
            message = told.path("message").asString("no reason");
        } catch (B2Unreadable _) {
            // A proxy in between answers in its own words; the status says enough.
            message = "nothing readable";
        }
        SentLogin login = SentLogin.of(response.request());
        return new B2Failure(
                response.statusCode(), login.hiddenIn(code), login.hiddenIn(message), retryAfter);
    }

    private JsonNode tree(InputStream body) throws IOException {
        try {
            return json.readTree(body.readAllBytes());
        } catch (JacksonException e) {
            throw new B2Unreadable(e);
        }
    }

    /// A JSON object with text and numbers, for a request.
    String text(Object value) {
        return json.writeValueAsString(value);
    }

    /// The answer is no JSON.
    private static final class B2Unreadable extends IOException {
        private static final long serialVersionUID = 1L;

        B2Unreadable(JacksonException cause) {
            super("the answer is no JSON", cause);
        }
    }

    /// Closes all connections; idempotent.
    @Override
    public void close() {
        client.shutdownNow();
    }
}
