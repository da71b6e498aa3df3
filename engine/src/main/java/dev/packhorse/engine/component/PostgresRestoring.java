package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSource;
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
import java.util.SortedMap;
import java.util.TreeMap;

/// Restores the PostgreSQL databases of one account: roles first, since objects belong to them,
/// then database by database, each whole or not at all.
final class PostgresRestoring {
    private final RestoreContext context;
    private final ArchiveSource source;
    private final List<String> skipped = new ArrayList<>();
    private long tables;

    PostgresRestoring(RestoreContext context, ArchiveSource source) {
        this.context = context;
        this.source = source;
    }

    RestoreReport run() throws ComponentException, IOException {
        SortedMap<String, Path> dumps = dumps();
        RoleFile file =
                RoleFile.read(
                        text("psql_users.sql", "psql/1psql_users.sql", "psql/psql_users.sql"),
                        text("psql_grants.sql", "psql/psql_grants.sql"));
        if (dumps.isEmpty() && file.roles().isEmpty() && file.refused().isEmpty()) {
            return RestoreReport.nothing();
        }
        if (context.services().postgres().isEmpty()) {
            return RestoreReport.absent("no PostgreSQL server on this server");
        }
        skipped.addAll(file.refused());
        PostgresServer server = context.services().postgres().get();
        DatabaseOwnership ownership =
                DatabaseOwnership.of(context.account(), context.services().accounts().names());
        try {
            return restore(server, ownership, dumps, file);
        } catch (PostgresException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
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

    private RestoreReport restore(
            PostgresServer server,
            DatabaseOwnership ownership,
            SortedMap<String, Path> dumps,
            RoleFile file)
            throws ComponentException, IOException {
        List<PostgresRole> roles = roles(server, ownership, file);
        server.restoreRoles(roles);
        List<String> failures = new ArrayList<>();
        List<String> restored = new ArrayList<>();
        for (Map.Entry<String, Path> dump : dumps.entrySet()) {
            context.cancellation().check();
            if (!ownership.owns(dump.getKey()) || !DatabaseOwnership.isPlain(dump.getKey())) {
                skipped.add(
                        "database " + dump.getKey() + " is not a database of " + context.account());
                continue;
            }
            if (Files.size(dump.getValue()) == 0
                    && server.databases(ownership).contains(dump.getKey())) {
                skipped.add("database " + dump.getKey() + " has no dump in the archive and stays");
                continue;
            }
            try {
                load(server, dump.getKey(), dump.getValue(), owner(dump.getKey(), file, roles));
                restored.add(dump.getKey());
            } catch (PostgresException e) {
                failures.add("database " + dump.getKey() + ": " + e.getMessage());
            }
        }
        server.restoreGrants(grants(file, restored, roles));
        if (!failures.isEmpty()) {
            throw new ComponentException(String.join("; ", failures));
        }
        return report(restored.size(), roles.size());
    }

    private void load(PostgresServer server, String database, Path dump, String owner)
            throws IOException {
        context.log().begin("Restoring PostgreSQL database " + database + "...");
        try {
            PostgresLoad load = new PostgresLoad(server, context.staging(), context.cancellation());
            load.load(database, dump, owner)
                    .forEach(note -> skipped.add("database " + database + ": " + note));
            tables += server.tables(database);
            context.log().done("Done");
        } catch (PostgresException e) {
            context.log().done("Failed");
            throw e;
        }
    }

    /// The account's own roles; the one of its name is always there, to own what nobody else does.
    private List<PostgresRole> roles(
            PostgresServer server, DatabaseOwnership ownership, RoleFile file) throws IOException {
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

    private String owner(String database, RoleFile file, List<PostgresRole> roles) {
        return file.grants().stream()
                .filter(grant -> grant.owner() && grant.database().equals(database))
                .map(DatabaseGrant::role)
                .filter(name -> roles.stream().anyMatch(role -> role.name().equals(name)))
                .findFirst()
                .orElse(context.account().value());
    }

    private List<DatabaseGrant> grants(
            RoleFile file, List<String> databases, List<PostgresRole> roles) {
        List<DatabaseGrant> grants = new ArrayList<>();
        for (DatabaseGrant grant : file.grants()) {
            boolean ours =
                    databases.contains(grant.database())
                            && roles.stream().anyMatch(role -> role.name().equals(grant.role()));
            if (ours) {
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
                skipped.isEmpty() ? RestoreReport.Outcome.DONE : RestoreReport.Outcome.WARNINGS,
                Map.of("databases", databases, "tables", tables, "users", roles),
                List.of(),
                List.of(),
                skipped);
    }
}
