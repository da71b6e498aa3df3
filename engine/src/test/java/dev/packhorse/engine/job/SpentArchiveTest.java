package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.posix.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
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

    /// Elsewhere there may be no database server, or none that answers.
    @Test
    void itStaysIfItsDatabasesFoundNoServer() throws Exception {
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        Shell.run(unpacked, "tar", "-xzf", file.toString());
        String top = Shell.lines(unpacked, "ls").getFirst();
        Path dumps = Files.createDirectories(unpacked.resolve(top + "/mysql"));
        Files.writeString(dumps.resolve("carol_shop.create"), "");
        Files.writeString(dumps.resolve("carol_shop.sql"), "CREATE TABLE `t` (`a` int);\n");
        Shell.run(unpacked, "tar", "-czf", file.toString(), top);

        RestoreResult result = server.restore(RestoreServer.spending("carol", path));

        assertThat(result.modules()).containsEntry("Mysql", "absent service");
        assertThat(file).exists();
        assertThat(result.warnings())
                .anyMatch(each ->
                        each.startsWith(
                                path + " was not deleted: not all of it was restored (Mysql)"));
    }

    @Test
    void itStaysForWhatAModuleThatRanLeftOut() {
        assertThat(result("Mysql: database x is not a database of carol").losses())
                .containsExactly("Mysql");
        assertThat(result("Homedir: and at least 3 more of this kind").losses())
                .containsExactly("Homedir");
        assertThat(result("Cron: a line is none").losses()).isEmpty();
        assertThat(result("archive: homedir/device is no file").losses())
                .as("no module saw it")
                .containsExactly("archive");
        assertThat(
                        result("Postgres: not available for an archive that nobody vouches for")
                                .losses())
                .as("did not run")
                .isEmpty();
    }

    private static RestoreResult result(String... skipped) {
        return new RestoreResult(
                2,
                "warning",
                List.of(),
                List.of(),
                List.of(skipped),
                List.of(),
                Map.of("Homedir", "done", "Mysql", "warnings", "Cron", "warnings"));
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
