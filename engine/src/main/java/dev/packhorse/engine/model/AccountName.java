package dev.packhorse.engine.model;

import java.util.Set;
import java.util.regex.Pattern;

/// The name of a hosting account, which is also its Unix user name. Strict on purpose, because it
/// becomes part of paths, object keys and database names: a lower-case letter, then lower-case
/// letters, digits, `_` or `-`, at most 32 characters in all; names of the system are refused.
public record AccountName(String value) implements Comparable<AccountName> {
    private static final Pattern GRAMMAR = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final Set<String> RESERVED =
            Set.of(
                    "root",
                    "mysql",
                    "postgres",
                    "nobody",
                    "daemon",
                    "bin",
                    "sys",
                    "mail",
                    "www-data",
                    "named",
                    "bind",
                    "sshd",
                    "dovecot",
                    "exim",
                    "cpanel",
                    "whm",
                    "ssl",
                    "postmaster",
                    "virtfs",
                    "system",
                    "shadow",
                    "passwd",
                    "all");

    public AccountName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not an account name: “" + printable(value) + "”");
        }
    }

    /// Whether the text may name an account.
    public static boolean isValid(String text) {
        return GRAMMAR.matcher(text).matches() && !RESERVED.contains(text);
    }

    private static String printable(String text) {
        String cut = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public int compareTo(AccountName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
