package dev.packhorse.engine.daemon;

import dev.packhorse.engine.component.DatabaseSearch;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.live.HostTools;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UnixAccountDirectory;
import dev.packhorse.engine.host.UnixAccountSettings;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.postgres.PostgresServer;
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

/// What this server has.
///
/// @param services what modules work with
/// @param tools by which programs restores drive this server, for the status
record Host(HostServices services, String tools) {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);

    static Host find(Settings settings) throws IOException {
        HostRoot root = new HostRoot(settings.get(SettingKeys.HOST_ROOT));
        String name = name(settings);
        DatabaseServers databases = new DatabaseServers(settings);
        String tools = new HostTools(ServicePrograms.ofSystem()).describe(root);
        Host host =
                new Host(
                        new HostServices(
                                root,
                                accounts(settings, root, name),
                                name,
                                databases.mysql(),
                                databases.postgres()),
                        tools);
        LOG.atInfo()
                .addKeyValue("mysql", host.mysql())
                .addKeyValue("postgres", host.postgres())
                .addKeyValue("tools", tools)
                .addKeyValue("root", root.folder())
                .log("host looked at");
        return host;
    }

    /// Which MySQL or MariaDB server there is now, or why there is none, for the status.
    String mysql() {
        DatabaseSearch.Found<MysqlServer> found = services.mysqlSearch().now();
        return found.server()
                .map(server -> server.version().toString())
                .orElse("none: " + found.reason());
    }

    /// The same of PostgreSQL.
    String postgres() {
        DatabaseSearch.Found<PostgresServer> found = services.postgresSearch().now();
        return found.server()
                .map(server -> "PostgreSQL " + server.version() / 10_000)
                .orElse("none: " + found.reason());
    }

    /// The configured name, else the kernel's; a name server is never asked.
    static String name(Settings settings) throws IOException {
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
