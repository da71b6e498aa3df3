package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.mysql.AccountRename;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.postgres.DatabaseRule;
import dev.packhorse.engine.postgres.PostgresException;
import dev.packhorse.engine.postgres.PostgresLoad;
import dev.packhorse.engine.postgres.PostgresRole;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.RoleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Restores the PostgreSQL databases of one account: roles first, since objects belong to them,
/// then database by database, each whole or not at all.
final class PostgresRestoring {
    private final RestoreContext context;
    private final ArchiveSource source;
    private final List<String> skipped = new ArrayList<>();
    private final List<String> altered = new ArrayList<>();
    private final AccountRename rename;
    private long tables;

    PostgresRestoring(RestoreContext context, ArchiveSource source) {
        this.context = context;
        this.source = source;
        this.rename = new AccountRename(context.facts().account(), context.account());
    }

    RestoreReport run() throws ComponentException, IOException {
        RoleFile file = roleFile();
        Optional<RestoreReport> without = without(file);
        if (without.isPresent()) {
            return without.get();
        }
        skipped.addAll(file.refused());
        PostgresServer server = context.services().postgres().orElseThrow();
        try {
            return restore(server, file);
        } catch (PostgresException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
    }

    /// What [#run] would do. How a database loads is known when it is loaded.
    Rehearsal rehearse() throws ComponentException, IOException {
        RoleFile file = roleFile();
        Optional<RestoreReport> without = without(file);
        if (without.isPresent()) {
            return Rehearsal.of(without.get());
        }
        skipped.addAll(file.refused());
        PostgresServer server = context.services().postgres().orElseThrow();
        try {
            List<PostgresRole> roles = roles(server, file);
            List<String> here = server.databases(ownership());
            Set<String> wanted = loads(server).keySet();
            tellLeftOut(rules(server, file, wanted), wanted, known(server, roles));
            return new Rehearsal(
                    report(wanted.size(), roles.size()),
                    named(wanted, each -> !here.contains(each)),
                    named(wanted, here::contains),
                    Rehearsal.Items.NONE);
        } catch (PostgresException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
    }

    /// What [#run] would replace if it were here and the account's, by the names of here.
    Set<String> replaced() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Map.Entry<String, Path> dump : dumps().entrySet()) {
            // for a mere name the database stays
            if (Files.size(dump.getValue()) > 0) {
                names.add(rename.apply(dump.getKey()));
            }
        }
        return names;
    }

    private static Rehearsal.Items named(Set<String> databases, Predicate<String> which) {
        return Rehearsal.Items.of(
                databases.stream().filter(which).map("PostgreSQL database "::concat).toList());
    }

    private RoleFile roleFile() throws IOException {
        return RoleFile.read(
                        text("psql_users.sql", "psql/1psql_users.sql", "psql/psql_users.sql"),
                        text("psql_grants.sql", "psql/psql_grants.sql"))
                .renamed(rename::apply);
    }

    /// How it ends where there is nothing to do, or nothing to do it with.
    private Optional<RestoreReport> without(RoleFile file) {
        if (dumps().isEmpty() && file.roles().isEmpty() && file.refused().isEmpty()) {
            return Optional.of(RestoreReport.nothing());
        }
        return context.services().postgres().isEmpty()
                ? Optional.of(RestoreReport.absent("no PostgreSQL server on this server"))
                : Optional.empty();
    }

    private DatabaseOwnership ownership() throws IOException {
        return MappedDatabases.postgres(context.account(), context.services()).ownership();
    }

    private String text(String... members) throws IOException {
        for (String member : members) {
            Optional<String> text = source.text(member);
            if (text.isPresent()) {
                return text.get();
            }
        }
        return "";
    }

    /// By the names that the databases have in the archive.
    private SortedMap<String, Path> dumps() {
        SortedMap<String, Path> dumps = new TreeMap<>();
        for (String file : source.names("psql")) {
            if (file.endsWith(".tar")) {
                String name = file.substring(0, file.length() - ".tar".length());
                source.file("psql/" + file).ifPresent(path -> dumps.put(name, path));
            }
        }
        return dumps;
    }

    private RestoreReport restore(PostgresServer server, RoleFile file)
            throws ComponentException, IOException {
        List<PostgresRole> roles = roles(server, file);
        SortedMap<String, Path> loads = loads(server);
        List<DatabaseRule> rules = rules(server, file, loads.keySet());
        server.restoreRoles(roles);
        Set<String> known = known(server, roles);
        List<String> failures = new ArrayList<>();
        List<String> restored = new ArrayList<>();
        for (Map.Entry<String, Path> dump : loads.entrySet()) {
            context.cancellation().check();
            try {
                load(server, dump.getKey(), dump.getValue(), rules, known);
                context.progress().restored(Files.size(dump.getValue()));
                restored.add(dump.getKey());
            } catch (PostgresException e) {
                failures.add("database " + dump.getKey() + ": " + e.getMessage());
            }
        }
        tellLeftOut(rules, restored, known);
        server.restoreGrants(List.of(), memberships(file, known));
        if (!failures.isEmpty()) {
            throw new ComponentException(String.join("; ", failures));
        }
        return report(restored.size(), roles.size());
    }

    /// The dumps of the account's own databases.
    private SortedMap<String, Path> loads(PostgresServer server) throws IOException {
        DatabaseOwnership ownership = ownership();
        List<String> here = server.databases(ownership);
        SortedMap<String, Path> loads = new TreeMap<>();
        for (Map.Entry<String, Path> dump : dumps().entrySet()) {
            String old = dump.getKey();
            String name = rename.apply(old);
            if (!ownership.owns(name) || !DatabaseOwnership.isPlain(name)) {
                skipped.add("database " + old + " is not a database of " + context.account());
            } else if (Files.size(dump.getValue()) == 0 && here.contains(name)) {
                skipped.add("database " + name + " has no dump in the archive and stays");
            } else {
                rename.note(old).ifPresent(altered::add);
                loads.put(name, dump.getValue());
            }
        }
        return loads;
    }

    private void load(
            PostgresServer server,
            String database,
            Path dump,
            List<DatabaseRule> rules,
            Set<String> known)
            throws IOException {
        context.log().begin("Restoring PostgreSQL database " + database + "...");
        List<DatabaseRule> own =
                rules.stream().filter(rule -> rule.database().equals(database)).toList();
        try {
            PostgresLoad load = new PostgresLoad(server, context.staging(), context.cancellation());
            PostgresLoad.Loaded loaded =
                    load.load(
                            database,
                            dump,
                            owner(own, known),
                            taken(own),
                            settings(own, known),
                            rename.from().equals(rename.to()));
            loaded.notes().forEach(note -> skipped.add("database " + database + ": " + note));
            server.restoreGrants(grants(own, known), List.of());
            tables += loaded.tables();
            context.log().done("Done");
        } catch (PostgresException e) {
            context.log().done("Failed");
            throw e;
        }
    }

    /// The account's own roles; the one of its name is always there, to own what nobody else does.
    private List<PostgresRole> roles(PostgresServer server, RoleFile file) throws IOException {
        DatabaseOwnership ownership = ownership();
        SortedMap<String, PostgresRole> roles = new TreeMap<>();
        for (PostgresRole role : file.roles()) {
            if (!ownership.ownsUser(role.name())) {
                skipped.add("role " + role.name() + " is not a role of " + context.account());
            } else if (server.isSuperuser(role.name())) {
                skipped.add("role " + role.name() + " is an administrator of this server");
            } else {
                roles.put(role.name(), role);
            }
        }
        String own = context.account().value();
        if (server.isSuperuser(own)) {
            throw new PostgresException(
                    "role " + own + " is an administrator of this server; rename one of the two");
        }
        boolean present =
                server.roles(ownership).stream().anyMatch(role -> role.name().equals(own));
        if (!roles.containsKey(own) && !present) {
            roles.put(own, new PostgresRole(own, false, Optional.empty()));
        }
        return List.copyOf(roles.values());
    }

    /// What roles may do on databases: as the archive says, or as it is here where the archive says
    /// nothing, as for a single database. Settings need not be given again where they are.
    private List<DatabaseRule> rules(PostgresServer server, RoleFile file, Set<String> wanted)
            throws IOException {
        if (!file.rules().isEmpty()) {
            return file.rules();
        }
        return server.rules(ownership(), _ -> {}).stream()
                .filter(rule -> wanted.contains(rule.database()))
                .filter(rule -> !(rule instanceof DatabaseRule.Setting))
                .toList();
    }

    private Set<String> known(PostgresServer server, List<PostgresRole> restored)
            throws IOException {
        Set<String> known = new TreeSet<>();
        restored.forEach(role -> known.add(role.name()));
        server.roles(ownership()).forEach(role -> known.add(role.name()));
        return known;
    }

    private String owner(List<DatabaseRule> rules, Set<String> known) {
        return rules.stream()
                .filter(DatabaseRule.Owner.class::isInstance)
                .map(rule -> ((DatabaseRule.Owner) rule).role())
                .filter(known::contains)
                .findFirst()
                .orElse(context.account().value());
    }

    private static Set<DatabaseRule.Right> taken(List<DatabaseRule> rules) {
        Set<DatabaseRule.Right> taken = new TreeSet<>();
        for (DatabaseRule rule : rules) {
            if (rule instanceof DatabaseRule.Closed closed) {
                taken.addAll(closed.taken());
            }
        }
        return taken;
    }

    private static List<DatabaseRule.Setting> settings(
            List<DatabaseRule> rules, Set<String> known) {
        List<DatabaseRule.Setting> settings = new ArrayList<>();
        for (DatabaseRule rule : rules) {
            if (rule instanceof DatabaseRule.Setting setting
                    && (setting.role().isEmpty() || known.contains(setting.role()))) {
                settings.add(setting);
            }
        }
        return settings;
    }

    private static List<DatabaseRule.Grant> grants(List<DatabaseRule> rules, Set<String> known) {
        List<DatabaseRule.Grant> grants = new ArrayList<>();
        for (DatabaseRule rule : rules) {
            if (rule instanceof DatabaseRule.Grant grant && known.contains(grant.role())) {
                grants.add(grant);
            }
        }
        return grants;
    }

    /// Those between roles of the account; others would give what is somebody else's.
    private List<RoleFile.Membership> memberships(RoleFile file, Set<String> known) {
        List<RoleFile.Membership> own = new ArrayList<>();
        for (RoleFile.Membership each : file.memberships()) {
            if (known.contains(each.role()) && known.contains(each.member())) {
                own.add(each);
            } else {
                skipped.add(
                        "rights of role "
                                + each.role()
                                + " for "
                                + each.member()
                                + ", which are not both roles of the account");
            }
        }
        return own;
    }

    private void tellLeftOut(
            List<DatabaseRule> rules, Collection<String> databases, Set<String> known) {
        for (DatabaseRule rule : rules) {
            String role =
                    switch (rule) {
                        case DatabaseRule.Owner owner -> owner.role();
                        case DatabaseRule.Grant grant -> grant.role();
                        case DatabaseRule.Closed _ -> context.account().value();
                        case DatabaseRule.Setting setting -> setting.role();
                    };
            if (!databases.contains(rule.database())) {
                skipped.add("rights on database " + rule.database() + ", which was not restored");
            } else if (!role.isEmpty() && !known.contains(role)) {
                skipped.add("rights of " + role + ", which is no role of the account");
            }
        }
    }

    private RestoreReport report(long databases, long roles) {
        return new RestoreReport(
                skipped.isEmpty() && altered.isEmpty()
                        ? RestoreReport.Outcome.DONE
                        : RestoreReport.Outcome.WARNINGS,
                Map.of("databases", databases, "tables", tables, "users", roles),
                altered,
                List.of(),
                skipped);
    }
}
