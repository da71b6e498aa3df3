package dev.packhorse.cli;

/// A command cannot do what was asked; the message is for the person at the terminal.
final class UserError extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    UserError(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
