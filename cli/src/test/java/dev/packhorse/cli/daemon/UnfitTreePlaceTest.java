package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.transport.server.OpensshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What validation says of a file system that cannot keep trees. Needs to be allowed to mount one;
/// skipped elsewhere.
class UnfitTreePlaceTest {
    @TempDir private Path work;

    @Test
    void itIsNamedBeforeTheFirstNight() throws Exception {
        DemoServer.write(work.resolve("server"), 1);
        String folder = OpensshServer.shared().freshFolder();
        Path far = Files.createDirectory(OpensshServer.shared().home().resolve(folder));
        assumeTrue(run("/bin/mount", "-t", "ramfs", "none", far.toString()) == 0, "mounts");
        Files.setPosixFilePermissions(far, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "256m")) {
            Parameters id =
                    new Parameters()
                            .add(
                                    "id",
                                    OffsiteTrees.add(
                                            daemon, folder, OpensshServer.shared().port()));
            assertThatThrownBy(() -> daemon.call("backup_destination_validate", id))
                    .hasMessageContaining("could not store a test tree")
                    .hasMessageContaining("path: the file system there keeps no user.* attributes");
            daemon.call("backup_config_set", new Parameters().add("backuptype", "compressed"));
            assertThat(daemon.call("backup_destination_validate", id).path("steps")).isNotEmpty();
            assertThat(daemon.stop()).isZero();
        } finally {
            assertThat(run("/bin/umount", far.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException {
        return new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
    }
}
