package dev.packhorse.engine.mysql;

import java.util.List;
import java.util.regex.Pattern;
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

        /// Whether it is, or may be, about something of a database.
        boolean concerns(String database);
    }

    /// Databases.
    ///
    /// @param pattern as grants have it: `%` and `_` are wildcards unless a backslash precedes them
    public record Databases(String pattern) implements Scope {
        @Override
        public String sql() {
            return SqlText.name(pattern) + ".*";
        }

        @Override
        public boolean concerns(String name) {
            StringBuilder regex = new StringBuilder();
            for (int i = 0; i < pattern.length(); i++) {
                char each = pattern.charAt(i);
                boolean escaped = each == '\\' && i + 1 < pattern.length();
                if (escaped) {
                    regex.append(literal(pattern.charAt(++i)));
                } else {
                    regex.append(each == '%' ? ".*" : each == '_' ? "." : literal(each));
                }
            }
            return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(name).matches();
        }

        private static String literal(char each) {
            return Pattern.quote(String.valueOf(each));
        }
    }

    /// One table or view; the names are literal.
    public record Table(String database, String table) implements Scope {
        @Override
        public String sql() {
            return SqlText.name(database) + "." + SqlText.name(table);
        }

        @Override
        public boolean concerns(String name) {
            return name.equals(database);
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

        @Override
        public boolean concerns(String name) {
            return name.equals(database);
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
