package dev.packhorse.engine.http;

import java.io.IOException;
import org.eclipse.jetty.io.QuietException;

/// The client went away or took too long. Nothing is wrong with the server, so Jetty keeps it out
/// of the log.
final class ClientGoneException extends IOException implements QuietException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(Throwable cause) {
        super("the client has gone", cause);
    }
}
