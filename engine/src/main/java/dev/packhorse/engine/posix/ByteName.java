package dev.packhorse.engine.posix;

/// One component of a path: 1 to 255 bytes, no `/`, no NUL, and neither `.` nor `..`.
public record ByteName(ByteString value) implements Comparable<ByteName> {
    /// The longest component that Linux file systems take.
    public static final int MAX_BYTES = 255;

    public ByteName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a file name: " + value.display());
        }
    }

    /// The name with the text's UTF-8 bytes.
    public static ByteName of(String text) {
        return new ByteName(ByteString.of(text));
    }

    /// Whether the bytes may be a name.
    public static boolean isValid(ByteString bytes) {
        int length = bytes.length();
        if (length == 0
                || length > MAX_BYTES
                || bytes.indexOf('/', 0) >= 0
                || bytes.indexOf('\0', 0) >= 0) {
            return false;
        }
        boolean dots = bytes.at(0) == '.' && (length == 1 || (length == 2 && bytes.at(1) == '.'));
        return !dots;
    }

    @Override
    public int compareTo(ByteName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.display();
    }
}
