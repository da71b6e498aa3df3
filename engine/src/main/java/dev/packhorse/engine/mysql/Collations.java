package dev.packhorse.engine.mysql;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// The collations of the target server, and which of them stands in for one that it lacks.
/// Immutable.
final class Collations {
    private final Set<String> known;

    Collations(Set<String> known) {
        this.known = Set.copyOf(known);
    }

    /// Asks the server.
    static Collations of(MysqlSession session) throws MysqlException {
        Set<String> names = new TreeSet<>();
        names.addAll(
                session.column(
                        "cannot list collations",
                        "SELECT COLLATION_NAME FROM information_schema.COLLATIONS"));
        boolean full =
                !session.column(
                                "cannot list columns",
                                "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE"
                                        + " TABLE_SCHEMA = 'information_schema' AND TABLE_NAME ="
                                        + " 'COLLATION_CHARACTER_SET_APPLICABILITY' AND COLUMN_NAME ="
                                        + " 'FULL_COLLATION_NAME'")
                        .isEmpty();
        if (full) {
            names.addAll(
                    session.column(
                            "cannot list collations",
                            "SELECT FULL_COLLATION_NAME FROM"
                                    + " information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"));
        }
        return new Collations(names);
    }

    /// Whether the word is a collation of MySQL 8 or MariaDB 10.10 that other servers do not have.
    boolean isForeign(String word) {
        String name = word.toLowerCase(Locale.ROOT);
        return name.startsWith("utf8mb4_")
                && (name.contains("_0900_") || name.contains("uca1400_"))
                && !known.contains(name);
    }

    /// The collation itself, or the nearest that the server has.
    String map(String collation) {
        if (!isForeign(collation)) {
            return collation;
        }
        String name = collation.toLowerCase(Locale.ROOT);
        if (name.endsWith("_bin")) {
            return "utf8mb4_bin";
        }
        String tail =
                name.contains("_as_cs") ? "as_cs" : name.contains("_as_ci") ? "as_ci" : "ai_ci";
        List<String> candidates = List.of("utf8mb4_uca1400_" + tail, "utf8mb4_0900_" + tail);
        for (String candidate : candidates) {
            if (known.contains(candidate)) {
                return candidate;
            }
        }
        return tail.equals("as_cs") ? "utf8mb4_bin" : "utf8mb4_unicode_520_ci";
    }
}
