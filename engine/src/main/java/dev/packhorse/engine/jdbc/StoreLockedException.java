package dev.packhorse.engine.jdbc;

import java.nio.file.Path;
import java.util.OptionalLong;

/// Another process has the store's file open. The daemon exits with 75 on it.
public final class StoreLockedException extends StoreException {
    private static final long serialVersionUID = 1L;

    StoreLockedException(Path file, OptionalLong pid, Throwable cause) {
        super(
                "the store "
                        + file
                        + " is in use by another process"
                        + (pid.isPresent() ? " (pid " + pid.getAsLong() + ")" : "")
                        + "; stop that one first, or give this one a state folder of its own",
                cause);
    }
}
