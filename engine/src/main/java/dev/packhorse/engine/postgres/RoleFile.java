package dev.packhorse.engine.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The members `psql_users.sql` and `psql_grants.sql`: a statement a line, read by their forms and
/// never run. The roles come as `CREATE ROLE`, or `CREATE USER` and `ALTER` with the same options;
/// what they may do as `ALTER DATABASE ... OWNER TO`, `GRANT ... ON DATABASE ... TO` and `REVOKE
/// ... ON DATABASE ... FROM PUBLIC`; with which settings they begin as `ALTER DATABASE ... SET` and
/// `ALTER ROLE ... IN DATABASE ... SET`; who belongs to whom as `GRANT ... TO`.
///
/// Source: cpmove-format section 2; the forms are ours, nobody has published others.
///
/// @param roles in the file's order
/// @param rules what roles, and everybody, may do on databases, and with which settings
/// @param memberships which roles have the rights of others
/// @param refused a sentence for each line that has none of the forms
public record RoleFile(
        List<PostgresRole> roles,
        List<DatabaseRule> rules,
        List<Membership> memberships,
        List<String> refused) {
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
                    "GRANT (ALL(?: PRIVILEGES)?|[A-Z, ]{1,60}) ON DATABASE "
                            + NAME
                            + " TO "
                            + NAME
                            + ";");
    private static final Pattern CLOSED =
            Pattern.compile(
                    "REVOKE (ALL(?: PRIVILEGES)?|[A-Z, ]{1,60}) ON DATABASE "
                            + NAME
                            + " FROM PUBLIC;");
    private static final Pattern MEMBERSHIP =
            Pattern.compile("GRANT " + NAME + " TO " + NAME + ";");

    /// That a role has the rights of another one.
    ///
    /// @param role whose rights
    /// @param member who has them
    public record Membership(String role, String member) {}

    public RoleFile {
        roles = List.copyOf(roles);
        rules = List.copyOf(rules);
        memberships = List.copyOf(memberships);
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

    /// Rules and memberships as text, a line each.
    public static String renderGrants(List<DatabaseRule> rules, List<Membership> memberships) {
        StringBuilder text = new StringBuilder();
        rules.forEach(rule -> text.append(rule.sql()).append('\n'));
        for (Membership membership : memberships) {
            text.append("GRANT ")
                    .append(SqlName.quoted(membership.role()))
                    .append(" TO ")
                    .append(SqlName.quoted(membership.member()))
                    .append(";\n");
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
        return new RoleFile(
                others,
                rules.stream().map(rule -> rule.renamed(names)).toList(),
                memberships.stream()
                        .map(each ->
                                new Membership(
                                        names.apply(each.role()), names.apply(each.member())))
                        .toList(),
                told);
    }

    /// Reads both members.
    public static RoleFile read(String users, String grants) {
        List<PostgresRole> roles = new ArrayList<>();
        List<DatabaseRule> rules = new ArrayList<>();
        List<Membership> memberships = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (String line : (users + "\n" + grants).split("\\R", -1)) {
            String statement = line.strip();
            if (statement.isEmpty() || statement.startsWith("--")) {
                continue;
            }
            Matcher role = ROLE.matcher(statement);
            Matcher membership = MEMBERSHIP.matcher(statement);
            Optional<DatabaseRule> rule = rule(statement);
            if (role.matches()) {
                roles.add(role(role, refused));
            } else if (membership.matches()) {
                memberships.add(new Membership(name(membership, 1), name(membership, 2)));
            } else if (rule.isPresent()) {
                rules.add(rule.get());
            } else {
                refused.add("a statement about roles is none that is known: " + begin(statement));
            }
        }
        return new RoleFile(roles, rules, memberships, refused);
    }

    private static Optional<DatabaseRule> rule(String statement) {
        Matcher owner = OWNER.matcher(statement);
        if (owner.matches()) {
            return Optional.of(new DatabaseRule.Owner(name(owner, 1), name(owner, 2)));
        }
        Matcher grant = GRANT.matcher(statement);
        if (grant.matches()) {
            return DatabaseRule.Right.parse(grant.group(1))
                    .map(rights -> new DatabaseRule.Grant(name(grant, 2), name(grant, 3), rights));
        }
        Matcher closed = CLOSED.matcher(statement);
        if (closed.matches()) {
            return DatabaseRule.Right.parse(closed.group(1))
                    .map(taken -> new DatabaseRule.Closed(name(closed, 2), taken));
        }
        return SettingForm.parse(statement).map(setting -> setting);
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
