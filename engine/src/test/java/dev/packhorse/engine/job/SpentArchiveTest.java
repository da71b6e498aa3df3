package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.posix.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of the archive of a restore that asks for its removal. Needs root, for files of
/// other users.
class SpentArchiveTest {
    @TempDir Path folder;

    private RestoreServer server;
    private String path;
    private Path file;

    @BeforeEach
    void bring() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        server.backUp("carol");
        path = server.copyOf("carol");
        file = server.root.resolve(path);
    }

    @AfterEach
    void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private SpentArchive spent() throws Exception {
        return SpentArchive.of(
                        server.parts(server.components), RestoreServer.spending("carol", path))
                .orElseThrow();
    }

    @Test
    void itGoesOnceItIsRestored() throws Exception {
        RestoreResult result = server.restore(RestoreServer.spending("carol", path));

        assertThat(result.result()).as(result.toString()).isNotZero();
        assertThat(file).doesNotExist();
        assertThat(server.lastLog()).contains("Deleted " + path);
    }

    @Test
    void itStaysUnlessItsRemovalIsAskedFor() throws Exception {
        assertThat(server.restore(RestoreServer.vouched("carol", path)).result()).isNotZero();
        assertThat(file).exists();
        server.plan(RestoreServer.spending("carol", path));
        assertThat(file).exists();
    }

    @Test
    void itStaysIfItWasNotRestored() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));

        assertThat(server.restore(RestoreServer.spending("carol", path)).result()).isZero();

        assertThat(file).exists();
    }

    @Test
    void whatCameInItsPlaceStays() throws Exception {
        SpentArchive spent = spent();
        Path other = Files.writeString(folder.resolve("other"), "another one");
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(spent.remove()).hasValue("another archive lies there by now");

        assertThat(file).hasContent("another one");
    }

    @Test
    void whatWasWrittenIntoItStays() throws Exception {
        SpentArchive spent = spent();
        Files.writeString(file, "rewritten in place");

        assertThat(spent.remove()).hasValue("another archive lies there by now");

        assertThat(file).exists();
    }

    @Test
    void oneThatIsGoneIsToldAndTheRestoreStands() throws Exception {
        SpentArchive spent = spent();
        Files.delete(file);
        assertThat(spent.remove()).hasValueSatisfying(why -> assertThat(why).contains("cpmove"));
    }

    @Test
    void aFolderGoesWithAllItHolds() throws Exception {
        Files.delete(file);
        path = "/home/cpmove-carol";
        Path tree = server.root.resolve(path);
        Files.createDirectories(tree.resolve("cp"));
        Files.writeString(tree.resolve("cp/carol"), "USER=carol\n");

        assertThat(spent().remove()).isEmpty();

        assertThat(tree).doesNotExist();
    }
}
