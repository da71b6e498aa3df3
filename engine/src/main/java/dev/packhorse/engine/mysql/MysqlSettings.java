package dev.packhorse.engine.mysql;

import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// How the database server is reached as its administrator.
///
/// @param endpoint where it listens
/// @param user an account with all privileges and the right to grant them
/// @param password its password; empty where the server trusts the socket's peer
/// @param idleLimit how long a dump or load may stand still
/// @param totalLimit how long the dump or load of one database may take
public record MysqlSettings(
        MysqlEndpoint endpoint,
        String user,
        Secret password,
        Duration idleLimit,
        Duration totalLimit) {
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration TOTAL = Duration.ofHours(12);

    /// The socket of the server on this machine, with the default limits of half an hour and twelve
    /// hours.
    public static MysqlSettings socket(Path socket, String user, Secret password) {
        return new MysqlSettings(new MysqlEndpoint.Socket(socket), user, password, IDLE, TOTAL);
    }

    /// A server's port, with the default limits.
    public static MysqlSettings tcp(HostPort address, String user, Secret password) {
        return new MysqlSettings(new MysqlEndpoint.Tcp(address), user, password, IDLE, TOTAL);
    }

    /// The `[client]` section of an option file such as `/root/.my.cnf`: `user`, `password`,
    /// `socket`, `host` and `port`; a socket wins, and `socketByDefault` counts where neither a
    /// socket nor a host is named.
    ///
    /// @throws IOException if the file cannot be read, can be read by others, or is damaged; the
    ///   message names file and line
    public static MysqlSettings fromDefaultsFile(Path file, Path socketByDefault)
            throws IOException {
        Map<String, String> client = OptionFile.read(file, "client");
        String user = client.getOrDefault("user", "root");
        Secret password = new Secret(client.getOrDefault("password", ""));
        String host = client.getOrDefault("host", "localhost");
        if (client.containsKey("socket") || host.equals("localhost")) {
            String socket = client.getOrDefault("socket", socketByDefault.toString());
            return socket(Path.of(socket), user, password);
        }
        String port = client.getOrDefault("port", "3306");
        if (!port.matches("\\d{1,5}")) {
            throw new IOException(file + ": port is not a number: " + port);
        }
        return tcp(new HostPort(host, Integer.parseInt(port)), user, password);
    }

    /// The same server with other limits.
    public MysqlSettings withLimits(Duration idle, Duration total) {
        return new MysqlSettings(endpoint, user, password, idle, total);
    }

    /// The same server as another user.
    MysqlSettings as(String otherUser, Secret otherPassword) {
        return new MysqlSettings(endpoint, otherUser, otherPassword, idleLimit, totalLimit);
    }
}
