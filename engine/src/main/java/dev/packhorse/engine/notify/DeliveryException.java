package dev.packhorse.engine.notify;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The other side refused a message, to all receivers or to some of them.
public final class DeliveryException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean lasting;
    private final transient Optional<Duration> retryAfter;
    private final transient List<String> open;

    private DeliveryException(
            String message, boolean lasting, Optional<Duration> retryAfter, List<String> open) {
        super(message);
        this.lasting = lasting;
        this.retryAfter = retryAfter;
        this.open = List.copyOf(open);
    }

    /// Another try will not help.
    static DeliveryException lasting(String message) {
        return new DeliveryException(message, true, Optional.empty(), List.of());
    }

    /// Another try may help.
    ///
    /// @param retryAfter when the other side wants it
    static DeliveryException passing(String message, Optional<Duration> retryAfter) {
        return new DeliveryException(message, false, retryAfter, List.of());
    }

    /// Some have the message; another try may help for the others.
    ///
    /// @param open who is still to get it
    static DeliveryException partly(String message, List<String> open) {
        return new DeliveryException(message, false, Optional.empty(), open);
    }

    public boolean isLasting() {
        return lasting;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /// The receivers that are still to get what others have; empty if nobody has it.
    public List<String> open() {
        return open;
    }
}
