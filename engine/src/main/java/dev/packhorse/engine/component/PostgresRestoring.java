package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.mysql.AccountRename;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.postgres.PostgresException;
import dev.packhorse.engine.postgres.PostgresLoad;
import dev.packhorse.engine.postgres.PostgresRole;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.RoleFile;
import dev.packhorse.engine.postgres.RoleFile.DatabaseGrant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
            grants(rights(server, file, wanted), List.copyOf(wanted), known(server, roles));
            return new Rehearsal(
                    report(wanted.size(), roles.size()),
                    named(wanted, each -> !here.contains(each)),
                    named(wanted, here::contains),
                    Rehearsal.Items.NONE);
        } catch (PostgresException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
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
        return DatabaseOwnership.of(context.account(), context.services().accounts().names());
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
        List<DatabaseGrant> rights = rights(server, file, loads.keySet());
        server.restoreRoles(roles);
        Set<String> known = known(server, roles);
        List<String> failures = new ArrayList<>();
        List<String> restored = new ArrayList<>();
        for (Map.Entry<String, Path> dump : loads.entrySet()) {
            context.cancellation().check();
            try {
                load(server, dump.getKey(), dump.getValue(), owner(dump.getKey(), rights, known));
                restored.add(dump.getKey());
            } catch (PostgresException e) {
                failures.add("database " + dump.getKey() + ": " + e.getMessage());
            }
        }
        server.restoreGrants(grants(rights, restored, known));
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

    private void load(PostgresServer server, String database, Path dump, String owner)
            throws IOException {
        context.log().begin("Restoring PostgreSQL database " + database + "...");
        try {
            PostgresLoad load = new PostgresLoad(server, context.staging(), context.cancellation());
            load.load(database, dump, owner, rename.from().equals(rename.to()))
                    .forEach(note -> skipped.add("database " + database + ": " + note));
            tables += server.tables(database);
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
            if (!ownership.owns(role.name())) {
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
    /// nothing, as for a single database.
    private List<DatabaseGrant> rights(PostgresServer server, RoleFile file, Set<String> wanted)
            throws IOException {
        if (!file.grants().isEmpty()) {
            return file.grants();
        }
        return server.grants(ownership()).stream()
                .filter(grant -> wanted.contains(grant.database()))
                .toList();
    }

    private Set<String> known(PostgresServer server, List<PostgresRole> restored)
            throws IOException {
        Set<String> known = new TreeSet<>();
        restored.forEach(role -> known.add(role.name()));
        server.roles(ownership()).forEach(role -> known.add(role.name()));
        return known;
    }

    private String owner(String database, List<DatabaseGrant> rights, Set<String> known) {
        return rights.stream()
                .filter(grant -> grant.owner() && grant.database().equals(database))
                .map(DatabaseGrant::role)
                .filter(known::contains)
                .findFirst()
                .orElse(context.account().value());
    }

    private List<DatabaseGrant> grants(
            List<DatabaseGrant> rights, List<String> databases, Set<String> known) {
        List<DatabaseGrant> grants = new ArrayList<>();
        for (DatabaseGrant grant : rights) {
            if (databases.contains(grant.database()) && known.contains(grant.role())) {
                grants.add(grant);
            } else if (!databases.contains(grant.database())) {
                skipped.add("rights on database " + grant.database() + ", which was not restored");
            } else {
                skipped.add("rights of " + grant.role() + ", which is no role of the account");
            }
        }
        return grants;
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
