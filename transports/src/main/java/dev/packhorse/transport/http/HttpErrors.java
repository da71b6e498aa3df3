package dev.packhorse.transport.http;

import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.tls.TlsErrors;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The kinds of failure that statuses and broken connections stand for where a protocol says no
/// more about them.
///
/// Source: RFC 9110 section 15; RFC 4918 section 11 (423, 507); RFC 6585 (429).
public final class HttpErrors {
    private static final int TEXT_LIMIT = 200;

    private HttpErrors() {}

    /// The failure that a reply stands for.
    public static TransportException status(String operation, HttpReply reply) {
        Optional<Duration> wait =
                reply.header("Retry-After").flatMap(text -> RetryAfter.read(text, Instant.now()));
        return new TransportException(
                kindOf(reply.status(), wait.isPresent()),
                operation + ": the server answered " + reply.status(),
                null,
                wait.orElse(null));
    }

    private static Kind kindOf(int status, boolean saysWhen) {
        return switch (status) {
            case 401, 402, 403 -> Kind.DENIED;
            case 404, 410 -> Kind.MISSING;
            case 408, 409, 423, 425 -> Kind.UNAVAILABLE;
            case 416 -> Kind.RANGE;
            case 429 -> Kind.THROTTLED;
            case 501, 505 -> Kind.REFUSED;
            case 503 -> saysWhen ? Kind.THROTTLED : Kind.UNAVAILABLE;
            case 507 -> Kind.FULL;
            default -> status >= 500 && status < 600 ? Kind.UNAVAILABLE : Kind.REFUSED;
        };
    }

    /// The failure that a broken call stands for.
    public static TransportException broken(String operation, IOException cause) {
        if (cause instanceof TransportException known) {
            return known;
        }
        return new TransportException(kindOf(cause), operation + ": " + reasonOf(cause), cause);
    }

    private static Kind kindOf(IOException cause) {
        if (cause instanceof SourceException || TlsErrors.isRefusal(cause)) {
            return Kind.REFUSED;
        }
        return cause instanceof HttpTimeoutException ? Kind.TIMED_OUT : Kind.UNAVAILABLE;
    }

    private static String reasonOf(IOException cause) {
        if (cause instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason.getMessage() != null) {
                String words = reason.getMessage().replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ").strip();
                return words.length() <= TEXT_LIMIT ? words : words.substring(0, TEXT_LIMIT) + "…";
            }
        }
        return cause.getClass().getSimpleName();
    }
}
