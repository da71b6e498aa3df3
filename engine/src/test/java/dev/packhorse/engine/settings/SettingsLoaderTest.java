package dev.packhorse.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        Path file = folder.resolve("packhorse.yaml");
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private Settings load(String text, String... overrides) throws IOException, ConfigException {
        return SettingsLoader.load(Optional.of(file(text)), List.of(overrides));
    }

    @Test
    void defaultsAreWhatTheShippedFileSays() throws ConfigException {
        Settings settings = SettingsLoader.load(Optional.empty(), List.of());
        assertThat(settings.get(SettingKeys.HOST_ROOT)).isEqualTo(Path.of("/"));
        assertThat(settings.get(SettingKeys.HTTP_LISTEN))
                .isEqualTo(new HostPort("127.0.0.1", 8087));
        assertThat(settings.get(SettingKeys.HTTP_TLS)).isEqualTo("auto");
        assertThat(settings.get(SettingKeys.BACKUP_TIME))
                .isEqualTo(DayTimes.of(LocalTime.of(2, 0)));
        assertThat(settings.get(SettingKeys.QUEUE_LEASE)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void theShippedFileNamesEveryKeyWithItsDefault() throws Exception {
        Path shipped = Path.of("../config/packhorse.yaml");
        TreeSet<String> explained = new TreeSet<>();
        List<ConfigProblem> problems = new java.util.ArrayList<>();
        for (YamlSettings.Line line : YamlSettings.read(shipped, problems)) {
            explained.add(line.key() + "=" + line.value());
        }
        TreeSet<String> declared = new TreeSet<>();
        SettingKeys.all().forEach(key -> declared.add(key.name() + "=" + key.defaultText()));
        assertThat(problems).isEmpty();
        assertThat(explained).isEqualTo(declared);
    }

    @Test
    void theFileOverridesDefaultsAndTheCommandLineOverridesTheFile() throws Exception {
        Settings settings =
                load(
                        """
                        host:
                          root: /srv/demo
                        http:
                          listen: 127.0.0.1:1
                        backup:
                          zone: Europe/Berlin
                          free_space_floor: 1GiB
                        """,
                        "http.listen=127.0.0.1:0");
        assertThat(settings.get(SettingKeys.HOST_ROOT)).isEqualTo(Path.of("/srv/demo"));
        assertThat(settings.get(SettingKeys.HTTP_LISTEN).port()).isZero();
        assertThat(settings.get(SettingKeys.BACKUP_ZONE)).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(settings.get(SettingKeys.BACKUP_FREE_SPACE_FLOOR))
                .isEqualTo(ByteSize.parse("1GiB"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http:\\n  listn: x|packhorse.yaml:2: http.listn is not a setting",
                "listen: 127.0.0.1:1|did you mean http.listen?",
                "http:\\n  tls: maybe|packhorse.yaml:2: http.tls is “maybe”, which is none of the legal words",
                "workers:\\n  pack: 0|workers.pack is “0”, which is out of range",
                "workers:\\n  pack: many|is not a whole number",
                "backup:\\n  time: 25:00|backup.time is “25:00”, which is none of the form HH:MM",
                "backup:\\n  zone: Mars/Olympus|HINT: give system, or a zone as Europe/Berlin",
                "state: relative/folder|state is “relative/folder”, which is not an absolute path",
                "state: [a, b]|state must be one value, not a list",
                "state: /a\\nstate: /b|packhorse.yaml:2: state is there twice",
                "just text|must be a map of settings",
                "a: b: c|is not valid YAML",
                "database:\\n  url: jdbc:h2:tcp://x/y|is no address of a PostgreSQL database",
                "notify:\\n  mail:\\n    to: root|packhorse.yaml:3: notify.mail.to is “root”, which is not an address",
                "notify:\\n  mail:\\n    to: ops@example.com,|which is a list with nothing beside a comma",
                "host:\\n  name: ' '|packhorse.yaml:2: host.name is “ ”, which is no host name",
                "state: /a\\n---\\nstate: /b|has text after the settings",
            })
    void complaintsNameTheFileTheLineAndTheKey(String text, String expected) {
        assertThatThrownBy(() -> load(text.replace("\\n", "\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void allComplaintsComeAtOnce() {
        assertThatThrownBy(() -> load("http:\n  tls: x\n  port: 1\n", "nonsense", "workers.pack=x"))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        failure -> assertThat(failure.problems()).hasSize(4));
    }

    @Test
    void aFileThatOthersCanWriteIsRefused() throws IOException {
        Path file = file("state: /a\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThatThrownBy(() -> SettingsLoader.load(Optional.of(file), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("can be written by others")
                .hasMessageContaining("chmod go-w");
    }

    @Test
    void aFileOfAnotherUserIsRefused() throws IOException {
        assumeTrue(Files.getAttribute(folder, "unix:uid").equals(0), "needs root");
        Path file = file("state: /a\n");
        Files.setAttribute(file, "unix:uid", 12_345);
        assertRefused(file, file + ": belongs to another user", "chown root " + file);
    }

    @Test
    void aLinkIsRefusedWhereverItLeads() throws IOException {
        Path link = folder.resolve("link.yaml");
        Files.createSymbolicLink(link, file("state: /a\n"));
        assertRefused(link, link + ": is a symbolic link", "--config");
    }

    @Test
    void aFileInAFolderThatOthersCanWriteIsRefused() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Path inner = Files.createDirectory(open.resolve("inner"));
        Path file = Files.writeString(inner.resolve("packhorse.yaml"), "state: /a\n");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertRefused(file, "lies in " + open + ", which can be written by others", "chmod go-w ");

        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(SettingsLoader.load(Optional.of(file), List.of())).isNotNull();
    }

    /// What was put there may be another file by the time it is read.
    @Test
    void aFileBelowALinkOfAnotherUserIsRefused() throws Exception {
        assumeTrue(Files.getAttribute(folder, "unix:uid").equals(0), "needs root");
        Path real = Files.createDirectory(folder.resolve("real"));
        Files.writeString(real.resolve("packhorse.yaml"), "state: /a\n");
        Path link = Files.createSymbolicLink(folder.resolve("way"), real);
        Path file = link.resolve("packhorse.yaml");
        assertThat(SettingsLoader.load(Optional.of(file), List.of())).isNotNull();

        Files.getFileAttributeView(link, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setOwner(
                        folder.getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName("nobody"));
        assertRefused(file, "lies in " + link + ", which belongs to another user", "chown root");
    }

    private static void assertRefused(Path file, String message, String hint) {
        assertThatThrownBy(() -> SettingsLoader.load(Optional.of(file), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(hint);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() ->
                        SettingsLoader.load(Optional.of(folder.resolve("none.yaml")), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.yaml: cannot be read");
    }
}
