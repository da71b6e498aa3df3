package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.rootfile.UntrustedPathException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveFilesTest {
    @TempDir Path root;

    private Path home;
    private ArchiveFiles files;

    @BeforeEach
    void makeFolder() throws IOException {
        home = Files.createDirectory(root.resolve("home"));
        files = new ArchiveFiles(new HostRoot(root), List.of("/home"));
    }

    @ParameterizedTest
    @CsvSource({
        "cpmove-demo.tar.gz, demo",
        "demo.tar, demo",
        "backup-1.10.2024_12-58-58_demo.tar.gz, demo",
        "cpmove-demo, demo",
        "demo, demo",
        "backup-1.10.2024_12-58-58_demo, demo",
        "cpmove-demo-split, demo",
        "cpmove-a-b_c-split, a-b_c",
        "cpmove-demo.tar.gz.part00002, demo",
        "cpmove-root.tar.gz, ''",
        "demo.zip, ''",
        "old stuff, ''"
    })
    void theNameTellsTheAccount(String name, String account) {
        assertThat(ArchiveFiles.user("/home/" + name).map(Object::toString).orElse(""))
                .isEqualTo(account);
    }

    @Test
    void foldersAndSplitArchivesAreListedButNoHomes() throws IOException {
        Files.createDirectory(home.resolve("demo"));
        Files.createDirectory(home.resolve("cpmove-demo"));
        Files.createDirectory(home.resolve("cpmove-other-split"));
        Files.createFile(home.resolve("cpmove-third.tar.gz"));
        Files.createFile(home.resolve("cpmove-fourth.tar.gz.part00001"));
        Files.createFile(home.resolve("cpmove-fourth.tar.gz.part00002"));
        Files.createFile(home.resolve("fifth"));

        assertThat(files.list().found())
                .extracting(ArchiveFiles.Found::file)
                .containsExactly(
                        "cpmove-demo",
                        "cpmove-fourth.tar.gz.part00001",
                        "cpmove-other-split",
                        "cpmove-third.tar.gz");
    }

    @Test
    void aFolderThatOthersMayChangeIsRefused() throws IOException {
        Path folder = Files.createDirectory(home.resolve("cpmove-demo"));
        assertThat(files.require("/home/cpmove-demo")).isEqualTo(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> files.require("/home/cpmove-demo"))
                .isInstanceOf(UntrustedPathException.class)
                .hasMessageContaining("can be changed by others");
        Files.createSymbolicLink(home.resolve("cpmove-link"), folder);
        assertThatThrownBy(() -> files.require("/home/cpmove-link"))
                .isInstanceOf(UntrustedPathException.class)
                .hasMessageContaining("is not a regular file");
    }
}
