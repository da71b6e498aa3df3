package dev.packhorse.engine.daemon;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.live.HostTools;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UnixAccountDirectory;
import dev.packhorse.engine.host.UnixAccountSettings;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.mysql.MysqlSettings;
import dev.packhorse.engine.postgres.PostgresServer;
import dev.packhorse.engine.postgres.PostgresSettings;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this server has, found at start.
///
/// @param services what modules work with
/// @param mysql which MySQL or MariaDB server there is, or why there is none, for the status
/// @param postgres the same of PostgreSQL
/// @param tools by which programs restores drive this server, for the status
record Host(HostServices services, String mysql, String postgres, String tools) {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);

    static Host find(Settings settings) throws IOException {
        HostRoot root = new HostRoot(settings.get(SettingKeys.HOST_ROOT));
        String name = hostname(settings);
        MysqlServer.Probe probe = mysql(settings);
        String mysql =
                probe.server()
                        .map(server -> server.version().toString())
                        .orElse("none: " + probe.reason());
        PostgresServer.Probe postgresProbe = postgres(settings);
        String postgres =
                postgresProbe
                        .server()
                        .map(server -> "PostgreSQL " + server.version() / 10_000)
                        .orElse("none: " + postgresProbe.reason());
        String tools = new HostTools(ServicePrograms.ofSystem()).describe(root);
        LOG.atInfo()
                .addKeyValue("mysql", mysql)
                .addKeyValue("postgres", postgres)
                .addKeyValue("tools", tools)
                .addKeyValue("root", root.folder())
                .log("host looked at");
        return new Host(
                new HostServices(
                        root,
                        accounts(settings, root, name),
                        name,
                        probe.server(),
                        postgresProbe.server()),
                mysql,
                postgres,
                tools);
    }

    /// The configured name, else the kernel's; a name server is never asked.
    private static String hostname(Settings settings) throws IOException {
        String configured = settings.get(SettingKeys.HOST_NAME);
        String name =
                configured.isEmpty()
                        ? Files.readString(Path.of("/proc/sys/kernel/hostname")).strip()
                        : configured;
        return name.toLowerCase(Locale.ROOT);
    }

    private static AccountDirectory accounts(Settings settings, HostRoot root, String hostname) {
        if (settings.get(SettingKeys.HOST_ACCOUNTS).equals("cpanel")) {
            return new CpanelAccountDirectory(root);
        }
        UnixAccountSettings usual = UnixAccountSettings.DEFAULT;
        String domains = settings.get(SettingKeys.HOST_UNIX_DOMAINS);
        UnixAccountSettings unix =
                new UnixAccountSettings(
                        settings.get(SettingKeys.HOST_UNIX_UID_MIN),
                        settings.get(SettingKeys.HOST_UNIX_UID_MAX),
                        usual.homeRoots(),
                        Set.copyOf(usual.systemShells()),
                        domains.isEmpty() ? Optional.empty() : Optional.of(Path.of(domains)),
                        usual.address());
        return new UnixAccountDirectory(root, unix, hostname);
    }

    private static MysqlServer.Probe mysql(Settings settings) throws IOException {
        if (settings.get(SettingKeys.MYSQL).equals("off")) {
            return new MysqlServer.Probe(Optional.empty(), "switched off by mysql.enabled");
        }
        String passwordFile = settings.get(SettingKeys.MYSQL_PASSWORD_FILE);
        Secret password = passwordFile.isEmpty() ? new Secret("") : secret(Path.of(passwordFile));
        return MysqlServer.probe(
                MysqlSettings.socket(
                        Path.of(settings.get(SettingKeys.MYSQL_SOCKET)),
                        settings.get(SettingKeys.MYSQL_USER),
                        password));
    }

    private static PostgresServer.Probe postgres(Settings settings) throws IOException {
        if (settings.get(SettingKeys.POSTGRES).equals("off")) {
            return new PostgresServer.Probe(Optional.empty(), "switched off by postgres.enabled");
        }
        String host = settings.get(SettingKeys.POSTGRES_HOST);
        int port = settings.get(SettingKeys.POSTGRES_PORT);
        if (host.startsWith("/") && !Files.exists(Path.of(host, ".s.PGSQL." + port))) {
            return new PostgresServer.Probe(
                    Optional.empty(), "no socket for port " + port + " in " + host);
        }
        String passwordFile = settings.get(SettingKeys.POSTGRES_PASSWORD_FILE);
        Secret password = passwordFile.isEmpty() ? new Secret("") : secret(Path.of(passwordFile));
        return PostgresServer.probe(
                PostgresSettings.of(host, port, settings.get(SettingKeys.POSTGRES_USER), password));
    }

    /// The one line of a file that only its owner may read.
    static Secret secret(Path file) throws IOException {
        var rights = Files.getPosixFilePermissions(file);
        rights.removeAll(java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        if (!rights.isEmpty()) {
            throw new IOException(file + " can be read by others: chmod 600 " + file);
        }
        return new Secret(Files.readString(file).strip());
    }
}
