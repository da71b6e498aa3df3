package dev.packhorse.transport.spi;

import java.util.Objects;

/// A password, key or token. Its text form is always `***`, so that it cannot reach a log, an
/// exception or an answer by accident; [#reveal()] is called only where the secret is handed to the
/// party it is meant for.
public final class Secret {
    private final String value;

    public Secret(String value) {
        this.value = Objects.requireNonNull(value);
    }

    /// The secret itself.
    public String reveal() {
        return value;
    }

    /// True if the secret is the empty text.
    public boolean isEmpty() {
        return value.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
