package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.SourceException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.tls.TlsErrors;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Sorts the failures of the protocol into the kinds of the seam.
///
/// Source: B2 documentation, Error Handling and Caps; RFC 9110 section 15.
final class BackblazeErrors {
    private static final int MOST_TEXT = 300;

    private BackblazeErrors() {}

    /// @param operation what was tried, with the key
    static IOException of(String operation, IOException cause) {
        return switch (cause) {
            case TransportException known -> known;
            case CancelledException cancelled -> cancelled;
            case SourceException source ->
                    new TransportException(
                            Kind.REFUSED, operation + ": " + source.getMessage(), source);
            case B2Failure answer -> ofAnswer(operation, answer);
            default -> ofConnection(operation, cause);
        };
    }

    private static TransportException ofAnswer(String operation, B2Failure answer) {
        String code = answer.code().isEmpty() ? "" : ", " + clean(answer.code());
        String reason =
                "the service says "
                        + clean(answer.getMessage())
                        + " (status "
                        + answer.status()
                        + code
                        + ")";
        return new TransportException(
                kindOf(answer),
                operation + ": " + reason,
                answer,
                answer.retryAfter().orElse(null));
    }

    private static Kind kindOf(B2Failure answer) {
        if (answer.code().endsWith("cap_exceeded")) {
            return Kind.FULL;
        }
        if (answer.isGone()) {
            return Kind.MISSING;
        }
        if (answer.code().equals("range_not_satisfiable")) {
            return Kind.RANGE;
        }
        return switch (answer.status()) {
            case 401, 403 -> Kind.DENIED;
            case 408 -> Kind.TIMED_OUT;
            case 413, 507 -> Kind.FULL;
            case 416 -> Kind.RANGE;
            case 429 -> Kind.THROTTLED;
            case 503 -> answer.retryAfter().isPresent() ? Kind.THROTTLED : Kind.UNAVAILABLE;
            default -> answer.status() >= 500 ? Kind.UNAVAILABLE : Kind.REFUSED;
        };
    }

    private static TransportException ofConnection(String operation, IOException cause) {
        Throwable root = cause;
        while (root.getCause() != null && !TlsErrors.refuses(root)) {
            root = root.getCause();
        }
        Kind kind =
                TlsErrors.refuses(root)
                        ? Kind.REFUSED
                        : root instanceof HttpTimeoutException ? Kind.TIMED_OUT : Kind.UNAVAILABLE;
        String reason =
                root.getMessage() == null
                        ? "the connection failed: " + root.getClass().getSimpleName()
                        : clean(root.getMessage());
        return new TransportException(kind, operation + ": " + reason, cause);
    }

    /// The service's words are a stranger's: one line, no control characters, not endless.
    private static String clean(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("\\p{Cntrl}+", " ");
        String shortened = line.length() > MOST_TEXT ? line.substring(0, MOST_TEXT) + "…" : line;
        return shortened.isEmpty()
                ? "no reason"
                : shortened.substring(0, 1).toLowerCase(Locale.ROOT) + shortened.substring(1);
    }
}
