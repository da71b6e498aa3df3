package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/// What a caller gave to be known by.
///
/// @param user the name, as it was given
/// @param secret the value of an API token, or a password
/// @param isToken which of the two
record Credentials(String user, Secret secret, boolean isToken) {
    /// What stands in for a header that holds none: nobody has this name.
    private static final Credentials NONE = new Credentials("", new Secret(""), true);

    /// Reads the value of an `Authorization` header. One that cannot be read is nobody's.
    ///
    /// Source: whmapi1-protocol section 2. `whm USER:TOKEN` (the scheme in either case) and
    /// `Basic`.
    ///
    /// @return empty if it holds what no credential holds: control characters
    static Optional<Credentials> ofHeader(String header) {
        int blank = header.indexOf(' ');
        if (blank < 0) {
            return Optional.of(NONE);
        }
        String scheme = header.substring(0, blank).toLowerCase(Locale.ROOT);
        String rest = header.substring(blank + 1).strip();
        return switch (scheme) {
            case "whm" -> ofPair(rest, true);
            case "basic" -> ofBasic(rest);
            default -> Optional.of(NONE);
        };
    }

    private static Optional<Credentials> ofBasic(String encoded) {
        try {
            byte[] decoded = Base64.getDecoder().decode(encoded);
            return ofPair(new String(decoded, StandardCharsets.UTF_8), false);
        } catch (IllegalArgumentException _) {
            return Optional.of(NONE);
        }
    }

    /// Reads a name and a secret with a colon between.
    ///
    /// @return empty if there are control characters
    static Optional<Credentials> ofPair(String pair, boolean isToken) {
        if (pair.chars().anyMatch(Character::isISOControl)) {
            return Optional.empty();
        }
        int colon = pair.indexOf(':');
        return Optional.of(
                colon <= 0
                        ? NONE
                        : new Credentials(
                                pair.substring(0, colon),
                                new Secret(pair.substring(colon + 1)),
                                isToken));
    }
}
