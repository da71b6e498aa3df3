package dev.packhorse.transport.custom;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One line of `ls -l`, as the programs of this world print it: with or without the count of links
/// and the group, the time in three forms.
///
/// Source: POSIX.1-2024 `ls`, section STDOUT; GNU coreutils manual, “Formatting file timestamps”;
/// the `ls` command of cPanel's custom transport
///
/// @param name empty for a line that lists nothing we know: a link, a device
record ListedEntry(Kind kind, long sizeBytes, String name) {
    /// What is listed.
    enum Kind {
        FILE,
        FOLDER,
        OTHER
    }

    private static final String MODE = "([-a-zA-Z])[-rwxsStTlL]{9}[.+@]?";
    private static final String DATE =
            "(?:[A-Z][a-z]{2}\\s+\\d{1,2}\\s+(?:\\d{1,2}:\\d{2}(?::\\d{2})?|\\d{4})"
                    + "|\\d{1,2}\\s+[A-Z][a-z]{2}\\s+(?:\\d{1,2}:\\d{2}|\\d{4})"
                    + "|(?:\\d{4}-)?\\d{2}-\\d{2}\\s+(?:\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?"
                    + "(?:\\s+[+-]\\d{4})?)?)";
    private static final Pattern LINE =
            Pattern.compile(MODE + "\\s+(?:\\S+\\s+){0,3}?(\\d{1,18})\\s+" + DATE + " ?(.+)");
    private static final Pattern ANY = Pattern.compile(MODE + "\\s+.*");

    /// Reads a line, empty if it is not one of `ls -l`.
    static Optional<ListedEntry> parse(String line) {
        Matcher any = ANY.matcher(line);
        if (!any.matches()) {
            return Optional.empty();
        }
        Kind kind =
                switch (any.group(1)) {
                    case "-" -> Kind.FILE;
                    case "d" -> Kind.FOLDER;
                    default -> Kind.OTHER;
                };
        if (kind == Kind.OTHER) {
            return Optional.of(new ListedEntry(kind, 0, ""));
        }
        Matcher known = LINE.matcher(line);
        return known.matches()
                ? Optional.of(new ListedEntry(kind, Long.parseLong(known.group(2)), known.group(3)))
                : Optional.empty();
    }
}
