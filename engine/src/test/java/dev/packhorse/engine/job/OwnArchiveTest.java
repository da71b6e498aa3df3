package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a customer may put into a home that is beyond what strangers' archives may ask of a reader:
/// the backup goes on, and what it packed comes back. On a file system in memory, since it takes
/// more attributes than ext4. Needs root.
class OwnArchiveTest {
    private static final long HUGE = 1_100L << 30;
    private static final int MANY = 1_100;

    @TempDir Path folder;

    private Path disk;
    private boolean mounted;
    private RestoreServer server;
    private Path home;

    @BeforeEach
    void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        disk = Files.createDirectory(folder.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=256m,mode=755", "packhorse-test", disk);
        assumeTrue(mounted, "needs a file system in memory");
        server = RestoreServer.demo(disk);
        home = server.root.resolve("/home/alice");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            server.close();
            assertThat(run("umount", disk)).isTrue();
        }
    }

    private static boolean run(Object... words) throws Exception {
        List<String> line = java.util.Arrays.stream(words).map(Object::toString).toList();
        return new ProcessBuilder(line).inheritIO().start().waitFor() == 0;
    }

    private Path owned(String name) throws IOException {
        Path file = Files.createFile(home.resolve(name));
        for (String id : List.of("unix:uid", "unix:gid")) {
            Files.setAttribute(file, id, Files.getAttribute(home, id));
        }
        return file;
    }

    private static void setXattrs(Path file, int count, int bytes) throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        for (int i = 0; i < count; i++) {
            view.write("a" + i, ByteBuffer.allocate(bytes));
        }
    }

    private static int xattrs(Path file) throws IOException {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class).list().size();
    }

    @Test
    void aFileOfATerabyteOfHolesAndOneOfAThousandAttributesComeBack() throws Exception {
        Path sparse = owned("sparse.img");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(HUGE);
            file.seek(HUGE / 2);
            file.write("middle".getBytes(StandardCharsets.UTF_8));
        }
        Path decorated = owned("decorated.txt");
        setXattrs(decorated, MANY, 4);
        server.backUp("alice");
        Files.delete(sparse);
        Files.delete(decorated);

        RestoreResult done = server.restore(RestoreServer.whole("alice"));

        assertThat(done.skipped()).noneMatch(each -> each.startsWith("Homedir"));
        assertThat(sparse).hasSize(HUGE);
        byte[] middle = new byte[6];
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "r")) {
            file.seek(HUGE / 2);
            file.readFully(middle);
        }
        assertThat(new String(middle, StandardCharsets.UTF_8)).isEqualTo("middle");
        assertThat(xattrs(decorated)).isEqualTo(MANY);
    }

    @Test
    void attributesThatNoArchiveCanHoldAreLeftOutAndNothingElse() throws Exception {
        setXattrs(home, 30, 10_000);
        Path large = owned("large.bin");
        Files.write(large, new byte[3 << 20]);
        setXattrs(large, 30, 50_000);
        server.backUp("alice");
        Files.delete(large);

        RestoreResult done = server.restore(RestoreServer.whole("alice"));

        assertThat(done.modules()).containsEntry(Components.HOMEDIR.value(), "done");
        assertThat(large).hasSize(3 << 20);
        assertThat(xattrs(large)).isZero();
        assertThat(server.lastBackupWarnings())
                .contains(
                        "Homedir: homedir: its extended attributes are too large and were left out",
                        "Homedir: homedir/large.bin: its extended attributes are too large and were left out");
    }

    /// Root changes owners of what the account owns, never of what was put into its place.
    @Test
    void aFolderOfSomebodyElseKeepsItsOwner() throws Exception {
        Path web = home.resolve("public_html");
        server.backUp("alice");
        Files.move(web, home.resolve("moved"));
        Files.createDirectory(web);
        Files.createDirectories(web.resolve("shop"));

        RestoreResult done = server.restore(RestoreServer.whole("alice"));

        assertThat(Files.getAttribute(web, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(web.resolve("shop"), "unix:uid")).isEqualTo(0);
        assertThat(done.altered())
                .contains(
                        "Homedir: homedir/public_html: mode and time were left as they are, it is not the account's");
    }
}
