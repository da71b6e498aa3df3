package dev.packhorse.engine.auth;

/// The server has as many sessions as it keeps, and none was made.
public final class TooManySessionsException extends Exception {
    private static final long serialVersionUID = 1L;

    TooManySessionsException() {
        super("this server has as many sessions as it keeps; try again later");
    }
}
