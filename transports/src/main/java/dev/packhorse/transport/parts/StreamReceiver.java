package dev.packhorse.transport.parts;

import java.io.IOException;

/// What a place does with a stream that is cut into parts. [#begin()] comes before the first part
/// is sent; a stream that ends within its first part is never begun.
public interface StreamReceiver extends PartSender {
    /// The stream is longer than a part: begins an upload in parts.
    void begin() throws IOException;

    /// Stores a stream that ended within its first part, as an object without parts.
    ///
    /// @param whole the only part; it may be empty
    void store(Part whole) throws IOException;
}
