package dev.packhorse.engine.host;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The account file, `/var/cpanel/users/USER` on a server and `cp/USER` in an archive: one
/// `KEY=value` a line, the first `=` separating, without quotes. Packages have the same form.
///
/// Source: docs.cpanel.net "Backup Tarball Contents"; files written by published converters.
public final class AccountFile {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.*-]{0,299}");

    private AccountFile() {}

    /// The pairs of a file. Comments, blank lines, blanks round a line and Windows line ends are
    /// passed over; text that is not UTF-8 is taken as Latin-1.
    ///
    /// @param file named in complaints
    /// @throws HostFormatException for a line that is no pair, a control character, or a key that
    ///   comes again with another value
    public static SortedMap<String, String> parse(String file, byte[] content)
            throws HostFormatException {
        return parse(file, text(content));
    }

    /// As the other one, from text.
    public static SortedMap<String, String> parse(String file, String content)
            throws HostFormatException {
        SortedMap<String, String> pairs = new TreeMap<>();
        int number = 0;
        for (String raw : content.split("\n", -1)) {
            number++;
            String line = raw.strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                addPair(file, number, line, pairs);
            }
        }
        return Collections.unmodifiableSortedMap(pairs);
    }

    /// The file's text, keys sorted.
    ///
    /// @throws IllegalArgumentException if a key or value cannot stand in such a file
    public static String render(Map<String, String> pairs) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(pairs)
                .forEach((key, value) -> {
                    if (!isKey(key) || !isValue(value)) {
                        throw new IllegalArgumentException(
                                "cannot stand in an account file: “"
                                        + DomainName.printable(key)
                                        + "”");
                    }
                    text.append(key).append('=').append(value).append('\n');
                });
        return text.toString();
    }

    /// The content with one pair changed or added; every other line stays byte for byte.
    ///
    /// @throws HostFormatException if the content is damaged, or its line of the key cannot be told
    ///   from the others
    /// @throws IllegalArgumentException if the pair cannot stand in such a file
    public static byte[] with(String file, byte[] content, String key, String value)
            throws HostFormatException {
        parse(file, content);
        String pair = render(Map.of(key, value));
        // Latin-1 gives every byte back, whatever the file's coding is.
        String before = new String(content, StandardCharsets.ISO_8859_1);
        Matcher matcher = line(key).matcher(before);
        String glue = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
        String after =
                matcher.find()
                        ? matcher.replaceAll(Matcher.quoteReplacement(pair))
                        : before + glue + pair;
        return read(file, after, key, Optional.of(value));
    }

    /// The content without a key; every other line stays byte for byte.
    ///
    /// @throws HostFormatException if the content is damaged, or its line of the key cannot be told
    ///   from the others
    public static byte[] without(String file, byte[] content, String key)
            throws HostFormatException {
        parse(file, content);
        String before = new String(content, StandardCharsets.ISO_8859_1);
        return read(file, line(key).matcher(before).replaceAll(""), key, Optional.empty());
    }

    /// Lines end as the reader takes them: at `\n` alone, with a `\r` before it or not.
    private static Pattern line(String key) {
        return Pattern.compile("(?md)^[ \\t]*" + Pattern.quote(key) + "[ \\t]*=[^\\n]*(\\n|\\z)");
    }

    /// What was changed, if the reader finds it so.
    private static byte[] read(String file, String changed, String key, Optional<String> value)
            throws HostFormatException {
        byte[] content = changed.getBytes(StandardCharsets.ISO_8859_1);
        if (!Optional.ofNullable(parse(file, content).get(key)).equals(value)) {
            throw new HostFormatException(
                    file, 0, "the line of " + key + " cannot be changed; write it anew by hand");
        }
        return content;
    }

    /// Whether the text may be a key.
    public static boolean isKey(String text) {
        return KEY.matcher(text).matches();
    }

    /// Whether the text may be a value: one line without control characters or outer blanks, at
    /// most 4,096 characters.
    public static boolean isValue(String text) {
        return text.length() <= 4_096
                && text.equals(text.strip())
                && text.chars().noneMatch(Character::isISOControl);
    }

    private static void addPair(
            String file, int number, String line, SortedMap<String, String> pairs)
            throws HostFormatException {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw new HostFormatException(file, number, "no KEY=value pair: " + shown(line));
        }
        String key = line.substring(0, equals).strip();
        String value = line.substring(equals + 1).strip();
        if (!isKey(key)) {
            throw new HostFormatException(file, number, "not a key: " + shown(key));
        }
        if (!isValue(value)) {
            throw new HostFormatException(
                    file, number, "the value of " + key + " has control characters or is too long");
        }
        String before = pairs.putIfAbsent(key, value);
        if (before != null && !before.equals(value)) {
            throw new HostFormatException(
                    file, number, key + " comes twice with different values; keep one of them");
        }
    }

    private static String shown(String text) {
        return "“" + DomainName.printable(text) + "”";
    }

    private static String text(byte[] content) {
        try {
            return FileBytes.decode("", content);
        } catch (HostFormatException _) {
            return new String(content, StandardCharsets.ISO_8859_1);
        }
    }
}
