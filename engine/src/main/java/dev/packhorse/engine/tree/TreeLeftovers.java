package dev.packhorse.engine.tree;

import static java.util.Objects.requireNonNull;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

    /// Gives trees their names back that were set aside for successors which did not come.
    ///
    /// @param path may be absent
    public static void putBack(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        ByteString prefix = ByteString.of(TreeSwitch.SET_ASIDE);
        try (Directory folder = Directory.openTrusted(path)) {
            for (ByteName name : folder.list()) {
                ByteString value = name.value();
                if (value.startsWith(prefix) && value.length() > prefix.length()) {
                    TreeSwitch.putBack(
                            folder, new ByteName(value.substring(prefix.length(), value.length())));
                }
            }
        }
    }
}
