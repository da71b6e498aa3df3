package dev.packhorse.engine.component;

import java.io.IOException;

/// A rehearsed module came to what cannot be known before it is done: it works on what other
/// modules restore first, or drives a service. The message says which.
public final class KnownAfterwardsException extends IOException {
    private static final long serialVersionUID = 1L;

    public KnownAfterwardsException(String message) {
        super(message);
    }
}
