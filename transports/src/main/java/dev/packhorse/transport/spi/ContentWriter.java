package dev.packhorse.transport.spi;

import java.io.IOException;
import java.io.OutputStream;

/// Makes the bytes of an object while they are stored; how many they are, and their digest, nobody
/// knows before their end.
@FunctionalInterface
public interface ContentWriter {
    /// Writes all bytes of the object, from the first. Called once, on the thread of the put. May
    /// write on another thread, on one at a time, and on none any more once this has returned.
    ///
    /// @param bytes takes them as fast as the place does; a failure of it is to be passed on, and
    ///   after one it takes nothing more
    /// @throws IOException if the bytes cannot be made; nothing is stored then
    void writeTo(OutputStream bytes) throws IOException;
}
