package dev.packhorse.engine.component;

import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.DatabaseMap;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/// Whose the databases of a server are: by their names, and where these say nothing by the panel's
/// maps. A name that two maps have is nobody's, and so is one that the name of another account
/// claims; both are told. One thread.
final class MappedDatabases {
    private final AccountName account;
    private final List<AccountName> accounts;
    private final HostFiles files;
    private final Function<DatabaseMap, DatabaseMap.Names> server;
    private final List<String> leftOut = new ArrayList<>();
    private final List<String> foreign = new ArrayList<>();

    private MappedDatabases(
            AccountName account,
            HostServices services,
            Function<DatabaseMap, DatabaseMap.Names> server)
            throws IOException {
        this.account = account;
        this.accounts = services.accounts().names();
        this.files = new HostFiles(services.root());
        this.server = server;
    }

    /// What is an account's at MySQL or MariaDB.
    static MappedDatabases mysql(AccountName account, HostServices services) throws IOException {
        return new MappedDatabases(account, services, DatabaseMap::mysql);
    }

    /// What is an account's at PostgreSQL.
    static MappedDatabases postgres(AccountName account, HostServices services) throws IOException {
        return new MappedDatabases(account, services, DatabaseMap::postgres);
    }

    /// What may be the account's and is not known to be, a sentence each: names of its map that
    /// another claims, too, and maps that cannot be read. An earlier archive may have it. Known
    /// after [#ownership].
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /// What is in the account's map and was never its own, a sentence each; known after
    /// [#ownership].
    List<String> foreign() {
        return List.copyOf(foreign);
    }

    /// Whether the account's map names a database; one that cannot be read may name any.
    boolean isAnyMapped() {
        return names(account).map(names -> !names.databases().isEmpty()).orElse(true);
    }

    /// The account's.
    DatabaseOwnership ownership() {
        DatabaseOwnership named = DatabaseOwnership.of(account, accounts);
        DatabaseMap.Names map = names(account).orElse(DatabaseMap.Names.NONE);
        Set<String> databases = new TreeSet<>(map.databases());
        databases.removeIf(named::owns);
        Set<String> users = new TreeSet<>(map.users());
        users.removeIf(named::owns);
        databases.removeIf(name -> isClaimed("database", name));
        users.removeIf(name -> isClaimed("database user", name));
        if (!databases.isEmpty() || !users.isEmpty()) {
            leaveShared(databases, users);
        }
        return named.with(new DatabaseMap.Names(databases, users));
    }

    /// Empty if the map cannot be read, which is told: a damaged one costs what it alone gives.
    private Optional<DatabaseMap.Names> names(AccountName owner) {
        String path = HostLayout.databases(owner);
        try {
            Optional<String> text = files.readText(path);
            DatabaseMap map = text.isPresent() ? DatabaseMap.parse(text.get()) : DatabaseMap.EMPTY;
            return Optional.of(server.apply(map));
        } catch (IOException e) {
            leftOut.add(
                    "the map of databases %s cannot be read (%s), so only databases named like the account are known to be its own"
                            .formatted(path, e.getMessage()));
            return Optional.empty();
        }
    }

    private boolean isClaimed(String kind, String name) {
        if (DatabaseOwnership.isServersOwn(name)) {
            foreign.add(sentence(kind, name, "the server's own"));
            return true;
        }
        for (AccountName other : accounts) {
            boolean claims = name.equals(other.value()) || name.startsWith(other.value() + "_");
            if (!other.equals(account) && claims) {
                leftOut.add(sentence(kind, name, other + "'s by its name"));
                return true;
            }
        }
        return false;
    }

    /// Takes those out that another account's map has, too; what cannot be read may have all.
    private void leaveShared(Set<String> databases, Set<String> users) {
        for (AccountName other : accounts) {
            if (other.equals(account)) {
                continue;
            }
            Optional<DatabaseMap.Names> map = names(other);
            if (map.isEmpty()) {
                databases.clear();
                users.clear();
                return;
            }
            Predicate<String> shared = map.get().databases()::contains;
            databases.removeIf(name -> isShared("database", name, other, shared));
            Predicate<String> sharedUser = map.get().users()::contains;
            users.removeIf(name -> isShared("database user", name, other, sharedUser));
        }
    }

    private boolean isShared(
            String kind, String name, AccountName other, Predicate<String> others) {
        if (!others.test(name)) {
            return false;
        }
        leftOut.add(sentence(kind, name, "in the map of " + other + ", too"));
        return true;
    }

    private String sentence(String kind, String name, String why) {
        return "%s %s is in the map of %s and %s, so it is left out"
                .formatted(kind, name.replaceAll("\\p{Cntrl}", "?"), account, why);
    }
}
