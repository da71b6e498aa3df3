package dev.packhorse.engine.tree;

import static java.util.Objects.requireNonNull;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.nio.file.Path;

/// Puts right what runs left that ended with their process; called when nothing writes there.
public final class TreeLeftovers {
    private TreeLeftovers() {}

    /// Removes a file or a tree under way. Links are not followed.
    ///
    /// @param partial in a folder that nobody but root can change
    public static void remove(Path partial) throws IOException {
        try (Directory folder = Directory.openTrusted(requireNonNull(partial.getParent()))) {
            folder.removeTree(ByteName.of(String.valueOf(partial.getFileName())));
        }
    }
}
