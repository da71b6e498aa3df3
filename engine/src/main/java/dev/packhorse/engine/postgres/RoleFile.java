package dev.packhorse.engine.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The members `psql_users.sql` and `psql_grants.sql`: a statement a line, read by their forms and
/// never run. The roles come as `CREATE ROLE`, or `CREATE USER` and `ALTER` with the same options;
/// what they may do as `ALTER DATABASE ... OWNER TO` and `GRANT ... ON DATABASE ... TO`.
///
/// Source: cpmove-format section 2; the forms are ours, nobody has published others.
///
/// @param roles in the file's order
/// @param grants what roles may do on databases
/// @param refused a sentence for each line that has none of the forms
public record RoleFile(List<PostgresRole> roles, List<DatabaseGrant> grants, List<String> refused) {
    private static final String NAME = "\"((?:[^\"]|\"\"){1,63})\"";
    private static final Pattern ROLE =
            Pattern.compile(
                    "(?:CREATE|ALTER) (?:ROLE|USER) "
                            + NAME
                            + "(?: WITH)?((?: (?:LOGIN|NOLOGIN|INHERIT|NOSUPERUSER|NOCREATEDB|NOCREATEROLE))*)"
                            + "(?: (?:ENCRYPTED )?PASSWORD '([^']{1,200})')?;");
    private static final Pattern OWNER =
            Pattern.compile("ALTER DATABASE " + NAME + " OWNER TO " + NAME + ";");
    private static final Pattern GRANT =
            Pattern.compile(
                    "GRANT (?:ALL(?: PRIVILEGES)?|[A-Z, ]{1,60}) ON DATABASE "
                            + NAME
                            + " TO "
                            + NAME
                            + ";");

    /// What a role may do on a database.
    ///
    /// @param owner whether the database is the role's; else it may connect and create in it
    public record DatabaseGrant(String database, String role, boolean owner) {}

    public RoleFile {
        roles = List.copyOf(roles);
        grants = List.copyOf(grants);
        refused = List.copyOf(refused);
    }

    /// The roles as text, a line each.
    public static String renderRoles(List<PostgresRole> roles) {
        StringBuilder text = new StringBuilder();
        for (PostgresRole role : roles) {
            text.append("CREATE ROLE ").append(SqlName.quoted(role.name())).append(" WITH ");
            text.append(role.login() ? "LOGIN" : "NOLOGIN");
            role.passwordHash()
                    .ifPresent(hash -> text.append(" PASSWORD ").append(SqlName.text(hash)));
            text.append(";\n");
        }
        return text.toString();
    }

    /// The grants as text, a line each.
    public static String renderGrants(List<DatabaseGrant> grants) {
        StringBuilder text = new StringBuilder();
        for (DatabaseGrant grant : grants) {
            String database = SqlName.quoted(grant.database());
            String role = SqlName.quoted(grant.role());
            text.append(
                    grant.owner()
                            ? "ALTER DATABASE " + database + " OWNER TO " + role + ";\n"
                            : "GRANT ALL PRIVILEGES ON DATABASE "
                                    + database
                                    + " TO "
                                    + role
                                    + ";\n");
        }
        return text.toString();
    }

    /// The same under other names. A password of the form `md5` holds the role's old name, so a
    /// role of another name loses it, which is told.
    public RoleFile renamed(UnaryOperator<String> names) {
        List<PostgresRole> others = new ArrayList<>();
        List<String> told = new ArrayList<>(refused);
        for (PostgresRole role : roles) {
            String name = names.apply(role.name());
            boolean lost =
                    !name.equals(role.name())
                            && role.passwordHash()
                                    .filter(hash -> hash.startsWith("md5"))
                                    .isPresent();
            if (lost) {
                told.add("role " + name + ": its md5 password held its old name, set a new one");
            }
            others.add(
                    new PostgresRole(
                            name, role.login(), lost ? Optional.empty() : role.passwordHash()));
        }
        List<DatabaseGrant> rights =
                grants.stream()
                        .map(grant ->
                                new DatabaseGrant(
                                        names.apply(grant.database()),
                                        names.apply(grant.role()),
                                        grant.owner()))
                        .toList();
        return new RoleFile(others, rights, told);
    }

    /// Reads both members.
    public static RoleFile read(String users, String grants) {
        List<PostgresRole> roles = new ArrayList<>();
        List<DatabaseGrant> granted = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (String line : (users + "\n" + grants).split("\\R", -1)) {
            String statement = line.strip();
            if (statement.isEmpty() || statement.startsWith("--")) {
                continue;
            }
            Matcher role = ROLE.matcher(statement);
            Matcher owner = OWNER.matcher(statement);
            Matcher grant = GRANT.matcher(statement);
            if (role.matches()) {
                roles.add(role(role, refused));
            } else if (owner.matches()) {
                granted.add(new DatabaseGrant(name(owner, 1), name(owner, 2), true));
            } else if (grant.matches()) {
                granted.add(new DatabaseGrant(name(grant, 1), name(grant, 2), false));
            } else {
                refused.add("a statement about roles is none that is known: " + begin(statement));
            }
        }
        return new RoleFile(roles, granted, refused);
    }

    private static PostgresRole role(Matcher form, List<String> refused) {
        String name = name(form, 1);
        Optional<String> hash = Optional.ofNullable(form.group(3));
        if (hash.isPresent() && !PostgresRole.isHash(hash.get())) {
            refused.add("role " + name + ": its password is in no form that servers keep");
            hash = Optional.empty();
        }
        return new PostgresRole(name, !form.group(2).contains("NOLOGIN"), hash);
    }

    private static String name(Matcher form, int group) {
        return form.group(group).replace("\"\"", "\"");
    }

    /// Without what may be a password.
    private static String begin(String statement) {
        String[] words = statement.replaceAll("\\p{Cntrl}", "?").split(" ", 3);
        return words.length > 1 ? words[0] + " " + words[1] : words[0];
    }
}
