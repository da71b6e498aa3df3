package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.mysql.CreateFile;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.mysql.DumpReport;
import dev.packhorse.engine.mysql.DumpTarget;
import dev.packhorse.engine.mysql.GrantFile;
import dev.packhorse.engine.mysql.MysqlDump;
import dev.packhorse.engine.mysql.MysqlException;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Packs the databases of one account: one dump at a time lies in staging.
final class MysqlPacking {
    private final PackContext context;
    private final ArchiveSink sink;
    private final List<String> warnings = new ArrayList<>();
    private long tables;

    MysqlPacking(PackContext context, ArchiveSink sink) {
        this.context = context;
        this.sink = sink;
    }

    PackReport run() throws ComponentException, IOException {
        sink.addFolder("mysql", 0700);
        sink.addFolder("mysql-timestamps", 0700);
        if (context.services().mysql().isEmpty()) {
            addUsers(List.of());
            return PackReport.EMPTY;
        }
        MysqlServer server = context.services().mysql().get();
        DatabaseOwnership ownership =
                DatabaseOwnership.of(
                        context.account().name(), context.services().accounts().names());
        List<String> databases;
        List<GrantFile.UserGrants> users;
        try {
            // A database must not be packed while a killed restore has left it in between.
            server.recover();
            databases = server.databases(ownership);
            users = server.users(ownership, warnings);
        } catch (MysqlException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
        packDatabases(server, databases, users);
        addUsers(users);
        return new PackReport(
                Map.of(
                        "databases", (long) databases.size(),
                        "tables", tables,
                        "users", (long) users.size()),
                warnings);
    }

    /// One that cannot be dumped does not keep the others out, but fails the module in the end.
    private void packDatabases(
            MysqlServer server, List<String> databases, List<GrantFile.UserGrants> users)
            throws ComponentException, IOException {
        List<String> failures = new ArrayList<>();
        MysqlDump dump =
                context.options().databases() == DatabaseDepth.SCHEMA
                        ? MysqlDump.ofStructure(server)
                        : new MysqlDump(server);
        for (String database : databases) {
            context.cancellation().check();
            if (!DatabaseOwnership.isPlain(database)) {
                failures.add("a database has a name that no archive can hold");
                continue;
            }
            context.log().begin("Storing database " + database + "...");
            try {
                requireFit(server, database);
                if (context.options().databases() == DatabaseDepth.NAME) {
                    packName(server, database);
                } else {
                    pack(server, dump, database);
                }
                context.log().done("Done");
                tellForeignOwners(server, database, users);
            } catch (MysqlException e) {
                context.log().done("Failed");
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        if (!failures.isEmpty()) {
            throw new ComponentException(String.join("; ", failures));
        }
    }

    /// A restore gives such objects to the account's own user; worth a line, but no failing.
    private void tellForeignOwners(
            MysqlServer server, String database, List<GrantFile.UserGrants> users)
            throws MysqlException {
        List<String> own = users.stream().map(each -> each.user().toString()).toList();
        for (String owner : server.objectOwners(database)) {
            if (!own.contains(owner)) {
                context.log()
                        .warn(
                                "Database "
                                        + database
                                        + " has views or routines of "
                                        + owner
                                        + ", which is no user of the account");
            }
        }
    }

    private void requireFit(MysqlServer server, String database) throws MysqlException {
        Optional<String> version = context.options().mysqlVersion();
        if (version.isEmpty()) {
            return;
        }
        List<String> objections = server.objections(database, DumpTarget.parse(version.get()));
        if (!objections.isEmpty()) {
            throw new MysqlException(
                    "database %s cannot be packed for version %s: %s; change that or ask for a later version"
                            .formatted(database, version.get(), String.join("; ", objections)));
        }
    }

    private void packName(MysqlServer server, String database) throws IOException {
        sink.addText(
                "mysql/" + database + ".create",
                0600,
                CreateFile.render(database, server.contents(database), server.version()));
    }

    private void pack(MysqlServer server, MysqlDump dump, String database) throws IOException {
        Path file = context.staging().resolve("mysql-dump.sql");
        Files.deleteIfExists(file);
        try {
            DumpReport report =
                    dump.dump(database, file, context.staging(), context.cancellation());
            sink.addText(
                    "mysql/" + database + ".create",
                    0600,
                    CreateFile.render(database, report.contents(), server.version()));
            add("mysql/" + database + ".sql", file);
            sink.addText("mysql-timestamps/" + database, 0600, sink.metadataTime() + "\n");
            tables += report.contents().tables();
            for (String warning : report.warnings()) {
                warnings.add(warning);
                context.log().warn(warning);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void add(String member, Path file) throws IOException {
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
    }

    private void addUsers(List<GrantFile.UserGrants> users) throws IOException {
        sink.addText("mysql.sql", 0600, GrantFile.render(users));
        sink.addText("mysql.sql-auth.json", 0600, GrantFile.renderHashes(users));
        sink.addText("mysql-timestamps/mysql", 0600, sink.metadataTime() + "\n");
    }
}
