package dev.packhorse.engine.jdbc;

import org.jspecify.annotations.Nullable;

/// The store could not be opened or copied. The message names the place and what to do; it never
/// holds the password.
public class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
