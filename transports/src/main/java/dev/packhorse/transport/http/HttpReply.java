package dev.packhorse.transport.http;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Optional;

/// An answer whose body is still to be read; the call that gave it closes it.
///
/// @param body reads of it count as progress
public record HttpReply(int status, HttpHeaders headers, InputStream body) {
    private static final int SMALL = 64 * 1024;

    /// The first value of a header.
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /// A page for people, or another version of the object, has another length than was listed.
    ///
    /// @param operation for the message
    /// @throws TransportException `UNAVAILABLE` if the body is announced with another length
    public void requireLength(String operation, long bytes) throws TransportException {
        Optional<String> told = header("Content-Length");
        if (told.isPresent() && !told.get().equals(Long.toString(bytes))) {
            throw new TransportException(
                    Kind.UNAVAILABLE,
                    "%s: the server gives %s bytes where %d were expected"
                            .formatted(operation, told.get(), bytes));
        }
    }

    /// Reads what is left of a small body, so that the connection can serve another call; a larger
    /// one costs the connection.
    ///
    /// @throws IOException if the connection breaks
    public void drain() throws IOException {
        body.readNBytes(SMALL);
    }
}
