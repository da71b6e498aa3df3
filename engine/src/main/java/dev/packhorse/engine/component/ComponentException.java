package dev.packhorse.engine.component;

import org.jspecify.annotations.Nullable;

/// A module could not do its work at all. The message says what, lower case, without secrets.
public final class ComponentException extends Exception {
    private static final long serialVersionUID = 1L;

    public ComponentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public ComponentException(String message) {
        this(message, null);
    }
}
