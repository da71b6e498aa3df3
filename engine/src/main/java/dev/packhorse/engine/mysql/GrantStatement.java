package dev.packhorse.engine.mysql;

import java.util.List;
import java.util.Optional;

/// A `GRANT` statement as it was read, before anybody decided what of it may be.
///
/// @param user for whom
/// @param host from where
/// @param grants what is granted; none for `USAGE`
/// @param plugin how the password is checked, if the statement says so
/// @param hash the stored password, if the statement says so
/// @param withGrantOption whether the user might grant it on
record GrantStatement(
        String user,
        String host,
        List<Grant> grants,
        Optional<String> plugin,
        Optional<String> hash,
        boolean withGrantOption) {
    GrantStatement {
        grants = List.copyOf(grants);
    }

    /// Never the hash.
    @Override
    public String toString() {
        return "grants of " + user + "@" + host;
    }
}
