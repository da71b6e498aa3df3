package dev.packhorse.transport.spi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Bytes to be stored, of a length and digest known beforehand. [#open()] may be called again for
/// every try and gives the same bytes each time; the caller closes each stream.
public interface Content {
    /// The exact number of bytes that [#open()] gives.
    long sizeBytes();

    /// SHA-256 of the bytes, lower-case hex.
    String sha256();

    /// A new stream over the bytes, from the first.
    ///
    /// @throws IOException if the source cannot be read
    InputStream open() throws IOException;

    /// The file that holds exactly these bytes, if there is one: absolute, and only root can change
    /// it. A driver that works through a program hands it over instead of making a copy, and has it
    /// sent no faster than [#bytesPerSecond()]. Empty where the bytes must pass through [#open()].
    default Optional<Path> localFile() {
        return Optional.empty();
    }

    /// How fast [#localFile()] may be sent, as of now; the stream of [#open()] keeps to it by
    /// itself. [Long#MAX_VALUE] for no limit.
    default long bytesPerSecond() {
        return Long.MAX_VALUE;
    }

    /// What these bytes have in common with objects that are at the place already, as far as the
    /// caller knows: ascending, not overlapping.
    default List<AlikeRange> alike() {
        return List.of();
    }

    /// Told by a driver that has [#localFile()] sent, instead of sending what it reads itself, how
    /// far that came: how many bytes from the first were handed to the place in this try or are
    /// there from an earlier one; none before it reads them for a digest.
    default void sent(long bytes) {}
}
