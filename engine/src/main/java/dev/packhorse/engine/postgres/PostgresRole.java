package dev.packhorse.engine.postgres;

import java.util.Optional;
import java.util.regex.Pattern;

/// A role of an account.
///
/// @param name its name
/// @param login whether it may log in
/// @param passwordHash its password as the server keeps it, `SCRAM-SHA-256$...` or `md5...`; empty
///   for none
public record PostgresRole(String name, boolean login, Optional<String> passwordHash) {
    private static final Pattern HASH =
            Pattern.compile(
                    "SCRAM-SHA-256\\$\\d{1,7}:[A-Za-z0-9+/=]{1,64}\\$[A-Za-z0-9+/=]{1,64}:[A-Za-z0-9+/=]{1,64}|md5[0-9a-f]{32}");

    /// The same, allowed to log in.
    public PostgresRole withLogin() {
        return new PostgresRole(name, true, passwordHash);
    }

    /// Whether a text is a password as a server keeps it: any other would be taken for the password
    /// itself.
    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }
}
