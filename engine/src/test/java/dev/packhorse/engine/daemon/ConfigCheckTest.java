package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.settings.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCheckTest {
    @TempDir private Path folder;

    private Settings settings(List<String> values) throws IOException, ConfigException {
        Path file = folder.resolve("packhorse.yaml");
        Files.writeString(file, "state: " + folder + "/state\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return SettingsLoader.load(Optional.of(file), values);
    }

    @Test
    void whatIsShippedFits() throws Exception {
        Settings shipped = settings(List.of());
        assertThatCode(() -> ConfigCheck.refuseUnfitAndFiles(shipped)).doesNotThrowAnyException();
        Settings underscored =
                settings(List.of("host.name=my_host", "notify.mail.to=ops@example.com"));
        assertThatCode(() -> ConfigCheck.refuseUnfitAndFiles(underscored))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http.tls=files|--set: http.tls is files, which needs both http.certificate and"
                        + " http.key",
                "http.tls=off http.listen=0.0.0.0:8087|--set: http.tls is off, and http.listen is"
                        + " not a loopback",
                "http.key=/x|http.certificate and http.key are for http.tls=files only",
                "host.accounts=unix host.unix.uid_min=70000|--set: host.unix.uid_min is larger than"
                        + " host.unix.uid_max",
            })
    void settingsThatDoNotFitAreRefused(String values, String message) throws Exception {
        Settings settings = settings(Arrays.asList(values.split(" ", -1)));
        assertThatThrownBy(() -> ConfigCheck.refuseUnfit(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void filesAreLookedAtByTheCheckAndKeepNoDaemonDown() throws Exception {
        Path open = Files.writeString(folder.resolve("open"), "secret");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        Settings settings =
                settings(
                        List.of(
                                "notify.slack.url_file=" + open,
                                "mysql.password_file=" + folder.resolve("none")));
        assertThatCode(() -> ConfigCheck.refuseUnfit(settings)).doesNotThrowAnyException();
        assertThatThrownBy(() -> ConfigCheck.refuseUnfitAndFiles(settings))
                .hasMessageContaining("notify.slack.url_file is " + open)
                .hasMessageContaining("chmod 600 " + open)
                .hasMessageContaining("mysql.password_file is " + folder.resolve("none"));
    }

    @Test
    void aCertificateThatIsNoneIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "no key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Settings settings =
                settings(List.of("http.tls=files", "http.certificate=" + file, "http.key=" + file));
        assertThatThrownBy(() -> ConfigCheck.refuseUnfitAndFiles(settings))
                .hasMessageContaining("http.certificate cannot be used")
                .hasMessageContaining(file.toString());
    }
}
