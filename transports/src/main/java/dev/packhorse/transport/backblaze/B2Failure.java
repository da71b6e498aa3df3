package dev.packhorse.transport.backblaze;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// An answer that says no. Source: B2 documentation, Error Handling.
///
/// @see BackblazeErrors what it means
final class B2Failure extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Optional<Duration> retryAfter;

    B2Failure(int status, String code, String message, Optional<Duration> retryAfter) {
        super(message);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    int status() {
        return status;
    }

    /// The service's word, empty if there was none.
    String code() {
        return code;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /// True if the token has lived its day; a new login gives another.
    boolean isExpired() {
        return status == 401
                && (code.equals("expired_auth_token") || code.equals("bad_auth_token"));
    }

    /// True if the file or upload is not there.
    boolean isGone() {
        return status == 404
                || code.equals("file_not_present")
                || code.equals("no_such_file")
                || (status == 400 && String.valueOf(getMessage()).contains("No active upload"));
    }
}
