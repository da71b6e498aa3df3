package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Where the account lies in an archive, and homes that are packed inside.
class ArchiveRootTest {
    private static final String USER = "USER=demo\n";

    @TempDir Path folder;

    /// A layout and the name of the folder in which the account lies.
    record Layout(String root, TarBuilder tar) {
        @Override
        public String toString() {
            return root;
        }
    }

    static Stream<Layout> layouts() {
        return Stream.of(
                new Layout("cpmove-demo", at("cpmove-demo/")),
                new Layout("cpmove-demo", at("./cpmove-demo/")),
                new Layout("", at("")),
                new Layout("", at("./")),
                new Layout("demo", at("old server/demo/")),
                new Layout(
                        "backup-1.10.2024_12-58-58_demo",
                        new TarBuilder()
                                .folder("w/")
                                .file("w/backup-1.10.2024_12-58-58_demo/homedir/a", "abc")
                                .file("w/backup-1.10.2024_12-58-58_demo/cp/demo", USER)));
    }

    private static TarBuilder at(String root) {
        return new TarBuilder()
                .file(root + "version", "pkgacct version: 10\narchive version: 4\n")
                .file(root + "homedir/a", "abc")
                .file(root + "cp/demo", USER);
    }

    private JudgedArchive judge(TarBuilder tar, ArchiveTrust trust) throws IOException {
        Path file = Files.write(folder.resolve("archive"), TarBuilder.gzip(tar.end()));
        Path unpacked = Files.createTempDirectory(folder, "members");
        return new ArchiveJudge(ArchiveLimits.DEFAULTS, trust)
                .judge(file, unpacked, Cancellation.never());
    }

    private static List<String> home(JudgedArchive archive) throws IOException {
        List<String> seen = new ArrayList<>();
        archive.forEach(
                BytePath.of("homedir"),
                (entry, content) ->
                        seen.add(
                                entry.path()
                                        + (entry instanceof ArchiveEntry.HardLink link
                                                ? " = " + link.target()
                                                : "")
                                        + " "
                                        + new String(
                                                content.readAllBytes(), StandardCharsets.UTF_8)));
        return seen;
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void isFoundInEveryLayout(Layout layout) throws IOException {
        try (JudgedArchive archive = judge(layout.tar(), ArchiveTrust.RESTRICTED)) {
            assertThat(archive.facts().topFolder()).isEqualTo(layout.root());
            assertThat(archive.facts().account().value()).isEqualTo("demo");
            assertThat(archive.text("cp/demo")).hasValue(USER);
            assertThat(home(archive)).containsExactly("homedir ", "homedir/a abc");
        }
    }

    @Test
    void whatLooksLikeAnAccountInTheHomeIsAFolder() throws IOException {
        TarBuilder tar =
                new TarBuilder()
                        .file("cpmove-demo/homedir/cp/other", "USER=other\n")
                        .file("cpmove-demo/homedir/x/cp/other", "USER=other\n")
                        .file("cpmove-demo/cp/demo", USER);
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            assertThat(archive.facts().account().value()).isEqualTo("demo");
            assertThat(home(archive)).hasSize(6);
        }
    }

    @Test
    void anOldLayoutIsTaken() throws IOException {
        TarBuilder tar =
                TarBuilder.demo()
                        .file("cpmove-demo/version", "pkgacct version: 10\narchive version: 3\n")
                        .folder("cpmove-demo/fp/")
                        .folder("cpmove-demo/fp/sites/")
                        .folder("cpmove-demo/logaholic/")
                        .file("cpmove-demo/ssldomain", "demo.example")
                        .file("cpmove-demo/sslcerts/www.demo.example.crt", "x");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            assertThat(archive.facts().members())
                    .contains("fp/", "fp/sites/", "ssldomain", "sslcerts/www.demo.example.crt");
        }
    }

    static Stream<String> packedHomes() {
        return Stream.of("homedir.tar", "homedir.tar.gz");
    }

    private static TarBuilder packed(String name, TarBuilder home) {
        byte[] bytes = name.endsWith(".gz") ? TarBuilder.gzip(home.end()) : home.end();
        return new TarBuilder()
                .folder("cpmove-demo/")
                .file("cpmove-demo/cp/demo", USER)
                .raw("cpmove-demo/" + name, '0', "", bytes.length, bytes, header -> {});
    }

    @ParameterizedTest
    @MethodSource("packedHomes")
    void aPackedHomeComesInItsPlace(String name) throws IOException {
        TarBuilder home =
                new TarBuilder()
                        .folder("./")
                        .file("./a", "abc")
                        .link("./b", '1', "./a")
                        .file("mail/x", "x");
        TarBuilder tar = packed(name, home).file("cpmove-demo/shell", "/bin/bash\n");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            assertThat(archive.facts().skipped()).isEmpty();
            assertThat(archive.facts().homePresent()).isTrue();
            assertThat(archive.facts().files()).isEqualTo(4);
            assertThat(archive.text("shell")).hasValue("/bin/bash\n");
            assertThat(archive.file(name)).isEmpty();
            List<String> wanted =
                    List.of(
                            "homedir ",
                            "homedir/a abc",
                            "homedir/b = homedir/a ",
                            "homedir/mail ",
                            "homedir/mail/x x");
            assertThat(home(archive)).isEqualTo(wanted);
            assertThat(home(archive)).as("a second time").isEqualTo(wanted);
        }
    }

    @Test
    void aPackedHomeBesideAHomeIsReported() throws IOException {
        TarBuilder tar =
                packed("homedir.tar", new TarBuilder().file("a", "abc"))
                        .file("cpmove-demo/homedir/b", "b");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            assertThat(archive.facts().skipped())
                    .containsExactly(
                            "homedir.tar: stands beside a homedir/ with content; the members of"
                                    + " both were taken");
            assertThat(home(archive)).containsExactly("homedir ", "homedir/a abc", "homedir/b b");
        }
    }

    @Test
    void anEmptyHomeFolderBesideAPackedHomeIsNoConflict() throws IOException {
        TarBuilder tar =
                packed("homedir.tar", new TarBuilder().folder("./").file("./a", "abc"))
                        .folder("cpmove-demo/homedir/");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.RESTRICTED)) {
            assertThat(archive.facts().skipped()).isEmpty();
        }
    }

    @Test
    void aFileInBothHomesIsTakenOnceIfRootVouchesForTheArchive() throws IOException {
        TarBuilder tar =
                packed("homedir.tar", new TarBuilder().file("a", "first"))
                        .file("cpmove-demo/homedir/a", "second");
        try (JudgedArchive archive = judge(tar, ArchiveTrust.VOUCHED)) {
            assertThat(archive.facts().skipped()).containsExactly("homedir/a: comes twice");
            assertThat(home(archive)).containsExactly("homedir ", "homedir/a first");
        }
        assertThatThrownBy(() -> judge(tar, ArchiveTrust.RESTRICTED))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("comes twice");
    }
}
