package dev.packhorse.engine.component.domain;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks the text of a zone before a name server may read it: no directive that reads files or
/// makes records in bulk, no name outside of the zone, and the record that each zone begins with.
///
/// Source: RFC 1035 section 5.1.
final class ZoneText {
    /// The largest zone that is taken.
    static final int MAX_BYTES = 4 << 20;

    private static final Pattern DIRECTIVE = Pattern.compile("\\s*\\$([A-Za-z]+)\\s*(\\S*).*");
    private static final Pattern OWNER = Pattern.compile("([^\\s;\"()@]\\S*)\\s.*");

    private static final Pattern START = Pattern.compile("(?im)^[^;\"]*\\sSOA\\s");

    private ZoneText() {}

    /// Why the zone is refused, empty if it is not.
    static Optional<String> objection(String domain, String text) {
        if (text.length() > MAX_BYTES) {
            return Optional.of("it is larger than " + MAX_BYTES + " bytes");
        }
        int number = 0;
        boolean inParentheses = false;
        for (String line : text.split("\n", -1)) {
            number++;
            Optional<String> fault = fault(domain, line.stripTrailing(), inParentheses);
            if (fault.isPresent()) {
                return Optional.of("line " + number + ": " + fault.get());
            }
            inParentheses = staysOpen(line, inParentheses);
        }
        return hasStart(domain, text)
                ? Optional.empty()
                : Optional.of("it has no SOA record of " + domain);
    }

    /// Whether a name server could load it at all; a zone that cannot be taken apart with certainty
    /// must name the record at least.
    private static boolean hasStart(String domain, String text) {
        return ZoneRecords.of(domain, text)
                .map(zone -> !zone.data(domain, "SOA").isEmpty())
                .orElseGet(() -> START.matcher(text).find());
    }

    private static Optional<String> fault(String domain, String line, boolean inParentheses) {
        if (line.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')) {
            return Optional.of("control characters");
        }
        Matcher directive = DIRECTIVE.matcher(line);
        if (directive.matches()) {
            return directiveFault(domain, directive.group(1), directive.group(2));
        }
        if (inParentheses) {
            return Optional.empty();
        }
        Matcher owner = OWNER.matcher(line);
        return owner.matches() && !isInside(domain, owner.group(1))
                ? Optional.of("the name " + owner.group(1) + " lies outside of the zone")
                : Optional.empty();
    }

    private static Optional<String> directiveFault(String domain, String name, String value) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "TTL" -> Optional.empty();
            case "ORIGIN" ->
                    isInside(domain, value)
                            ? Optional.empty()
                            : Optional.of("$ORIGIN leads out of the zone");
            default -> Optional.of("the directive $" + name + " is not allowed");
        };
    }

    /// Relative names are inside.
    private static boolean isInside(String domain, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !lower.endsWith(".")
                || lower.equals(domain + ".")
                || lower.endsWith("." + domain + ".");
    }

    /// Whether a parenthesis is open at the line's end; quoted text and comments do not count.
    private static boolean staysOpen(String line, boolean before) {
        boolean open = before;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == ';') {
                return open;
            } else if (!quoted && (c == '(' || c == ')')) {
                open = c == '(';
            }
        }
        return open;
    }

    /// The text with one IPv4 address in the place of another.
    static String withAddress(String text, String oldAddress, String newAddress) {
        return Pattern.compile("(?<![0-9.])" + Pattern.quote(oldAddress) + "(?![0-9.])")
                .matcher(text)
                .replaceAll(Matcher.quoteReplacement(newAddress));
    }
}
