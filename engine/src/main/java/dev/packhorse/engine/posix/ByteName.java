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
        return isValid(bytes, 0, bytes.length());
    }

    private static boolean isValid(ByteString bytes, int from, int to) {
        int length = to - from;
        if (length == 0 || length > MAX_BYTES) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (bytes.at(i) == '/' || bytes.at(i) == 0) {
                return false;
            }
        }
        boolean dots =
                bytes.at(from) == '.'
                        && (length == 1 || (length == 2 && bytes.at(from + 1) == '.'));
        return !dots;
    }

    /// Refuses bytes that the constructor would refuse as a name.
    static void check(ByteString bytes, int from, int to) {
        if (!isValid(bytes, from, to)) {
            throw new IllegalArgumentException(
                    "not a file name: " + bytes.substring(from, to).display());
        }
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
