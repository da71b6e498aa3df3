package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HostFilesTest {
    private static final FileRights PRIVATE = FileRights.ofRoot(0600);

    @TempDir Path root;
    private HostFiles files;

    @BeforeEach
    void open() {
        files = new HostFiles(new HostRoot(root));
    }

    @Test
    void aFileIsWrittenWithItsFoldersAndExactMode() throws Exception {
        files.writeText("/etc/valiases/demo.example", "*: demo\n", FileRights.ofRoot(0640));

        Path file = root.resolve("etc/valiases/demo.example");
        assertThat(file).hasContent("*: demo\n");
        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(mode(root.resolve("etc"))).isEqualTo("rwxr-xr-x");
        assertThat(names("etc/valiases")).containsExactly("demo.example");
        assertThat(files.readText("/etc/valiases/demo.example")).contains("*: demo\n");
    }

    @Test
    void replacingContentKeepsTheRights() throws Exception {
        files.writeText("/etc/x", "one", FileRights.ofRoot(0604));
        files.replaceContent("/etc/x", new byte[] {'2'}, PRIVATE);
        files.replaceContent("/etc/y", new byte[] {'3'}, PRIVATE);

        assertThat(root.resolve("etc/x")).hasContent("2");
        assertThat(mode(root.resolve("etc/x"))).isEqualTo("rw----r--");
        assertThat(mode(root.resolve("etc/y"))).isEqualTo("rw-------");
    }

    @Test
    void absentThingsAreEmpty() throws Exception {
        assertThat(files.readText("/no/such/file")).isEmpty();
        assertThat(files.stat("/no/such/file")).isEmpty();
        assertThat(files.list("/no/such")).isEmpty();
        assertThat(files.remove("/no/such/file")).isFalse();
    }

    @Test
    void aLargeFileIsReadWholeOrRefused() throws Exception {
        byte[] content = "0123456789".repeat(30_000).getBytes(StandardCharsets.US_ASCII);
        files.write("/big", content, PRIVATE);

        assertThat(files.readBytes("/big", content.length)).contains(content);
        assertThatThrownBy(() -> files.readBytes("/big", content.length - 1L))
                .isInstanceOf(IOException.class)
                .hasMessage("/big has more than 299999 bytes");
    }

    @Test
    void aLinkIsNeitherReadNorWrittenThrough() throws Exception {
        Path secret = Files.writeString(root.resolve("secret"), "secret");
        Files.createDirectory(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("etc/link"), secret);

        assertThatThrownBy(() -> files.readText("/etc/link"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/etc/link")
                .hasMessageContaining("symbolic link");
        files.writeText("/etc/link", "new", PRIVATE);
        assertThat(secret).hasContent("secret");
        assertThat(root.resolve("etc/link")).isRegularFile().hasContent("new");
    }

    @Test
    void aFolderThatIsALinkDoesNotLeadOutOfAForeignRoot(@TempDir Path outside) throws Exception {
        Files.createSymbolicLink(root.resolve("etc"), outside);
        Files.writeString(outside.resolve("passwd"), "outside");

        assertThatThrownBy(() -> files.readText("/etc/passwd")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> files.writeText("/etc/new", "x", PRIVATE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/etc/new");
        assertThat(outside.resolve("new")).doesNotExist();
    }

    @Test
    void pathsWithDotsAreRefused() {
        for (String path : List.of("/etc/../x", "etc/x", "/etc//x", "/etc/./x", "/")) {
            assertThatThrownBy(() -> files.readText(path))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @Timeout(20)
    void aFifoIsRefusedAndDoesNotHang() throws Exception {
        try (Directory folder = Directory.openTrusted(root)) {
            folder.makeFifo(ByteName.of("fifo"));
        }

        assertThatThrownBy(() -> files.readText("/fifo"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/fifo");
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws Exception {
        files.makeFolder("/etc/thing", FileRights.ofRoot(0755));
        files.writeText("/etc/thing/inside", "x", PRIVATE);

        assertThatThrownBy(() -> files.writeText("/etc/thing", "y", PRIVATE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write /etc/thing");
        assertThat(names("etc")).containsExactly("thing");
        assertThat(root.resolve("etc/thing/inside")).hasContent("x");
    }

    @Test
    void whatADeadProcessLeftIsSweptAndALivingOnesIsNot() throws Exception {
        Files.createDirectory(root.resolve("etc"));
        Process process = new ProcessBuilder("/bin/true").start();
        process.waitFor();
        String dead = ".packhorse-%d-0123456789abcdef.new".formatted(process.pid());
        String alive =
                ".packhorse-%d-0123456789abcdef.new".formatted(ProcessHandle.current().pid());
        Files.writeString(root.resolve("etc/" + dead), "half");
        Files.writeString(root.resolve("etc/" + alive), "half");

        files.writeText("/etc/file", "whole", PRIVATE);

        assertThat(names("etc")).containsExactlyInAnyOrder(alive, "file");
    }

    @Test
    void textThatIsNotUtf8IsNamedWithItsLine() throws Exception {
        files.write("/x", new byte[] {'a', '\n', 'b', '\n', (byte) 0xff, '\n'}, PRIVATE);

        assertThatThrownBy(() -> files.readText("/x"))
                .isInstanceOf(HostFormatException.class)
                .hasMessage("/x line 3: not UTF-8 text");
    }

    private List<String> names(String folder) throws IOException {
        try (var list = Files.list(root.resolve(folder))) {
            return list.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
