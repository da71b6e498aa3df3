package dev.packhorse.transport.spi;

import java.io.IOException;
import java.io.InputStream;

/// Consumes the bytes of a [Transport#read]. May be called again from the start after a failed try,
/// so it begins clean each time. It need not close the stream.
@FunctionalInterface
public interface ContentReader<R> {
    R read(InputStream bytes) throws IOException;
}
