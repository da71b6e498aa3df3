package dev.packhorse.engine.hook;

import org.jspecify.annotations.Nullable;

/// A blocking hook ended its event. The message names the hook and its reason.
public final class HookBlockedException extends Exception {
    private static final long serialVersionUID = 1L;

    public HookBlockedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
