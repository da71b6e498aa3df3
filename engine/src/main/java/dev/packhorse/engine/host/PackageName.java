package dev.packhorse.engine.host;

import java.util.regex.Pattern;

/// The grammar of the names of packages and feature lists: letters, digits, `.`, `_`, `-`, `+` and
/// inner blanks, 1 to 64 characters, beginning with a letter, digit or `_`.
public final class PackageName {
    private static final Pattern GRAMMAR =
            Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._+ -]{0,62}[A-Za-z0-9._+-])?");

    private PackageName() {}

    /// Whether the text may name a package.
    public static boolean isValid(String text) {
        return GRAMMAR.matcher(text).matches();
    }

    /// The text itself.
    ///
    /// @throws IllegalArgumentException if it is no such name
    public static String checked(String text) {
        if (!isValid(text)) {
            throw new IllegalArgumentException(
                    "not a package or feature list name: “" + DomainName.printable(text) + "”");
        }
        return text;
    }
}
