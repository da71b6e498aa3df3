package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.postgres.DatabaseRule;
import dev.packhorse.engine.postgres.PostgresDump;
import dev.packhorse.engine.postgres.PostgresException;
import dev.packhorse.engine.postgres.PostgresRole;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.RoleFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Packs the PostgreSQL databases of one account: one dump at a time lies in staging.
final class PostgresPacking {
    private final PackContext context;
    private final ArchiveSink sink;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final Set<String> packed = new TreeSet<>();
    private long tables;

    PostgresPacking(PackContext context, ArchiveSink sink) {
        this.context = context;
        this.sink = sink;
    }

    PackReport run() throws ComponentException, IOException {
        DatabaseSearch.Found<PostgresServer> search = context.services().postgresSearch().now();
        if (search.server().isEmpty()) {
            Optional<String> missing =
                    MissingServer.postgres(search, context.account().name(), context.services());
            return MissingServer.report(context, missing, ReplacedDatabases::hasAnyPostgres);
        }
        PostgresServer server = search.server().get();
        MappedDatabases mapped =
                MappedDatabases.postgres(context.account().name(), context.services());
        DatabaseOwnership ownership = mapped.ownership();
        warnings.addAll(mapped.foreign());
        leftOut.addAll(mapped.leftOut());
        List<String> databases;
        List<PostgresRole> roles;
        List<DatabaseRule> rules;
        List<RoleFile.Membership> memberships;
        try {
            databases = server.databases(ownership);
            roles = roles(server, ownership);
            rules = server.rules(ownership, warnings::add);
            memberships = server.memberships(ownership);
        } catch (PostgresException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
        if (databases.isEmpty() && roles.isEmpty()) {
            return new PackReport(Map.of(), warnings).leavingOut(leftOut);
        }
        sink.addFolder("psql", 0700);
        packDatabases(server, databases, roles.stream().map(PostgresRole::name).toList());
        sink.addText("psql_users.sql", 0600, RoleFile.renderRoles(roles));
        sink.addText(
                "psql_grants.sql",
                0600,
                RoleFile.renderGrants(
                        rules.stream().filter(rule -> packed.contains(rule.database())).toList(),
                        memberships));
        return new PackReport(
                        Map.of(
                                "databases", (long) packed.size(),
                                "tables", tables,
                                "users", (long) roles.size()),
                        warnings)
                .leavingOut(leftOut);
    }

    /// A suspension is packed as such, so roles that it locked are packed as they were before.
    private List<PostgresRole> roles(PostgresServer server, DatabaseOwnership ownership)
            throws IOException {
        Set<String> locked =
                SuspendedDatabases.lockedRoles(
                        new HostFiles(context.services().root()), context.account().name());
        return server.roles(ownership).stream()
                .map(role -> locked.contains(role.name()) ? role.withLogin() : role)
                .toList();
    }

    /// One that cannot be dumped is left out and told; the rest of the account is worth having. A
    /// server that is gone fails the module: the next run may find it. So does a database that a
    /// restore is about to replace.
    private void packDatabases(PostgresServer server, List<String> databases, List<String> roles)
            throws ComponentException, IOException {
        PostgresDump dump =
                new PostgresDump(server, context.options().databases() == DatabaseDepth.ALL);
        for (String database : databases) {
            context.cancellation().check();
            if (!DatabaseOwnership.isPlain(database)) {
                warnings.add(DatabaseOwnership.unfit(database));
                continue;
            }
            context.log().begin("Storing PostgreSQL database " + database + "...");
            try {
                pack(dump, database, roles);
                packed.add(database);
                context.log().done("Done");
            } catch (PostgresException e) {
                context.log().done("Failed");
                if (isReplaced(database) || !server.isThere()) {
                    throw new ComponentException(String.valueOf(e.getMessage()), e);
                }
                leftOut.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private boolean isReplaced(String database) {
        return context.options().replaced().filter(each -> each.hasPostgres(database)).isPresent();
    }

    private void pack(PostgresDump dump, String database, List<String> roles) throws IOException {
        String member = "psql/" + database + ".tar";
        if (context.options().databases() == DatabaseDepth.NAME) {
            sink.addBytes(member, 0600, new byte[0]);
            return;
        }
        Path file = context.staging().resolve("postgres-dump.tar");
        Files.deleteIfExists(file);
        try {
            tables += dump.dump(database, roles, file, context.staging(), context.cancellation());
            try (FileChannel channel = FileChannel.open(file)) {
                sink.add(
                        ArchiveEntry.RegularFile.of(
                                BytePath.of(member),
                                Attributes.ofRoot(0600, sink.metadataTime()),
                                channel.size()),
                        target -> {
                            context.cancellation().check();
                            return channel.read(target);
                        });
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
