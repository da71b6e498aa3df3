package dev.packhorse.transport.spi;

/// A path below the top of a tree: names joined by single slashes, of whatever bytes a file system
/// takes.
///
/// @param value each character is one byte, so that no name is lost in an encoding
public record TreePath(String value) {
    private static final int MOST_BYTES = 4_096;

    public TreePath {
        if (value.isEmpty() || value.length() > MOST_BYTES) {
            throw new IllegalArgumentException("a path in a tree has 1 to 4096 bytes");
        }
        for (String name : value.split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw new IllegalArgumentException("not a path in a tree");
            }
        }
        if (value.chars().anyMatch(c -> c == 0 || c > 0xff)) {
            throw new IllegalArgumentException("a path in a tree is made of bytes but NUL");
        }
    }

    /// Whether this is another path, or lies below it.
    public boolean isWithin(TreePath other) {
        return value.equals(other.value) || value.startsWith(other.value + "/");
    }
}
