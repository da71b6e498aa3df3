package dev.packhorse.engine.recovery;

/// A file is no recovery kit, was changed, or the passphrase does not open it.
public final class KitException extends Exception {
    private static final long serialVersionUID = 1L;

    public KitException(String message) {
        super(message);
    }
}
