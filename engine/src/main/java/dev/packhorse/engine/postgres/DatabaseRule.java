package dev.packhorse.engine.postgres;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// What somebody may do with a database as a whole, and how it meets them. Rights on what is in it
/// are in its dump.
public sealed interface DatabaseRule {
    /// The name of the database.
    String database();

    /// The same under other names.
    DatabaseRule renamed(UnaryOperator<String> names);

    /// The statement that says it.
    String sql();

    /// The database is a role's.
    record Owner(String database, String role) implements DatabaseRule {
        @Override
        public Owner renamed(UnaryOperator<String> names) {
            return new Owner(names.apply(database), names.apply(role));
        }

        @Override
        public String sql() {
            return "ALTER DATABASE %s OWNER TO %s;"
                    .formatted(SqlName.quoted(database), SqlName.quoted(role));
        }
    }

    /// A role that is not the owner has rights.
    record Grant(String database, String role, Set<Right> rights) implements DatabaseRule {
        public Grant {
            rights = Set.copyOf(rights);
        }

        @Override
        public Grant renamed(UnaryOperator<String> names) {
            return new Grant(names.apply(database), names.apply(role), rights);
        }

        @Override
        public String sql() {
            return "GRANT %s ON DATABASE %s TO %s;"
                    .formatted(Right.list(rights), SqlName.quoted(database), SqlName.quoted(role));
        }
    }

    /// Everybody has fewer rights than a new database gives.
    ///
    /// @param taken of those of [Right#OF_EVERYBODY]
    record Closed(String database, Set<Right> taken) implements DatabaseRule {
        public Closed {
            taken = Set.copyOf(taken);
        }

        @Override
        public Closed renamed(UnaryOperator<String> names) {
            return new Closed(names.apply(database), taken);
        }

        @Override
        public String sql() {
            return "REVOKE %s ON DATABASE %s FROM PUBLIC;"
                    .formatted(Right.list(taken), SqlName.quoted(database));
        }
    }

    /// Sessions begin with a parameter of the server set to something.
    ///
    /// @param role those of this role alone, empty for those of everybody
    /// @param parameter its name
    /// @param values one, or of a parameter that is a list its items
    record Setting(String database, String role, String parameter, List<String> values)
            implements DatabaseRule {
        public Setting {
            values = List.copyOf(values);
        }

        @Override
        public Setting renamed(UnaryOperator<String> names) {
            return new Setting(
                    names.apply(database),
                    role.isEmpty() ? role : names.apply(role),
                    parameter,
                    values);
        }

        /// The same of another database.
        Setting of(String other) {
            return new Setting(other, role, parameter, values);
        }

        @Override
        public String sql() {
            String whose =
                    role.isEmpty()
                            ? "ALTER DATABASE " + SqlName.quoted(database)
                            : "ALTER ROLE %s IN DATABASE %s"
                                    .formatted(SqlName.quoted(role), SqlName.quoted(database));
            return "%s SET %s TO %s;"
                    .formatted(
                            whose,
                            SqlName.quoted(parameter),
                            values.stream().map(SqlName::text).collect(Collectors.joining(", ")));
        }
    }

    /// What one may do with a database.
    enum Right {
        CONNECT,
        CREATE,
        TEMPORARY;

        /// What a new database gives to everybody.
        static final Set<Right> OF_EVERYBODY = Set.of(CONNECT, TEMPORARY);

        /// As statements list them.
        static String list(Collection<Right> rights) {
            return rights.containsAll(List.of(values()))
                    ? "ALL PRIVILEGES"
                    : rights.stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
        }

        /// Reads such a list; empty if there is anything else in it.
        static Optional<Set<Right>> parse(String list) {
            if (list.equals("ALL") || list.equals("ALL PRIVILEGES")) {
                return Optional.of(EnumSet.allOf(Right.class));
            }
            Set<Right> rights = EnumSet.noneOf(Right.class);
            for (String word : list.split(",", -1)) {
                switch (word.strip()) {
                    case "CONNECT" -> rights.add(CONNECT);
                    case "CREATE" -> rights.add(CREATE);
                    case "TEMPORARY", "TEMP" -> rights.add(TEMPORARY);
                    default -> {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(rights);
        }
    }
}
