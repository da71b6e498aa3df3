package dev.packhorse.engine.posix;

import java.util.ArrayList;
import java.util.List;

/// A relative path of one or more [ByteName]s joined by single slashes; it cannot hold `..`, `.`,
/// an empty component, a leading or trailing slash, or NUL, and has at most 4,096 bytes.
public record BytePath(ByteString value) implements Comparable<BytePath> {
    /// The longest path.
    public static final int MAX_BYTES = 4_096;

    public BytePath {
        if (value.length() == 0 || value.length() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "path must have 1 to 4096 bytes, not " + value.length());
        }
        check(value);
    }

    /// The path with the text's UTF-8 bytes.
    public static BytePath of(String text) {
        return new BytePath(ByteString.of(text));
    }

    /// The path of one name.
    public static BytePath of(ByteName name) {
        return new BytePath(name.value());
    }

    /// The components, at least one.
    public List<ByteName> names() {
        return split(value);
    }

    /// This path with one more component.
    public BytePath resolve(ByteName name) {
        return new BytePath(value.concat('/', name.value()));
    }

    /// This path with further components given as text.
    public BytePath resolve(String relative) {
        return new BytePath(value.concat(ByteString.of("/" + relative)));
    }

    /// A path below this one.
    public BytePath resolve(BytePath relative) {
        return new BytePath(value.concat(ByteString.of("/")).concat(relative.value));
    }

    /// Whether this path is `other` or lies below it.
    public boolean startsWith(BytePath other) {
        return value.startsWith(other.value)
                && (value.length() == other.value.length()
                        || value.at(other.value.length()) == '/');
    }

    /// What remains below `prefix`.
    ///
    /// @throws IllegalArgumentException if this path does not lie below it
    public BytePath relativeTo(BytePath prefix) {
        if (!startsWith(prefix) || equals(prefix)) {
            throw new IllegalArgumentException(this + " does not lie below " + prefix);
        }
        return new BytePath(value.substring(prefix.value.length() + 1, value.length()));
    }

    /// The last component.
    public ByteName name() {
        return names().getLast();
    }

    @Override
    public int compareTo(BytePath other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.display();
    }

    /// What [#split] would check, without making the names.
    private static void check(ByteString path) {
        int from = 0;
        for (int slash = path.indexOf('/', 0); slash >= 0; slash = path.indexOf('/', from)) {
            ByteName.check(path, from, slash);
            from = slash + 1;
        }
        ByteName.check(path, from, path.length());
    }

    private static List<ByteName> split(ByteString path) {
        List<ByteName> names = new ArrayList<>();
        int from = 0;
        for (int slash = path.indexOf('/', 0); slash >= 0; slash = path.indexOf('/', from)) {
            names.add(new ByteName(path.substring(from, slash)));
            from = slash + 1;
        }
        names.add(new ByteName(path.substring(from, path.length())));
        return names;
    }
}
