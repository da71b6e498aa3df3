package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionFileTest {
    @TempDir Path folder;

    private Path file(String text, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("my.cnf"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void writtenFileIsReadAgain() throws IOException {
        String password = "a\\b\"c' #d;e";
        MysqlSettings settings =
                MysqlSettings.socket(Path.of("/run/my sql.sock"), "ro ot", new Secret(password));
        Path file = OptionFile.writeClient(folder.resolve("x.cnf"), settings);
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(MysqlSettings.fromDefaultsFile(file, Path.of("/unused"))).isEqualTo(settings);
    }

    @Test
    void readsTheClientSectionOnly() throws IOException {
        Path file =
                file(
                        """
                        # comment
                        [mysqld]
                        password=other
                        [client]
                        user = admin
                        password = 'x y'
                        host=10.0.0.5
                        port=3307
                        """,
                        "rw-------");
        assertThat(MysqlSettings.fromDefaultsFile(file, Path.of("/unused")))
                .isEqualTo(
                        MysqlSettings.tcp(
                                new HostPort("10.0.0.5", 3307), "admin", new Secret("x y")));
    }

    @Test
    void fileThatOthersCanReadIsRefused() throws IOException {
        Path file = file("[client]\n", "rw-r--r--");
        assertThatThrownBy(() -> MysqlSettings.fromDefaultsFile(file, Path.of("/unused")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void damagedSectionIsNamedWithItsLine() throws IOException {
        Path file = file("\n[client\n", "rw-------");
        assertThatThrownBy(() -> MysqlSettings.fromDefaultsFile(file, Path.of("/unused")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(":2:");
    }

    @Test
    void settingsNeverShowThePassword() {
        assertThat(MysqlSettings.socket(Path.of("/s"), "root", new Secret("hidden")).toString())
                .doesNotContain("hidden");
    }

    @Test
    void absentServerIsToldAndNoError() {
        MysqlServer.Probe probe =
                MysqlServer.probe(
                        MysqlSettings.socket(
                                folder.resolve("none.sock"), "root", new Secret("hidden")));
        assertThat(probe.server()).isEmpty();
        assertThat(probe.reason()).contains("none.sock").doesNotContain("hidden");
    }
}
