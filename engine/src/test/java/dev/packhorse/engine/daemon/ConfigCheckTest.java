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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCheckTest {
    @TempDir private Path folder;

    private Settings settings(List<String> values) throws IOException, ConfigException {
        return settings("", values);
    }

    private Settings settings(String lines, List<String> values)
            throws IOException, ConfigException {
        Path file = folder.resolve("packhorse.yaml");
        Files.writeString(file, "state: " + folder + "/state\n" + lines);
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

    /// Each of them started before this was checked.
    @ParameterizedTest
    @CsvSource(
            delimiter = ',',
            value = {
                "host.name=Büro 1,",
                "notify.mail.from=root,",
                "notify.mail.smtp=mail.example.com,",
                "notify.mail.smtp_user=ops,",
                "host.name=a b,notify.mail.to=ops@example.com",
            })
    void whatStartedGoesOnStarting(String first, @Nullable String second) throws Exception {
        List<String> values =
                second == null
                        ? List.of(first)
                        : List.of(first, second, "notify.mail.from=root@a.example");
        Settings settings = settings(values);
        assertThatCode(() -> ConfigCheck.refuseUnfitAndFiles(settings)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from: root@a b|packhorse.yaml:5: notify.mail.from is “root@a b”, which is not an"
                        + " address",
                "smtp: mail.example.com|packhorse.yaml:5: notify.mail.smtp is “mail.example.com”,"
                        + " which is not HOST:PORT",
                "smtp: a.example:0|notify.mail.smtp is “a.example:0”, which is not HOST:PORT",
                "level: low|notify.mail.from is not set, and “root@a b” is not an address",
            })
    void settingsOfMailThatIsSentAreRefused(String line, String message) throws Exception {
        Settings settings =
                settings(
                        "notify:\n  mail:\n    to: ops@example.com\n    " + line + "\n",
                        List.of("host.name=a b"));
        assertThatThrownBy(() -> ConfigCheck.refuseUnfit(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
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
    void secretsOfWhatIsOffAreNotLookedAt() throws Exception {
        Path none = folder.resolve("none");
        Settings settings =
                settings(
                        List.of(
                                "database.password_file=" + none,
                                "mysql.enabled=off",
                                "mysql.password_file=" + none,
                                "postgres.enabled=off",
                                "postgres.password_file=" + none,
                                "notify.mail.smtp=mail.example.com:25",
                                "notify.mail.smtp_user=ops",
                                "notify.mail.smtp_password_file=" + none));
        assertThatCode(() -> ConfigCheck.refuseUnfitAndFiles(settings)).doesNotThrowAnyException();
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
