package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.posix.BytePath;
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
import java.util.Set;

/// Packs the PostgreSQL databases of one account: one dump at a time lies in staging.
final class PostgresPacking {
    private final PackContext context;
    private final ArchiveSink sink;
    private long tables;

    PostgresPacking(PackContext context, ArchiveSink sink) {
        this.context = context;
        this.sink = sink;
    }

    PackReport run() throws ComponentException, IOException {
        if (context.services().postgres().isEmpty()) {
            return PackReport.EMPTY;
        }
        PostgresServer server = context.services().postgres().get();
        DatabaseOwnership ownership =
                DatabaseOwnership.of(
                        context.account().name(), context.services().accounts().names());
        List<String> databases;
        List<PostgresRole> roles;
        String grants;
        try {
            databases = server.databases(ownership);
            roles = roles(server, ownership);
            grants = RoleFile.renderGrants(server.rules(ownership), server.memberships(ownership));
        } catch (PostgresException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
        if (databases.isEmpty() && roles.isEmpty()) {
            return PackReport.EMPTY;
        }
        sink.addFolder("psql", 0700);
        packDatabases(server, databases, roles.stream().map(PostgresRole::name).toList());
        sink.addText("psql_users.sql", 0600, RoleFile.renderRoles(roles));
        sink.addText("psql_grants.sql", 0600, grants);
        return PackReport.of(
                Map.of(
                        "databases", (long) databases.size(),
                        "tables", tables,
                        "users", (long) roles.size()));
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

    /// One that cannot be dumped does not keep the others out, but fails the module in the end.
    private void packDatabases(PostgresServer server, List<String> databases, List<String> roles)
            throws ComponentException, IOException {
        List<String> failures = new ArrayList<>();
        PostgresDump dump =
                new PostgresDump(server, context.options().databases() == DatabaseDepth.ALL);
        for (String database : databases) {
            context.cancellation().check();
            if (!DatabaseOwnership.isPlain(database)) {
                failures.add("a database has a name that no archive can hold");
                continue;
            }
            context.log().begin("Storing PostgreSQL database " + database + "...");
            try {
                pack(dump, database, roles);
                context.log().done("Done");
            } catch (PostgresException e) {
                context.log().done("Failed");
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        if (!failures.isEmpty()) {
            throw new ComponentException(String.join("; ", failures));
        }
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
