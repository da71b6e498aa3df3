package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Decides which users and grants of an archive an account may have: its own users, known
/// privileges, its own databases. What is left is rebuilt from parts; nothing is replayed.
final class GrantPolicy {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%/-]{1,255}");
    private static final int MAX_USER = 80;

    private final DatabaseOwnership ownership;
    private final AccountRename rename;
    private final ServerVersion server;
    private final List<String> refused = new ArrayList<>();

    GrantPolicy(DatabaseOwnership ownership, AccountRename rename, ServerVersion server) {
        this.ownership = ownership;
        this.rename = rename;
        this.server = server;
    }

    /// What was left out so far, with the reason.
    List<String> refused() {
        return refused;
    }

    /// The users to make, in the order of the archive, each with what it may do. Users without a
    /// known hash have an empty one.
    List<GrantFile.UserGrants> restrict(GrantFile.Contents contents) {
        refused.addAll(contents.refused());
        Map<DumpedObject.Definer, List<Grant>> grants = new LinkedHashMap<>();
        for (GrantStatement statement : contents.statements()) {
            if (mayBe(statement.user(), statement.host())) {
                DumpedObject.Definer user =
                        new DumpedObject.Definer(statement.user(), statement.host());
                grants.computeIfAbsent(user, _ -> new ArrayList<>()).addAll(restrict(statement));
            }
        }
        contents.hashes()
                .keySet()
                .forEach(user -> {
                    if (!grants.containsKey(user) && mayBe(user.user(), user.host())) {
                        grants.put(user, new ArrayList<>());
                    }
                });
        List<GrantFile.UserGrants> users = new ArrayList<>();
        grants.forEach(
                (user, allowed) -> users.add(withHash(user, contents.hashes().get(user), allowed)));
        return users;
    }

    private GrantFile.UserGrants withHash(
            DumpedObject.Definer user,
            @org.jspecify.annotations.Nullable DatabaseUser known,
            List<Grant> allowed) {
        String name = rename.apply(user.user());
        DatabaseUser renamed =
                known == null
                        ? new DatabaseUser(
                                name, user.host(), "", dev.packhorse.engine.posix.ByteString.of(""))
                        : new DatabaseUser(name, user.host(), known.plugin(), known.hash());
        return new GrantFile.UserGrants(renamed, allowed);
    }

    private boolean mayBe(String user, String host) {
        String renamed = rename.apply(user);
        String problem = "";
        if (!ownership.ownsUser(renamed)) {
            problem = "is not a user of " + ownership.account();
        } else if (user.length() > MAX_USER || user.chars().anyMatch(c -> c < ' ')) {
            problem = "has an unusual name";
        } else if (!HOST.matcher(host).matches()) {
            problem = "has an unusual host";
        }
        if (!problem.isEmpty()) {
            String message = "database user " + shown(user) + "@" + shown(host) + " " + problem;
            if (!refused.contains(message)) {
                refused.add(message);
            }
        }
        return problem.isEmpty();
    }

    private List<Grant> restrict(GrantStatement statement) {
        if (statement.withGrantOption()) {
            refused.add("the right to grant on, of database user " + shown(statement.user()));
        }
        List<Grant> allowed = new ArrayList<>();
        for (Grant grant : statement.grants()) {
            Optional<Grant.Scope> scope = restrict(grant.scope());
            List<Grant.Privilege> privileges =
                    grant.privileges().stream().filter(each -> isKnown(each.name())).toList();
            if (scope.isPresent() && !privileges.isEmpty()) {
                allowed.add(new Grant(privileges, scope.get()));
            } else {
                refused.add(
                        "grant to database user "
                                + shown(statement.user())
                                + " on "
                                + shown(grant.scope().sql()));
            }
        }
        return allowed;
    }

    private boolean isKnown(String privilege) {
        return switch (privilege) {
            case "DELETE HISTORY", "DELETE VERSIONING ROWS" ->
                    server.mariaDb() && server.isAtLeast(10, 3, 4);
            case "SHOW CREATE ROUTINE" -> server.mariaDb() && server.isAtLeast(11, 3, 0);
            default -> true;
        };
    }

    private Optional<Grant.Scope> restrict(Grant.Scope scope) {
        return switch (scope) {
            case Grant.Databases databases -> pattern(databases.pattern());
            case Grant.Table table -> {
                String database = rename.apply(table.database());
                yield own(database)
                        ? Optional.of(new Grant.Table(database, table.table()))
                        : Optional.empty();
            }
            case Grant.Routine routine -> {
                String database = rename.apply(routine.database());
                yield own(database)
                        ? Optional.of(
                                new Grant.Routine(routine.kind(), database, routine.routine()))
                        : Optional.empty();
            }
        };
    }

    /// A wildcard may only stand at the end, behind the account's whole prefix, and only where no
    /// other account shares it. An `_` is taken for itself even where the backslash is missing.
    private Optional<Grant.Scope> pattern(String pattern) {
        String literal = pattern.replace("\\_", "_").replace("\\%", "\0").replace("\\\\", "\\");
        boolean open = literal.endsWith("%");
        String fixed = open ? literal.substring(0, literal.length() - 1) : literal;
        if (fixed.indexOf('%') >= 0 || fixed.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        String name = rename.apply(fixed);
        boolean allowed =
                open
                        ? name.startsWith(ownership.prefix()) && ownership.ownsWholePrefix()
                        : own(name);
        return allowed
                ? Optional.of(new Grant.Databases(SqlText.pattern(name) + (open ? "%" : "")))
                : Optional.empty();
    }

    private boolean own(String database) {
        return ownership.owns(database) && DatabaseOwnership.isPlain(database);
    }

    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 100 ? plain.substring(0, 100) + "…" : plain;
    }
}
