package dev.packhorse.engine.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The content of a regular file while it is packed.
@FunctionalInterface
public interface EntryBody {
    /// Puts at least one byte into the buffer, or tells that there are none left. The buffer may be
    /// direct.
    ///
    /// @return how many bytes were put, -1 at the end
    /// @throws IOException if the content cannot be read
    int read(ByteBuffer target) throws IOException;

    /// The file that the content came from, asked for after the last byte: empty if there is none,
    /// or if it changed while it was read, or so shortly before that a change could go unseen.
    ///
    /// @throws IOException if that cannot be told
    default Optional<SourceFile> unchangedSource() throws IOException {
        return Optional.empty();
    }
}
