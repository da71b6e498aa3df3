package dev.packhorse.engine.component;

import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.HostRehearsal;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.HostWatch;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.postgres.PostgresServer;
import java.util.Optional;

/// What this server has, found at start.
///
/// @param root where the host's files lie
/// @param accounts the source of accounts
/// @param hostname the server's name
/// @param mysql the MySQL or MariaDB server, empty if there is none
/// @param postgres the PostgreSQL server, empty if there is none
public record HostServices(
        HostRoot root,
        AccountDirectory accounts,
        String hostname,
        Optional<MysqlServer> mysql,
        Optional<PostgresServer> postgres) {
    /// A server without PostgreSQL.
    public HostServices(
            HostRoot root,
            AccountDirectory accounts,
            String hostname,
            Optional<MysqlServer> mysql) {
        this(root, accounts, hostname, mysql, Optional.empty());
    }

    /// The same server with its changes watched.
    public HostServices watchedBy(HostWatch watch) {
        return new HostServices(root.watchedBy(watch), accounts, hostname, mysql, postgres);
    }

    /// The server of a rehearsal: without anything that is changed past the rehearsed root.
    public HostServices rehearsedIn(HostRehearsal rehearsal) {
        return new HostServices(
                rehearsal.root(), accounts.at(rehearsal.root()), hostname, Optional.empty());
    }
}
