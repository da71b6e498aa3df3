package dev.packhorse.engine.mysql;

import java.util.List;
import java.util.stream.Collectors;

/// Privileges of one user on one thing.
///
/// @param privileges at least one
/// @param scope on what
public record Grant(List<Privilege> privileges, Scope scope) {
    public Grant {
        privileges = List.copyOf(privileges);
        if (privileges.isEmpty()) {
            throw new IllegalArgumentException("a grant without privileges");
        }
    }

    /// A privilege, perhaps on some columns only.
    ///
    /// @param name in upper case, such as `SELECT` or `ALL PRIVILEGES`
    /// @param columns the columns it is limited to; none for all
    public record Privilege(String name, List<String> columns) {
        public Privilege {
            columns = List.copyOf(columns);
        }

        private String sql() {
            return columns.isEmpty()
                    ? name
                    : name
                            + columns.stream()
                                    .map(SqlText::name)
                                    .collect(Collectors.joining(", ", " (", ")"));
        }
    }

    /// What a privilege is about.
    public sealed interface Scope {
        String sql();
    }

    /// Databases.
    ///
    /// @param pattern as grants have it: `%` and `_` are wildcards unless a backslash precedes them
    public record Databases(String pattern) implements Scope {
        @Override
        public String sql() {
            return SqlText.name(pattern) + ".*";
        }
    }

    /// One table or view; the names are literal.
    public record Table(String database, String table) implements Scope {
        @Override
        public String sql() {
            return SqlText.name(database) + "." + SqlText.name(table);
        }
    }

    /// One stored routine; the names are literal.
    ///
    /// @param kind `PROCEDURE` or `FUNCTION`
    public record Routine(String kind, String database, String routine) implements Scope {
        @Override
        public String sql() {
            return kind + " " + SqlText.name(database) + "." + SqlText.name(routine);
        }
    }

    /// The statement, without an end mark.
    String sql(String user, String host) {
        return privileges.stream()
                        .map(Privilege::sql)
                        .collect(Collectors.joining(", ", "GRANT ", ""))
                + " ON "
                + scope.sql()
                + " TO "
                + SqlText.user(user, host);
    }
}
