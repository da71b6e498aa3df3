package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.TreeEntry;
import dev.packhorse.transport.spi.TreePath;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line that rsync prints of a file that it would fetch, in our own format.
///
/// Source: rsync(1), option `--out-format`; rsyncd.conf(5), “log format”; rsync's log.c,
/// `filtered_fwrite`, on bytes that are escaped; that `%M` has 19 characters at most, padded with
/// `-`, was observed with rsync 3.5.0
final class TreeLine {
    /// What is printed: changes, permissions, owner, group, size, time in our zone, name.
    static final String FORMAT = "%i %B %U %G %l %M %n";

    private static final Pattern LINE =
            Pattern.compile(
                    "(..).{9} ([-rwxsStT]{9}) ([0-9]{1,10}) ([0-9]{1,10}) ([0-9]{1,18}) "
                            + "([-0-9:/]{16,19}) (.+)");

    /// A year has four digits. Of any other rsync pads what is missing and cuts the end off what is
    /// too long, so that the time cannot be told.
    private static final Pattern ORDINARY = Pattern.compile("[0-9]{4}/.*");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy/MM/dd-HH:mm:ss");
    private static final Pattern ESCAPE = Pattern.compile("\\\\#([0-3][0-7]{2})");
    private static final int OCTAL = 8;

    private TreeLine() {}

    /// Whether it is that of the top folder.
    static boolean isTop(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches() && matcher.group(7).equals("./");
    }

    /// Reads a line, empty if it tells of nothing that a tree may hold.
    static Optional<TreeEntry> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        Optional<TreeEntry.Kind> kind =
                matcher.matches() ? kind(matcher.group(1).charAt(1)) : Optional.empty();
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new TreeEntry(
                            path(matcher.group(7), kind.get()),
                            kind.get(),
                            mode(matcher.group(2)),
                            Integer.parseUnsignedInt(matcher.group(3)),
                            Integer.parseUnsignedInt(matcher.group(4)),
                            Long.parseLong(matcher.group(5)),
                            time(matcher.group(6))));
        } catch (IllegalArgumentException | DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Optional<TreeEntry.Kind> kind(char letter) {
        return switch (letter) {
            case 'f' -> Optional.of(TreeEntry.Kind.FILE);
            case 'd' -> Optional.of(TreeEntry.Kind.FOLDER);
            case 'L' -> Optional.of(TreeEntry.Kind.SYMLINK);
            default -> Optional.empty();
        };
    }

    private static TreePath path(String printed, TreeEntry.Kind kind) {
        String name =
                ESCAPE.matcher(printed)
                        .replaceAll(escape ->
                                Matcher.quoteReplacement(
                                        String.valueOf(
                                                (char) Integer.parseInt(escape.group(1), OCTAL))));
        return new TreePath(
                kind == TreeEntry.Kind.FOLDER && name.endsWith("/")
                        ? name.substring(0, name.length() - 1)
                        : name);
    }

    /// Of `rwsr-x--T` and the like.
    private static int mode(String letters) {
        int mode = 0;
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            boolean isSet = letter != '-' && letter != 'S' && letter != 'T';
            mode = (mode << 1) | (isSet ? 1 : 0);
        }
        String special = "sStT";
        for (int i = 0; i < 3; i++) {
            if (special.indexOf(letters.charAt(3 * i + 2)) >= 0) {
                mode |= 04000 >> i;
            }
        }
        return mode;
    }

    private static Instant time(String text) {
        if (!ORDINARY.matcher(text).matches()) {
            return Instant.EPOCH;
        }
        return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC);
    }
}
