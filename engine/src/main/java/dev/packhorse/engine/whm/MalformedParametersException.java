package dev.packhorse.engine.whm;

/// The parameters of a call cannot be read. The message says what is wrong and never shows a value,
/// which may be a secret.
public final class MalformedParametersException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedParametersException(String message) {
        super(message);
    }

    public MalformedParametersException(String message, Throwable cause) {
        super(message, cause);
    }
}
