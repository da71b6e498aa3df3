package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.component.DatabaseSearch;
import dev.packhorse.engine.component.DatabaseSearch.Sign;
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.settings.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real server that is reached by a link to its socket: without the link it is away.
class DatabaseServersTest {
    @TempDir private Path folder;
    private final MariadbServer mariadb = MariadbServer.shared();
    private Path socket;
    private Path password;

    @BeforeEach
    void files() throws IOException {
        socket = folder.resolve("s.sock");
        password = folder.resolve("password");
        Files.createFile(
                password,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, MariadbServer.ADMIN_PASSWORD + "\n");
        Files.createDirectory(folder.resolve("state"));
    }

    private DatabaseServers servers(String enabled) throws Exception {
        Settings settings =
                SettingsLoader.load(
                        Optional.empty(),
                        List.of(
                                "state=" + folder.resolve("state"),
                                "mysql.enabled=" + enabled,
                                "mysql.socket=" + socket,
                                "mysql.password_file=" + password,
                                "postgres.host=" + folder));
        return new DatabaseServers(settings);
    }

    private void start() throws IOException {
        Files.createSymbolicLink(socket, mariadb.socket());
    }

    @Test
    void aServerThatStartsAfterUsIsFound() throws Exception {
        DatabaseSearch<MysqlServer> search = servers("auto").mysql();
        assertThat(search.now().server()).isEmpty();
        assertThat(search.now().sign()).isEqualTo(Sign.NONE);

        start();

        assertThat(search.now().server()).isPresent();
    }

    @Test
    void aServerThatWasThereIsMissedByTheNextDaemonToo() throws Exception {
        start();
        assertThat(servers("auto").mysql().now().server()).isPresent();
        Files.delete(socket);

        assertThat(servers("auto").mysql().now().sign()).isEqualTo(Sign.SEEN);
        assertThat(servers("off").mysql().now().sign()).isEqualTo(Sign.SWITCHED_OFF);
        assertThat(servers("auto").postgres().now().sign()).isEqualTo(Sign.NONE);
    }

    @Test
    void oneThatLetsNobodyInIsThere() throws Exception {
        start();
        Files.writeString(password, "wrong\n");
        DatabaseSearch<MysqlServer> search = servers("auto").mysql();
        assertThat(search.now().server()).isEmpty();
        assertThat(search.now().sign()).isEqualTo(Sign.SEEN);

        Files.writeString(password, MariadbServer.ADMIN_PASSWORD + "\n");

        assertThat(search.now().server()).isPresent();
    }
}
