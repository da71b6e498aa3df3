package dev.packhorse.engine.postgres;

import dev.packhorse.transport.spi.Secret;
import java.time.Duration;

/// How the database server is reached as its administrator.
///
/// @param host a folder with the server's socket, as `/run/postgresql`, or an address
/// @param port its port, which is also part of the socket's name
/// @param user a role with every right
/// @param password its password; empty to become the system's user of that name, whom the socket
///   trusts
/// @param idleLimit how long a dump or load may stand still
/// @param totalLimit how long the dump or load of one database may take
public record PostgresSettings(
        String host,
        int port,
        String user,
        Secret password,
        Duration idleLimit,
        Duration totalLimit) {
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration TOTAL = Duration.ofHours(12);

    /// With the default limits of half an hour and twelve hours.
    public static PostgresSettings of(String host, int port, String user, Secret password) {
        return new PostgresSettings(host, port, user, password, IDLE, TOTAL);
    }

    /// Where a role with a password of its own logs in: a socket's rules may know only names of the
    /// system's users.
    String passwordHost() {
        return host.startsWith("/") ? "127.0.0.1" : host;
    }

    boolean isPeer() {
        return password.reveal().isEmpty();
    }
}
