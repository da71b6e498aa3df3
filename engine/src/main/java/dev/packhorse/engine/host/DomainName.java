package dev.packhorse.engine.host;

import java.util.Set;
import java.util.regex.Pattern;

/// A domain, checked before it may become a file name, a line of a mail file or part of a zone: at
/// least two labels of lower-case letters, digits, `-` and `_`, at most 63 characters each and 253
/// in all; the first label may be `*`. International names are in their `xn--` form. An address is
/// no domain, nor is a name that ends like the other files that lie beside domain files.
public record DomainName(String value) implements Comparable<DomainName> {
    /// The longest name.
    public static final int MAX_LENGTH = 253;

    private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern GRAMMAR =
            Pattern.compile("(?:\\*|" + LABEL + ")(?:\\." + LABEL + ")+");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Set<String> FILE_ENDINGS = Set.of("cache", "db", "json", "lock", "yaml");
    private static final String WILDCARD_FILE = "_wildcard_";

    public DomainName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a domain: “" + printable(value) + "”");
        }
    }

    /// Whether the text is a domain.
    public static boolean isValid(String text) {
        if (text.length() > MAX_LENGTH || !GRAMMAR.matcher(text).matches()) {
            return false;
        }
        String last = text.substring(text.lastIndexOf('.') + 1);
        return !DIGITS.matcher(last).matches() && !FILE_ENDINGS.contains(last);
    }

    /// Whether the first label is `*`.
    public boolean isWildcard() {
        return value.startsWith("*.");
    }

    /// Whether this is a name below `parent`.
    public boolean isBelow(DomainName parent) {
        return value.endsWith("." + parent.value);
    }

    /// The name as a file name: `*` would invite accidents in shells, so `_wildcard_` stands for
    /// it, as cPanel writes it in document roots.
    public String fileName() {
        return isWildcard() ? WILDCARD_FILE + value.substring(1) : value;
    }

    /// Text for a message: cut and without control characters.
    public static String printable(String text) {
        String cut = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public int compareTo(DomainName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
