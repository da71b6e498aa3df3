package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.http.HttpCaller;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallLimits;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;

/// The calls of one operation.
///
/// @param recent what this process changed last
/// @param operation for messages, as `put a/b`
/// @param timeout how long an answer may take
record DriveClient(
        HttpCaller caller,
        GoogleTokens tokens,
        GdriveSettings settings,
        RecentChanges recent,
        String operation,
        Duration timeout,
        Cancellation cancellation) {
    /// The same, for tidying up in haste after a failure, cancelled or not.
    DriveClient tidying() {
        Duration haste = Duration.ofSeconds(5);
        return new DriveClient(
                caller,
                tokens,
                settings,
                recent,
                operation,
                timeout.compareTo(haste) < 0 ? timeout : haste,
                Cancellation.never());
    }

    /// An address of the interface.
    ///
    /// @param path below the endpoint, as `drive/v3/files`
    URI address(String path, Map<String, String> query) {
        return settings.endpoint().resolve(path + "?" + GoogleTokens.encoded(query));
    }

    TransportException failed(Kind kind, String what) {
        return new TransportException(kind, operation + ": " + what);
    }

    /// Sends a request without a body, or with one of JSON.
    <R> R send(String method, URI address, String json, HttpCaller.ReplyReader<R> reader)
            throws TransportException, CancelledException {
        BodyPublisher body =
                json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json);
        Map<String, String> headers =
                json.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json");
        return send(method, address, headers, _ -> body, CallLimits.idle(timeout), reader);
    }

    /// Sends a request whose body can be sent again: once more with a new token where the service
    /// no longer likes the one it had.
    <R> R send(
            String method,
            URI address,
            Map<String, String> headers,
            Function<LongConsumer, BodyPublisher> body,
            CallLimits limits,
            HttpCaller.ReplyReader<R> reader)
            throws TransportException, CancelledException {
        try {
            return once(method, address, headers, body, limits, reader, true);
        } catch (StaleToken e) {
            tokens.forget(e.token);
        }
        try {
            return once(method, address, headers, body, limits, reader, false);
        } catch (StaleToken e) {
            throw new IllegalStateException("a second refusal is the reader's", e);
        }
    }

    /// Sends a request whose body cannot be sent again. One whose token has ended fails for a
    /// reason that passes.
    <R> R sendOnce(
            URI address,
            Map<String, String> headers,
            Function<LongConsumer, BodyPublisher> body,
            HttpCaller.ReplyReader<R> reader)
            throws TransportException, CancelledException {
        try {
            return once("PUT", address, headers, body, CallLimits.sending(timeout), reader, true);
        } catch (StaleToken e) {
            tokens.forget(e.token);
            throw failed(Kind.UNAVAILABLE, "the access token ended on the way");
        }
    }

    /// @param first whether a refused token is told apart
    private <R> R once(
            String method,
            URI address,
            Map<String, String> headers,
            Function<LongConsumer, BodyPublisher> body,
            CallLimits limits,
            HttpCaller.ReplyReader<R> reader,
            boolean first)
            throws TransportException, CancelledException, StaleToken {
        Secret token = tokens.token(operation, cancellation);
        Answer<R> answer =
                caller.call(
                        operation,
                        limits,
                        cancellation,
                        progress -> {
                            HttpRequest.Builder request =
                                    HttpRequest.newBuilder(address)
                                            .method(method, body.apply(progress))
                                            .setHeader("Authorization", "Bearer " + token.reveal());
                            headers.forEach(request::setHeader);
                            return request.build();
                        },
                        reply -> {
                            if (reply.status() == 401 && first) {
                                reply.drain();
                                return new Answer.Stale<>();
                            }
                            return new Answer.Read<>(reader.read(reply));
                        });
        return switch (answer) {
            case Answer.Read<R>(R value) -> value;
            case Answer.Stale<R> _ -> throw new StaleToken(token);
        };
    }

    private sealed interface Answer<R> {
        record Read<R>(R value) implements Answer<R> {}

        record Stale<R>() implements Answer<R> {}
    }

    /// The service refused the token.
    private static final class StaleToken extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Secret token;

        StaleToken(Secret token) {
            super("the access token was refused");
            this.token = token;
        }
    }
}
