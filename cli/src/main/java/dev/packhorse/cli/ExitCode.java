package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;

/// The exit codes of the command line; `docs/error-codes.md` explains each.
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int WARNINGS = 3;
    static final int UNREACHABLE = 4;
    static final int UNKNOWN_DESTINATION = 10;
    static final int DENIED = 12;
    static final int STORE = 65;
    static final int LOCKED = 75;
    static final int CONFIG = 78;
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(ClientException.Kind kind) {
        return switch (kind) {
            case UNREACHABLE -> UNREACHABLE;
            case DENIED -> DENIED;
            case FAILED -> FAILED;
        };
    }
}
