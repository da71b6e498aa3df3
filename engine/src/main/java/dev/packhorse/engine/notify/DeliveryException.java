package dev.packhorse.engine.notify;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// The other side refused a message.
public final class DeliveryException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean lasting;
    private final transient Optional<Duration> retryAfter;

    private DeliveryException(String message, boolean lasting, Optional<Duration> retryAfter) {
        super(message);
        this.lasting = lasting;
        this.retryAfter = retryAfter;
    }

    /// Another try will not help.
    static DeliveryException lasting(String message) {
        return new DeliveryException(message, true, Optional.empty());
    }

    /// Another try may help.
    ///
    /// @param retryAfter when the other side wants it
    static DeliveryException passing(String message, Optional<Duration> retryAfter) {
        return new DeliveryException(message, false, retryAfter);
    }

    public boolean isLasting() {
        return lasting;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
