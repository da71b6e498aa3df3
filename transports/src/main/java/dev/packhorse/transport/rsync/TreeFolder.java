package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TreeContent;
import dev.packhorse.transport.spi.TreeMark;
import java.util.Optional;
import java.util.regex.Pattern;

/// The folder beside a key in which a tree lies. A tree is there once the object of its key, the
/// mark, names its folder: rsync cannot rename a folder, but replaces a file in one step.
///
/// @param key of the tree
/// @param name begins with [#PREFIX] and tells the key's own name and the tree's digest
record TreeFolder(ObjectKey key, String name) {
    /// How the names of all such folders begin; none of them, and nothing below, is an object.
    static final String PREFIX = ".packhorse-tree-";

    private static final String TITLE = "packhorse-tree 1\n";
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{24}");
    private static final int DIGIT_COUNT = 24;

    static TreeFolder of(ObjectKey key, TreeContent tree) {
        return new TreeFolder(key, stem(key) + tree.sha256().substring(0, DIGIT_COUNT));
    }

    /// How the names of all folders of a key begin; the digits alone follow.
    private static String stem(ObjectKey key) {
        return PREFIX + key.name() + "-";
    }

    /// The pattern that all folders of a key match, and those of no other: all of them are equally
    /// long.
    static String all(ObjectKey key) {
        return stem(key) + "?".repeat(DIGIT_COUNT);
    }

    /// Whether a path leads through such a folder.
    static boolean isPartOf(String path) {
        return path.startsWith(PREFIX) || path.contains("/" + PREFIX);
    }

    /// Reads the name of a folder of this key, empty if it is none.
    static Optional<TreeFolder> parse(ObjectKey key, String name) {
        String stem = stem(key);
        return name.startsWith(stem) && DIGITS.matcher(name.substring(stem.length())).matches()
                ? Optional.of(new TreeFolder(key, name))
                : Optional.empty();
    }

    /// Reads a mark, empty if it is none.
    static Optional<TreeFolder> ofMark(ObjectKey key, String mark) {
        return mark.startsWith(TITLE) && mark.endsWith("\n")
                ? parse(key, mark.substring(TITLE.length(), mark.length() - 1))
                : Optional.empty();
    }

    /// What tells which tree it is.
    TreeMark content() {
        return new TreeMark(name.substring(stem(key).length()));
    }

    /// What the mark says.
    String mark() {
        return TITLE + name + "\n";
    }

    /// The folder below the folder of all objects, with a slash at its end.
    String path() {
        return UploadFolder.above(key) + name + "/";
    }

    /// Another folder as seen from inside of this one.
    String pathTo(TreeFolder other) {
        long up = path().chars().filter(c -> c == '/').count();
        return "../".repeat((int) up) + other.path();
    }
}
