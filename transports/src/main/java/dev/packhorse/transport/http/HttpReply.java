package dev.packhorse.transport.http;

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

    /// Reads what is left of a small body, so that the connection can serve another call; a larger
    /// one costs the connection.
    ///
    /// @throws IOException if the connection breaks
    public void drain() throws IOException {
        body.readNBytes(SMALL);
    }
}
