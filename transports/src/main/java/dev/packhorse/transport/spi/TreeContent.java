package dev.packhorse.transport.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A folder of this server's that is to be stored with all that is in it.
public interface TreeContent {
    /// The folder: absolute, and only root can change it.
    Path folder();

    /// The sizes of all its files together.
    long sizeBytes();

    /// A digest of all that is in it, lower-case hex; no two trees have the same.
    String sha256();

    /// Keys of trees at the place that may have files in common with this one, the most alike
    /// first. They are hints: what is not there, or is no tree, is passed over.
    List<ObjectKey> earlier();

    /// How fast it may be sent, as of now; [Long#MAX_VALUE] for no limit.
    default long bytesPerSecond() {
        return Long.MAX_VALUE;
    }

    /// Reads the folder once more. A driver calls it when the place has everything, before the tree
    /// gets its name.
    ///
    /// @throws IOException if it is not the tree of [#sha256()] any more, or cannot be read
    void proveUnchanged(Cancellation cancellation) throws IOException;
}
