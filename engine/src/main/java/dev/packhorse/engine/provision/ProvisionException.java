package dev.packhorse.engine.provision;

/// An account cannot be made or removed; the message is a sentence for the caller, with what to do.
public final class ProvisionException extends Exception {
    private static final long serialVersionUID = 1L;

    public ProvisionException(String message) {
        super(message);
    }

    public ProvisionException(String message, Throwable cause) {
        super(message, cause);
    }
}
