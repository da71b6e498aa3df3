package dev.packhorse.engine.component;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.DatabaseOwnership;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.mysql.UserLocks;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.RoleLocks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The database users of a suspended account: locked, and those that the suspension locked are
/// unlocked again. Who that is is written down before anything is locked, so every call may be made
/// again after a kill. Sessions that are open go on.
public final class SuspendedDatabases {
    private final HostServices services;
    private final HostFiles files;

    public SuspendedDatabases(HostServices services) {
        this.services = services;
        this.files = new HostFiles(services.root());
    }

    /// Locks the account's users at each database server.
    ///
    /// @return a sentence for each server at which they stay open, with the reason
    /// @throws IOException if it cannot be written down who is locked, or the account's names
    ///   cannot be read
    public List<String> lock(Account account) throws IOException {
        List<String> left = new ArrayList<>();
        DatabaseOwnership ownership = ownership(account);
        DatabaseSearch.Found<MysqlServer> mysql = services.mysqlSearch().now();
        if (mysql.server().isPresent()) {
            UserLocks locks = new UserLocks(mysql.server().get());
            if (locks.areKnown()) {
                attempt(
                        "MySQL",
                        left,
                        () -> {
                            List<UserLocks.Login> open = locks.open(ownership);
                            remember(account.name(), open, List.of());
                            locks.set(open, true);
                        });
            } else {
                left.add("database users of MySQL: not locked, this server is too old for that");
            }
        } else {
            tellMissing("MySQL", MissingServer.mysql(mysql, account.name(), services), left);
        }
        DatabaseSearch.Found<PostgresServer> postgres = services.postgresSearch().now();
        if (postgres.server().isPresent()) {
            RoleLocks locks = new RoleLocks(postgres.server().get());
            attempt(
                    "PostgreSQL",
                    left,
                    () -> {
                        List<String> open = locks.open(ownership);
                        remember(account.name(), List.of(), open);
                        locks.set(ownership, open, true);
                    });
        } else {
            tellMissing(
                    "PostgreSQL", MissingServer.postgres(postgres, account.name(), services), left);
        }
        return left;
    }

    private static void tellMissing(String server, Optional<String> missing, List<String> left) {
        missing.ifPresent(why -> left.add("database users of " + server + ": not locked, " + why));
    }

    /// A server that is away does not keep the account from being suspended otherwise.
    private static void attempt(String server, List<String> left, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            left.add("database users of " + server + ": not locked, " + e.getMessage());
        }
    }

    private void remember(AccountName account, List<UserLocks.Login> mysql, List<String> postgres)
            throws IOException {
        if (!mysql.isEmpty() || !postgres.isEmpty()) {
            LockedDatabaseUsers.read(files, account).with(mysql, postgres).write(files, account);
        }
    }

    /// Unlocks the users that were locked, and forgets them.
    ///
    /// @throws IOException if one cannot be unlocked; they are remembered
    public void unlock(Account account) throws IOException {
        LockedDatabaseUsers locked = LockedDatabaseUsers.read(files, account.name());
        if (!locked.mysql().isEmpty()) {
            new UserLocks(services.mysql().orElseThrow(() -> new IOException(absent("MySQL"))))
                    .set(locked.mysql(), false);
        }
        if (!locked.postgres().isEmpty()) {
            PostgresServer server =
                    services.postgres().orElseThrow(() -> new IOException(absent("PostgreSQL")));
            new RoleLocks(server).set(ownership(account), List.copyOf(locked.postgres()), false);
        }
        files.remove(HostLayout.suspendedDatabaseUsers(account.name()));
    }

    private static String absent(String server) {
        return server + ", whose users were locked, is not there; start it";
    }

    /// The roles of an account that its suspension locked: they may log in, but for that.
    static Set<String> lockedRoles(HostFiles files, AccountName account) throws IOException {
        return LockedDatabaseUsers.read(files, account).postgres();
    }

    private DatabaseOwnership ownership(Account account) throws IOException {
        return DatabaseOwnership.of(account.name(), services.accounts().names());
    }

    /// What may fail at a database server.
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
