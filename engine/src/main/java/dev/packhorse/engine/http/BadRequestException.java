package dev.packhorse.engine.http;

import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/// A request that is answered with an HTTP error before any function sees it.
final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable Duration retryAfter;

    BadRequestException(int status, String message) {
        this(status, message, null);
    }

    private BadRequestException(int status, String message, @Nullable Duration retryAfter) {
        super(message);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /// Too many wrong logins came from the client's address.
    ///
    /// @param time how long nothing is judged
    static BadRequestException lockedOut(Duration time) {
        return new BadRequestException(
                HttpStatus.TOO_MANY_REQUESTS_429,
                "too many wrong logins came from this address; try again later",
                time);
    }

    int status() {
        return status;
    }

    /// When it may be tried again, if that is told.
    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
