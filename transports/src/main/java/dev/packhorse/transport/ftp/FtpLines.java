package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The lines of a listing, none longer than a bound. One thread.
final class FtpLines {
    private static final int LONGEST = 8 * 1024;

    private final InputStream in;
    private final String operation;

    FtpLines(InputStream in, String operation) {
        this.in = new BufferedInputStream(in, LONGEST);
        this.operation = operation;
    }

    /// The next line without its end, empty at the end.
    Optional<String> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int value = in.read();
        if (value < 0) {
            return Optional.empty();
        }
        for (; value >= 0 && value != '\n'; value = in.read()) {
            if (line.size() == LONGEST) {
                throw new TransportException(
                        Kind.REFUSED, operation + ": the listing has a line without an end");
            }
            line.write(value);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }
}
