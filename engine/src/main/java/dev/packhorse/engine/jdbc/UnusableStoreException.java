package dev.packhorse.engine.jdbc;

import org.jspecify.annotations.Nullable;

/// The store is there and must not be used as it is: damaged, older than it was, or of a newer
/// version. Another try does not help; the message says what does. The daemon exits with 65 on it.
public final class UnusableStoreException extends StoreException {
    private static final long serialVersionUID = 1L;

    public UnusableStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
