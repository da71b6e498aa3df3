package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.host.DatabaseMapFile;
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
    private final List<String> leftOut = new ArrayList<>();
    private final List<String> packed = new ArrayList<>();
    private long tables;

    MysqlPacking(PackContext context, ArchiveSink sink) {
        this.context = context;
        this.sink = sink;
    }

    PackReport run() throws ComponentException, IOException {
        sink.addFolder("mysql", 0700);
        sink.addFolder("mysql-timestamps", 0700);
        DatabaseSearch.Found<MysqlServer> search = context.services().mysqlSearch().now();
        if (search.server().isEmpty()) {
            addUsers(List.of());
            Optional<String> missing =
                    MissingServer.mysql(search, context.account().name(), context.services());
            return MissingServer.report(context, missing, ReplacedDatabases::hasAnyMysql);
        }
        MysqlServer server = search.server().get();
        MappedDatabases mapped =
                MappedDatabases.mysql(context.account().name(), context.services());
        DatabaseOwnership ownership = mapped.ownership();
        warnings.addAll(mapped.foreign());
        leftOut.addAll(mapped.leftOut());
        List<String> found;
        List<GrantFile.UserGrants> users;
        try {
            // A database must not be packed while a killed restore has left it in between.
            server.recover();
            found = server.databases(ownership);
            users = server.users(ownership, warnings);
        } catch (MysqlException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
        packDatabases(server, found, users);
        addUsers(users);
        return new PackReport(
                        Map.of(
                                "databases", (long) packed.size(),
                                "tables", tables,
                                "users", (long) users.size()),
                        warnings)
                .leavingOut(leftOut);
    }

    /// One that cannot be dumped is left out and told; the rest of the account is worth having. A
    /// server that is gone fails the module: the next run may find it. So does a version that was
    /// asked for and cannot be met, and a database that a restore is about to replace.
    private void packDatabases(
            MysqlServer server, List<String> found, List<GrantFile.UserGrants> users)
            throws ComponentException, IOException {
        List<String> unmet = new ArrayList<>();
        MysqlDump dump =
                context.options().databases() == DatabaseDepth.SCHEMA
                        ? MysqlDump.ofStructure(server)
                        : new MysqlDump(server);
        for (String database : found) {
            context.cancellation().check();
            if (!DatabaseOwnership.isPlain(database)) {
                warnings.add(DatabaseOwnership.unfit(database));
                continue;
            }
            context.log().begin("Storing database " + database + "...");
            try {
                Optional<String> objection = objection(server, database);
                if (objection.isPresent()) {
                    context.log().done("Failed");
                    unmet.add(objection.get());
                    continue;
                }
                if (context.options().databases() == DatabaseDepth.NAME) {
                    packName(server, database);
                } else {
                    pack(server, dump, database);
                }
                packed.add(database);
                context.log().done("Done");
            } catch (MysqlException e) {
                context.log().done("Failed");
                if (isReplaced(database) || !server.isThere()) {
                    throw new ComponentException(String.valueOf(e.getMessage()), e);
                }
                leftOut.add(String.valueOf(e.getMessage()));
                continue;
            }
            tellForeignOwners(server, database, users);
        }
        if (!unmet.isEmpty()) {
            throw new ComponentException(String.join("; ", unmet));
        }
    }

    private boolean isReplaced(String database) {
        return context.options().replaced().filter(each -> each.hasMysql(database)).isPresent();
    }

    /// A restore gives such objects to the account's own user; worth a line, but no failing.
    private void tellForeignOwners(
            MysqlServer server, String database, List<GrantFile.UserGrants> users)
            throws ComponentException {
        List<String> own = users.stream().map(each -> each.user().toString()).toList();
        List<String> owners;
        try {
            owners = server.objectOwners(database);
        } catch (MysqlException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
        for (String owner : owners) {
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

    private Optional<String> objection(MysqlServer server, String database) throws MysqlException {
        Optional<String> version = context.options().mysqlVersion();
        if (version.isEmpty()) {
            return Optional.empty();
        }
        List<String> objections = server.objections(database, DumpTarget.parse(version.get()));
        return objections.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "database %s cannot be packed for version %s: %s; change that or ask for a later version"
                                .formatted(database, version.get(), String.join("; ", objections)));
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
            if (isReplaced(database) && !report.refused().isEmpty()) {
                // a copy from which it does not come back is none
                throw new MysqlException(String.join("; ", report.refused()));
            }
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
        sink.addText(
                DatabaseMapFile.MEMBER,
                0600,
                DatabaseMapFile.render(
                        context.account().name(), packed, GrantFile.used(users, packed)));
        sink.addText("mysql-timestamps/mysql", 0600, sink.metadataTime() + "\n");
    }
}
