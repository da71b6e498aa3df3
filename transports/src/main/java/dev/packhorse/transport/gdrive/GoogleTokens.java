package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.http.HttpCaller;
import dev.packhorse.transport.http.HttpReply;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallLimits;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The access token of one destination: got when it is first needed, kept until shortly before it
/// ends or until the service no longer likes it. Safe for many threads.
final class GoogleTokens {
    private static final Duration MARGIN = Duration.ofMinutes(1);
    private static final long LONGEST_SECONDS = 86_400;

    private final HttpCaller caller;
    private final GoogleLogin login;
    private final URI endpoint;
    private final Duration timeout;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Token token;

    private record Token(Secret value, long endsAt) {
        boolean isOver() {
            return System.nanoTime() - endsAt >= 0;
        }
    }

    GoogleTokens(HttpCaller caller, GoogleLogin login, URI endpoint, Duration timeout) {
        this.caller = caller;
        this.login = login;
        this.endpoint = endpoint;
        this.timeout = timeout;
    }

    /// A token for one call.
    ///
    /// @throws TransportException `DENIED` if the login is worth nothing any more
    Secret token(String operation, Cancellation cancellation)
            throws TransportException, CancelledException {
        lock(operation, cancellation);
        try {
            Token known = token;
            if (known == null || known.isOver()) {
                known = ask(operation, cancellation);
                token = known;
            }
            return known.value();
        } finally {
            asking.unlock();
        }
    }

    /// Lets go of a token that the service refused.
    void forget(Secret refused) {
        Token known = token;
        if (known != null && known.value().equals(refused)) {
            token = null;
        }
    }

    private void lock(String operation, Cancellation cancellation)
            throws TransportException, CancelledException {
        try {
            do {
                cancellation.check();
            } while (!asking.tryLock(50, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new TransportException(Kind.UNAVAILABLE, operation + ": interrupted", e);
        }
    }

    private Token ask(String operation, Cancellation cancellation)
            throws TransportException, CancelledException {
        try {
            JsonNode answer =
                    post(
                            caller,
                            operation,
                            endpoint,
                            login.form(endpoint, Instant.now()),
                            timeout,
                            cancellation);
            long seconds = Math.clamp(answer.path("expires_in").asLong(0), 0, LONGEST_SECONDS);
            long life = Math.max(0, Duration.ofSeconds(seconds).minus(MARGIN).toNanos());
            return new Token(
                    secret(operation, answer.path("access_token").asString("")),
                    System.nanoTime() + life);
        } catch (GeneralSecurityException e) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the service account's key cannot sign", e);
        }
    }

    /// A token out of an answer, if it can stand in a header.
    static Secret secret(String operation, String text) throws TransportException {
        if (!text.matches("[\\x21-\\x7e]{1,4096}")) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the token endpoint gave no usable token");
        }
        return new Secret(text);
    }

    /// Asks the token endpoint.
    static JsonNode post(
            HttpCaller caller,
            String operation,
            URI endpoint,
            Map<String, String> form,
            Duration timeout,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        return caller.call(
                operation,
                CallLimits.idle(timeout),
                cancellation,
                _ ->
                        HttpRequest.newBuilder(endpoint)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(encoded(form)))
                                .build(),
                reply -> answer(operation, reply));
    }

    private static JsonNode answer(String operation, HttpReply reply) throws IOException {
        if (reply.status() == 200) {
            return DriveJson.read(reply.body());
        }
        throw GdriveErrors.ofToken(operation, reply);
    }

    /// Names and values as a form, or as the query of an address.
    static String encoded(Map<String, String> form) {
        StringBuilder text = new StringBuilder();
        for (var field : new TreeMap<>(form).entrySet()) {
            text.append(text.isEmpty() ? "" : "&")
                    .append(field.getKey())
                    .append('=')
                    .append(
                            URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8)
                                    .replace("+", "%20"));
        }
        return text.toString();
    }
}
