package dev.packhorse.engine.daemon;

import dev.packhorse.engine.component.DatabaseSearch;
import dev.packhorse.engine.component.DatabaseSearch.Found;
import dev.packhorse.engine.component.DatabaseSearch.Sign;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.mysql.MysqlSettings;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.PostgresSettings;
import dev.packhorse.engine.settings.SettingKey;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Looks for the database servers that the settings name. Which kinds were ever found is noted in
/// the state folder: one that is away, be it since before we started, is not one that is not there.
/// Safe for many threads.
final class DatabaseServers {
    private final Settings settings;
    private final SeenServer mysqlSeen;
    private final SeenServer postgresSeen;

    DatabaseServers(Settings settings) {
        this.settings = settings;
        Path state = settings.get(SettingKeys.STATE);
        this.mysqlSeen = new SeenServer(state.resolve("mysql.found"));
        this.postgresSeen = new SeenServer(state.resolve("postgres.found"));
    }

    /// The search for MySQL or MariaDB.
    ///
    /// @throws IOException if the password's file cannot be used
    DatabaseSearch<MysqlServer> mysql() throws IOException {
        if (settings.get(SettingKeys.MYSQL).equals("off")) {
            return DatabaseSearch.ended(Found.switchedOff("switched off by mysql.enabled"));
        }
        password(SettingKeys.MYSQL_PASSWORD_FILE);
        return DatabaseSearch.with(this::lookForMysql);
    }

    /// The search for PostgreSQL.
    ///
    /// @throws IOException if the password's file cannot be used
    DatabaseSearch<PostgresServer> postgres() throws IOException {
        if (settings.get(SettingKeys.POSTGRES).equals("off")) {
            return DatabaseSearch.ended(Found.switchedOff("switched off by postgres.enabled"));
        }
        password(SettingKeys.POSTGRES_PASSWORD_FILE);
        return DatabaseSearch.with(this::lookForPostgres);
    }

    private Found<MysqlServer> lookForMysql() {
        String named = settings.get(SettingKeys.MYSQL_SOCKET);
        Path socket = Path.of(named);
        try {
            MysqlServer.Probe probe =
                    MysqlServer.probe(
                            MysqlSettings.socket(
                                    socket,
                                    settings.get(SettingKeys.MYSQL_USER),
                                    password(SettingKeys.MYSQL_PASSWORD_FILE)));
            boolean sign = !named.isEmpty() && Files.exists(socket);
            return mysqlSeen.found(probe.server(), probe.reason(), sign);
        } catch (IOException e) {
            return unusable(e);
        }
    }

    private Found<PostgresServer> lookForPostgres() {
        String host = settings.get(SettingKeys.POSTGRES_HOST);
        int port = settings.get(SettingKeys.POSTGRES_PORT);
        boolean local = host.startsWith("/");
        if (local && !Files.exists(Path.of(host, ".s.PGSQL." + port))) {
            return postgresSeen.none("no socket for port " + port + " in " + host);
        }
        try {
            PostgresServer.Probe probe =
                    PostgresServer.probe(
                            PostgresSettings.of(
                                    host,
                                    port,
                                    settings.get(SettingKeys.POSTGRES_USER),
                                    password(SettingKeys.POSTGRES_PASSWORD_FILE)));
            return postgresSeen.found(probe.server(), probe.reason(), true);
        } catch (IOException e) {
            return unusable(e);
        }
    }

    /// Who names a password means a server.
    private static <S> Found<S> unusable(IOException e) {
        return new Found<>(Optional.empty(), String.valueOf(e.getMessage()), Sign.SEEN);
    }

    /// None for a server that trusts the socket's peer.
    private Secret password(SettingKey<String> key) throws IOException {
        String file = settings.get(key);
        return file.isEmpty() ? new Secret("") : Host.secret(Path.of(file));
    }
}
