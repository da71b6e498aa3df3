package dev.packhorse.transport.rsync;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line of `rsync --list-only --no-h`: mode, size, date, time in our zone, and the name, in which
/// other bytes than printable ones are escaped.
///
/// Source: rsync(1), option `--list-only`, and rsync's generator.c, `list_file_entry`
///
/// @param name below what was listed
record ListedEntry(Kind kind, long sizeBytes, Optional<Instant> modified, String name) {
    private static final Pattern LINE =
            Pattern.compile(
                    "([-a-z])[-a-zA-Z]{9} {1,24}([0-9]{1,18}) "
                            + "([0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) (.+)");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss");

    /// What stands under a name.
    enum Kind {
        FILE,
        FOLDER,
        /// A link, a device, a socket.
        OTHER,
        /// Nothing can: what should be the folder above is none.
        BELOW_A_FILE
    }

    /// The entry for a name that cannot be taken.
    static final ListedEntry NOWHERE = new ListedEntry(Kind.BELOW_A_FILE, 0, Optional.empty(), "");

    /// Reads a line, empty if it is none.
    static Optional<ListedEntry> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Kind kind =
                switch (matcher.group(1)) {
                    case "-" -> Kind.FILE;
                    case "d" -> Kind.FOLDER;
                    default -> Kind.OTHER;
                };
        return Optional.of(
                new ListedEntry(
                        kind,
                        Long.parseLong(matcher.group(2)),
                        time(matcher.group(3)),
                        matcher.group(4)));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
