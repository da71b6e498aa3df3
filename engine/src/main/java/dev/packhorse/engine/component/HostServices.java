package dev.packhorse.engine.component;

import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.HostRehearsal;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.HostWatch;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.postgres.PostgresServer;
import java.util.Optional;

/// What this server has.
///
/// @param root where the host's files lie
/// @param accounts the source of accounts
/// @param hostname the server's name
/// @param mysqlSearch the search for the MySQL or MariaDB server
/// @param postgresSearch the search for the PostgreSQL server
public record HostServices(
        HostRoot root,
        AccountDirectory accounts,
        String hostname,
        DatabaseSearch<MysqlServer> mysqlSearch,
        DatabaseSearch<PostgresServer> postgresSearch) {
    /// A server whose database servers are known for good.
    public HostServices(
            HostRoot root,
            AccountDirectory accounts,
            String hostname,
            Optional<MysqlServer> mysql,
            Optional<PostgresServer> postgres) {
        this(
                root,
                accounts,
                hostname,
                DatabaseSearch.ended(DatabaseSearch.Found.only(mysql)),
                DatabaseSearch.ended(DatabaseSearch.Found.only(postgres)));
    }

    /// A server without PostgreSQL.
    public HostServices(
            HostRoot root,
            AccountDirectory accounts,
            String hostname,
            Optional<MysqlServer> mysql) {
        this(root, accounts, hostname, mysql, Optional.empty());
    }

    /// The MySQL or MariaDB server, empty if there is none now.
    public Optional<MysqlServer> mysql() {
        return mysqlSearch.now().server();
    }

    /// The PostgreSQL server, empty if there is none now.
    public Optional<PostgresServer> postgres() {
        return postgresSearch.now().server();
    }

    /// The same server with its changes watched.
    public HostServices watchedBy(HostWatch watch) {
        return new HostServices(
                root.watchedBy(watch), accounts, hostname, mysqlSearch, postgresSearch);
    }

    /// The same with the database servers that there are now.
    public HostServices settled() {
        return new HostServices(
                root, accounts, hostname, mysqlSearch.settled(), postgresSearch.settled());
    }

    /// The server of a rehearsal: without anything that is changed past the rehearsed root.
    public HostServices rehearsedIn(HostRehearsal rehearsal) {
        return new HostServices(
                rehearsal.root(), accounts.at(rehearsal.root()), hostname, Optional.empty());
    }
}
