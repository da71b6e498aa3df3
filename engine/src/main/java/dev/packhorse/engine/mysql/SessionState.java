package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a dump has made of its session so far: the variables that decide how the following bytes
/// are read, and the user variables that keep earlier values of them.
final class SessionState {
    /// Modes that both servers know, or that are dropped for the one that does not.
    private static final Set<String> MODES =
            Set.of(
                    "REAL_AS_FLOAT",
                    "PIPES_AS_CONCAT",
                    "ANSI_QUOTES",
                    "IGNORE_SPACE",
                    "ONLY_FULL_GROUP_BY",
                    "NO_UNSIGNED_SUBTRACTION",
                    "NO_DIR_IN_CREATE",
                    "ANSI",
                    "NO_AUTO_VALUE_ON_ZERO",
                    "NO_BACKSLASH_ESCAPES",
                    "STRICT_TRANS_TABLES",
                    "STRICT_ALL_TABLES",
                    "NO_ZERO_IN_DATE",
                    "NO_ZERO_DATE",
                    "ALLOW_INVALID_DATES",
                    "ERROR_FOR_DIVISION_BY_ZERO",
                    "TRADITIONAL",
                    "HIGH_NOT_PRECEDENCE",
                    "NO_ENGINE_SUBSTITUTION",
                    "PAD_CHAR_TO_FULL_LENGTH");

    private static final Set<String> MARIADB_MODES =
            Set.of(
                    "ORACLE",
                    "MSSQL",
                    "DB2",
                    "MAXDB",
                    "POSTGRESQL",
                    "NO_AUTO_CREATE_USER",
                    "NO_KEY_OPTIONS",
                    "NO_TABLE_OPTIONS",
                    "NO_FIELD_OPTIONS",
                    "MYSQL323",
                    "MYSQL40",
                    "EMPTY_STRING_IS_NULL",
                    "SIMULTANEOUS_ASSIGNMENT",
                    "TIME_ROUND_FRACTIONAL");
    private static final Set<String> ANSI_MODES =
            Set.of("ANSI_QUOTES", "ANSI", "ORACLE", "MSSQL", "DB2", "MAXDB", "POSTGRESQL");

    private final ServerVersion server;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, Optional<String>> kept = new HashMap<>();

    SessionState(ServerVersion server) {
        this.server = server;
        variables.put("sql_mode", "NO_AUTO_VALUE_ON_ZERO");
        variables.put("character_set_client", "utf8mb4");
        variables.put("character_set_results", "utf8mb4");
        variables.put("collation_connection", "");
        variables.put("time_zone", "SYSTEM");
    }

    /// Whether the variable's value must be known at every moment.
    boolean isTracked(String variable) {
        return variables.containsKey(variable);
    }

    /// A tracked variable's value; a collation that follows from the character set is empty.
    String value(String variable) {
        return variables.getOrDefault(variable, "");
    }

    void assign(String variable, String value) {
        variables.put(variable, variable.equals("sql_mode") ? knownModes(value) : value);
    }

    /// Remembers what a user variable holds, empty if that is not known.
    void keep(String userVariable, Optional<String> value) {
        kept.put(userVariable.toLowerCase(Locale.ROOT), value);
    }

    Optional<String> kept(String userVariable) {
        return kept.getOrDefault(userVariable.toLowerCase(Locale.ROOT), Optional.empty());
    }

    boolean noBackslashEscapes() {
        return modes().contains("NO_BACKSLASH_ESCAPES");
    }

    boolean ansiQuotes() {
        return modes().stream().anyMatch(ANSI_MODES::contains);
    }

    private List<String> modes() {
        return List.of(value("sql_mode").split(",", -1));
    }

    private String knownModes(String value) {
        List<String> known = new ArrayList<>();
        for (String mode : value.toUpperCase(Locale.ROOT).split(",", -1)) {
            String name = mode.strip();
            if (MODES.contains(name) || (server.mariaDb() && MARIADB_MODES.contains(name))) {
                known.add(name);
            }
        }
        return String.join(",", known);
    }
}
