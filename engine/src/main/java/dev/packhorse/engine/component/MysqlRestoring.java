package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.host.DatabaseMapFile;
import dev.packhorse.engine.host.HostFormatException;
import dev.packhorse.engine.mysql.AccountRename;
import dev.packhorse.engine.mysql.CreateFile;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.mysql.DatabaseUser;
import dev.packhorse.engine.mysql.GrantFile;
import dev.packhorse.engine.mysql.LoadReport;
import dev.packhorse.engine.mysql.LoadRequest;
import dev.packhorse.engine.mysql.MysqlDumpRefused;
import dev.packhorse.engine.mysql.MysqlException;
import dev.packhorse.engine.mysql.MysqlLoad;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.mysql.RestoredUsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Restores the databases of one account: users first, since objects belong to them, then database
/// by database, each whole or not at all.
final class MysqlRestoring {
    /// Databases of a server's own programs that older archives carry.
    private static final Set<String> NOT_THE_ACCOUNTS = Set.of("roundcube", "horde");

    private final RestoreContext context;
    private final ArchiveSource source;
    private final List<String> altered = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private final AccountRename rename;
    private long tables;

    MysqlRestoring(RestoreContext context, ArchiveSource source) {
        this.context = context;
        this.source = source;
        this.rename = new AccountRename(context.facts().account(), context.account());
    }

    RestoreReport run() throws ComponentException, IOException {
        SortedMap<String, Optional<Path>> dumps = dumps();
        String grants = source.text("mysql.sql").orElse("");
        String hashes = source.text("mysql.sql-auth.json").orElse("");
        boolean noUsers = grants.lines().allMatch(line -> line.isBlank() || line.startsWith("--"));
        skipped.addAll(lacking(dumps.keySet(), grants));
        if (dumps.isEmpty() && noUsers && skipped.isEmpty()) {
            return RestoreReport.nothing();
        }
        if (context.services().mysql().isEmpty()) {
            return RestoreReport.absent("no MySQL or MariaDB server on this server");
        }
        MysqlServer server = context.services().mysql().get();
        DatabaseOwnership ownership =
                MappedDatabases.mysql(context.account(), context.services()).ownership();
        try {
            server.recover();
            RestoredUsers users = RestoredUsers.decide(server, ownership, rename, grants, hashes);
            skipped.addAll(users.refused());
            SortedMap<String, Load> loads = loads(dumps, ownership);
            altered.addAll(server.restoreUsers(context.account().value(), users.toMake()));
            restoreDatabases(server, loads, users.owners());
            altered.addAll(server.restoreNarrowGrants(context.account().value(), users.toMake()));
            return report(loads.size(), users.toMake());
        } catch (MysqlException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
    }

    /// What [#run] would do. How a database loads is known when it is loaded.
    Rehearsal rehearse() throws ComponentException, IOException {
        SortedMap<String, Optional<Path>> dumps = dumps();
        String grants = source.text("mysql.sql").orElse("");
        boolean noUsers = grants.lines().allMatch(line -> line.isBlank() || line.startsWith("--"));
        skipped.addAll(lacking(dumps.keySet(), grants));
        if (dumps.isEmpty() && noUsers && skipped.isEmpty()) {
            return Rehearsal.of(RestoreReport.nothing());
        }
        if (context.services().mysql().isEmpty()) {
            return Rehearsal.of(RestoreReport.absent("no MySQL or MariaDB server on this server"));
        }
        MysqlServer server = context.services().mysql().get();
        DatabaseOwnership ownership =
                MappedDatabases.mysql(context.account(), context.services()).ownership();
        try {
            String hashes = source.text("mysql.sql-auth.json").orElse("");
            RestoredUsers users = RestoredUsers.decide(server, ownership, rename, grants, hashes);
            skipped.addAll(users.refused());
            Set<String> wanted = loads(dumps, ownership).keySet();
            List<String> here = server.databases(ownership);
            return new Rehearsal(
                    report(wanted.size(), users.toMake()),
                    named(wanted, each -> !here.contains(each)),
                    named(wanted, here::contains),
                    Rehearsal.Items.NONE);
        } catch (MysqlException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Rehearsal.Items named(Set<String> databases, Predicate<String> which) {
        return Rehearsal.Items.of(
                databases.stream().filter(which).map("database "::concat).toList());
    }

    private RestoreReport report(int databases, List<GrantFile.UserGrants> users) {
        boolean clean = altered.isEmpty() && skipped.isEmpty();
        return new RestoreReport(
                clean ? RestoreReport.Outcome.DONE : RestoreReport.Outcome.WARNINGS,
                Map.of(
                        "databases", (long) databases,
                        "tables", tables,
                        "users", (long) users.size()),
                altered,
                List.of(),
                skipped);
    }

    /// What [#run] would replace if it were here and the account's, by the names of here.
    Set<String> replaced() {
        Set<String> names = new TreeSet<>();
        dumps().forEach((name, dump) -> dump.ifPresent(_ -> names.add(rename.apply(name))));
        return names;
    }

    /// A database to load.
    private record Load(String dumpedName, Optional<Path> dump) {}

    /// The archive's databases by their names there; one may have been made without a dump.
    private SortedMap<String, Optional<Path>> dumps() {
        SortedMap<String, Optional<Path>> found = new TreeMap<>();
        for (String file : source.names("mysql")) {
            for (String ending : List.of(".sql", ".sql.gz", ".create")) {
                if (file.endsWith(ending)) {
                    String name = file.substring(0, file.length() - ending.length());
                    if (!NOT_THE_ACCOUNTS.contains(name)) {
                        Optional<Path> dump =
                                source.file("mysql/" + name + ".sql")
                                        .or(() -> source.file("mysql/" + name + ".sql.gz"));
                        found.put(name, dump);
                    }
                }
            }
        }
        return found;
    }

    /// What the archive's own map names and the archive lacks: whoever packed it lost that without
    /// a word. An empty map says nothing, since there are writers that never fill it.
    private List<String> lacking(Set<String> dumps, String grants) throws IOException {
        Optional<String> text = source.text(DatabaseMapFile.MEMBER);
        if (text.isEmpty()) {
            return List.of();
        }
        DatabaseMapFile map;
        try {
            map = DatabaseMapFile.parse(text.get());
        } catch (HostFormatException e) {
            return List.of(e.getMessage() + "; nothing was compared with it");
        }
        List<String> lacking = new ArrayList<>();
        map.databases().stream()
                .filter(name -> !dumps.contains(name) && !NOT_THE_ACCOUNTS.contains(name))
                .map(name ->
                        "database %s is in %s, but not in the archive"
                                .formatted(
                                        name.replaceAll("\\p{Cntrl}", "?"), DatabaseMapFile.MEMBER))
                .forEach(lacking::add);
        Set<String> users = GrantFile.names(grants);
        map.users().stream()
                .filter(name -> !users.contains(name))
                .map(name ->
                        "database user %s is in %s, but not in mysql.sql"
                                .formatted(
                                        name.replaceAll("\\p{Cntrl}", "?"), DatabaseMapFile.MEMBER))
                .forEach(lacking::add);
        return lacking;
    }

    private SortedMap<String, Load> loads(
            SortedMap<String, Optional<Path>> dumps, DatabaseOwnership ownership) {
        SortedMap<String, Load> loads = new TreeMap<>();
        dumps.forEach((name, dump) -> {
            String target = rename.apply(name);
            if (!ownership.owns(target) || !DatabaseOwnership.isPlain(target)) {
                skipped.add("database " + name + " is not a database of " + context.account());
            } else if (dump.isEmpty()) {
                skipped.add("database " + name + " has no dump in the archive");
            } else {
                rename.note(name).ifPresent(altered::add);
                loads.put(target, new Load(name, dump));
            }
        });
        return loads;
    }

    /// Views of one database may need tables of another one of the account, so those that fail are
    /// tried again as long as others succeed.
    private void restoreDatabases(
            MysqlServer server, SortedMap<String, Load> loads, List<DatabaseUser> owners)
            throws ComponentException, IOException {
        Map<String, Load> waiting = new LinkedHashMap<>(loads);
        Map<String, String> failures = new LinkedHashMap<>();
        int before;
        do {
            before = waiting.size();
            for (String database : List.copyOf(waiting.keySet())) {
                context.cancellation().check();
                Optional<String> failure = restore(server, database, loads, owners);
                if (failure.isEmpty()) {
                    waiting.remove(database);
                    failures.remove(database);
                } else {
                    failures.put(database, failure.get());
                }
            }
        } while (!waiting.isEmpty() && waiting.size() < before);
        if (!failures.isEmpty()) {
            List<String> reasons = new ArrayList<>();
            failures.forEach((name, reason) -> reasons.add("database " + name + ": " + reason));
            throw new ComponentException(String.join("; ", reasons));
        }
    }

    private Optional<String> restore(
            MysqlServer server,
            String database,
            SortedMap<String, Load> loads,
            List<DatabaseUser> owners)
            throws IOException {
        Load load = loads.get(database);
        if (load == null || load.dump().isEmpty()) {
            return Optional.of("it has no dump");
        }
        context.log().begin("Restoring database " + database + "...");
        String create = source.text("mysql/" + load.dumpedName() + ".create").orElse("");
        LoadRequest request =
                new LoadRequest(
                        load.dumpedName(),
                        database,
                        load.dump().get(),
                        CreateFile.parse(create),
                        owners,
                        List.copyOf(loads.keySet()),
                        context.staging(),
                        context.cancellation());
        try {
            LoadReport report = new MysqlLoad(server).load(request);
            tables += report.tables();
            context.progress().restored(Files.size(load.dump().get()));
            altered.addAll(report.altered());
            context.log().done("Done");
            return Optional.empty();
        } catch (MysqlException | MysqlDumpRefused e) {
            context.log().done("Failed");
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
