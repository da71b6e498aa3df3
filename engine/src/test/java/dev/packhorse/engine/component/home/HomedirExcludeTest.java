package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.TestArchive;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the exclude files keep out. Needs root.
@Timeout(120)
class HomedirExcludeTest {
    @TempDir Path folder;

    private HomeServer server;
    private Path archive;

    @BeforeEach
    void makeServer() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new HomeServer(folder);
        archive = folder.resolve("cpmove-demo.tar");
        for (String file :
                List.of("tmp/a", "tmp/b/c", "public_html/index.php", "public_html/error.log")) {
            Path path = server.home.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
    }

    private PackReport pack() throws Exception {
        return server.pack(archive, PackOptions.ALL.obeyingExcludeFiles());
    }

    private void serverRules(String text) throws IOException {
        Files.writeString(server.root.resolve("etc/cpbackup-exclude.conf"), text);
    }

    private void accountRules(String text) throws IOException {
        Files.writeString(server.home.resolve("cpbackup-exclude.conf"), text);
        Files.setPosixFilePermissions(
                server.home.resolve("cpbackup-exclude.conf"),
                java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void bothFilesCountAndWhatTheyKeptOutIsCounted() throws Exception {
        serverRules("tmp\n");
        accountRules("*.log\r\n");

        PackReport report = pack();

        assertThat(report.warnings()).isEmpty();
        assertThat(report.counts()).containsEntry("excluded", 2L).containsEntry("files", 2L);
    }

    @Test
    void withoutTheOptionNobodysRulesCount() throws Exception {
        serverRules("*\n");
        accountRules("*\n");
        PackReport report = server.pack(archive);
        assertThat(report.counts()).containsEntry("files", 5L).doesNotContainKey("excluded");
    }

    @Test
    void aLinkInThePlaceOfTheFileIsNotFollowed() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "*\n");
        Files.createSymbolicLink(server.home.resolve("cpbackup-exclude.conf"), secret);
        PackReport report = pack();
        assertThat(report.warnings())
                .containsExactly("cpbackup-exclude.conf does not count: not a regular file");
        assertThat(report.counts()).containsEntry("files", 4L);
    }

    @Test
    void aPipeInThePlaceOfTheFileIsNotWaitedFor() throws Exception {
        new ProcessBuilder(
                        "/usr/bin/mkfifo", server.home.resolve("cpbackup-exclude.conf").toString())
                .start()
                .onExit()
                .join();
        assertThat(pack().warnings())
                .contains("cpbackup-exclude.conf does not count: not a regular file");
    }

    @Test
    void aFileThatTheAccountMayNotReadDoesNotCount() throws Exception {
        Path rules = Files.writeString(server.home.resolve("cpbackup-exclude.conf"), "*\n");
        Files.setPosixFilePermissions(
                rules, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        assertThat(pack().warnings())
                .first()
                .asString()
                .startsWith("cpbackup-exclude.conf does not count: ");
    }

    @Test
    void aFileThatIsTooLargeDoesNotCount() throws Exception {
        accountRules("*\n".repeat(40_000));
        PackReport report = pack();
        assertThat(report.warnings())
                .containsExactly("cpbackup-exclude.conf does not count: larger than 65536 bytes");
        assertThat(report.counts()).containsEntry("files", 5L);
    }

    @Test
    void aHomeWithKeysOfItsOwnIsMarked() throws Exception {
        assertThat(names()).doesNotContain("has_sslstorage");
        Files.createDirectories(server.home.resolve("ssl/keys"));
        assertThat(names()).contains("has_sslstorage");
    }

    private List<String> names() throws Exception {
        server.pack(archive);
        try (JudgedArchive source = TestArchive.open(archive, server.staging)) {
            return source.facts().members().stream().sorted().toList();
        }
    }
}
