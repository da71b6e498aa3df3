package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A folder of the tree that is being filled, with its counterpart in the previous tree. One
/// thread.
final class TreeLevel {
    /// Below the top, which is empty text.
    final ByteString path;

    /// What the folder gets when it is left.
    final Attributes attributes;

    private @Nullable Directory directory;
    private @Nullable Directory previous;

    TreeLevel(
            ByteString path,
            Attributes attributes,
            Directory directory,
            @Nullable Directory previous) {
        this.path = path;
        this.attributes = attributes;
        this.directory = directory;
        this.previous = previous;
    }

    /// The held descriptor, null while it is let go.
    @Nullable Directory directory() {
        return directory;
    }

    /// The folder of that path in the previous tree, null if it has none or it is let go.
    @Nullable Directory previous() {
        return previous;
    }

    void hold(Directory reopened, @Nullable Directory reopenedPrevious) {
        directory = reopened;
        previous = reopenedPrevious;
    }

    /// Closes the descriptors.
    void release() throws IOException {
        Directory held = directory;
        Directory heldPrevious = previous;
        directory = null;
        previous = null;
        try {
            if (heldPrevious != null) {
                heldPrevious.close();
            }
        } finally {
            if (held != null) {
                held.close();
            }
        }
    }
}
