package dev.packhorse.engine.component.dns;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The public half of a key that signs a zone, as its DNSKEY record says it.
///
/// Source: RFC 4034 section 2; the tag by appendix B.
///
/// @param domain the zone
/// @param flags 256 for a key of the zone, 257 for one that signs keys
/// @param algorithm its number
/// @param key the public key in base64, without blanks
/// @param tag the number by which signatures name the key
record ZoneKey(String domain, int flags, int algorithm, String key, int tag) {
    private static final Pattern RECORD =
            Pattern.compile(
                    "(?i)([a-z0-9._-]{1,254})\\.[ \\t]+(?:[0-9]{1,10}[ \\t]+)?IN[ \\t]+DNSKEY[ \\t]+"
                            + "(256|257)[ \\t]+3[ \\t]+([0-9]{1,3})[ \\t]+([A-Za-z0-9+/= \\t]{8,8000})");
    private static final Pattern SECRET_LINE =
            Pattern.compile("[A-Za-z-]{1,40}(?:\\([0-9]\\))?: [A-Za-z0-9+/=.() -]{1,8000}");
    private static final int MOST_LINES = 40;
    private static final int FOLD = 16;

    /// The record in the text of a key file; comments are passed over. Empty if there is not
    /// exactly one, or it is another zone's.
    static Optional<ZoneKey> find(String domain, String text) {
        Optional<ZoneKey> found = Optional.empty();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith(";")) {
                continue;
            }
            Matcher record = RECORD.matcher(line.strip());
            if (found.isPresent()
                    || !record.matches()
                    || !record.group(1).equalsIgnoreCase(domain)) {
                return Optional.empty();
            }
            found = parse(domain, record);
            if (found.isEmpty()) {
                return Optional.empty();
            }
        }
        return found;
    }

    private static Optional<ZoneKey> parse(String domain, Matcher record) {
        int flags = Integer.parseInt(record.group(2));
        int algorithm = Integer.parseInt(record.group(3));
        String key = record.group(4).replaceAll("[ \\t]", "");
        if (algorithm < 1 || algorithm > 252) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(key);
            return Optional.of(
                    new ZoneKey(domain, flags, algorithm, key, tag(flags, algorithm, bytes)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static int tag(int flags, int algorithm, byte[] key) {
        int sum = flags + (3 << 8) + algorithm;
        for (int i = 0; i < key.length; i++) {
            sum += (i & 1) == 0 ? (key[i] & 0xff) << 8 : key[i] & 0xff;
        }
        return (sum + (sum >> FOLD & 0xffff)) & 0xffff;
    }

    /// The word for the key's use in names of members.
    String kind() {
        return flags == 257 ? "KSK" : "ZSK";
    }

    /// The name of the key's files, without their endings.
    String fileStem() {
        return "K%s.+%03d+%05d".formatted(domain, algorithm, tag);
    }

    /// The record on a line.
    String record() {
        return "%s. IN DNSKEY %d 3 %d %s%n"
                .formatted(domain, flags, algorithm, key)
                .replace("\r", "");
    }

    /// Whether a text has the form of the private half of a key of the same algorithm.
    boolean isSecretHalf(String text) {
        return text.startsWith("Private-key-format: v1.")
                && text.lines().limit(MOST_LINES + 1L).count() <= MOST_LINES
                && text.lines().allMatch(line -> SECRET_LINE.matcher(line).matches())
                && text.lines()
                        .anyMatch(line ->
                                line.equals("Algorithm: " + algorithm)
                                        || line.startsWith("Algorithm: " + algorithm + " "));
    }
}
