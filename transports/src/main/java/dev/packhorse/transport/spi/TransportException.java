package dev.packhorse.transport.spi;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A failed transport call: what was tried, on which key, and of which kind the failure is. The
/// kind alone says whether another try makes sense. Messages never hold secrets.
public final class TransportException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    /// @param message lower case, no end mark, names the operation and the key
    public TransportException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, null);
    }

    /// @param retryAfter how long the place asks to be left alone, null if it does not say
    public TransportException(
            Kind kind, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public TransportException(Kind kind, String message) {
        this(kind, message, null);
    }

    public Kind kind() {
        return kind;
    }

    /// Whether the place may have a part in it: not where the source, a reader or a file of this
    /// side failed.
    public boolean isOfPlace() {
        return !(getCause() instanceof SourceException || getCause() instanceof OwnSideException);
    }

    /// How long the place asks to be left alone, empty if it does not say.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /// The kinds of failure.
    public enum Kind {
        /// The object is not there.
        MISSING(false),
        /// The key is taken and the mode was [PutMode#CREATE].
        EXISTS(false),
        /// The credentials are good for nothing here, or not for this.
        DENIED(false),
        /// No space, quota or cap left.
        FULL(false),
        /// The range lies past the end.
        RANGE(false),
        /// The bytes are not those that were promised: wrong length or digest.
        CORRUPT(false),
        /// The request or the configuration is refused for another lasting reason.
        REFUSED(false),
        /// The place cannot be reached, or it failed.
        UNAVAILABLE(true),
        /// The place asks to slow down.
        THROTTLED(true),
        /// No answer, or no progress, in time.
        TIMED_OUT(true);

        private final boolean retryable;

        Kind(boolean retryable) {
            this.retryable = retryable;
        }

        /// The only test for a retry.
        public boolean retryable() {
            return retryable;
        }
    }
}
