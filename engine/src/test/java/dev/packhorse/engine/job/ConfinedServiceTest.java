package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.posix.ConfinedThread;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Under the unit that is shipped the kernel refuses set-user-id and set-group-id bits: what has
/// them comes back without them, nothing else is missing, and it is told. Needs root.
class ConfinedServiceTest {
    private static final String LOST =
            ": its set-user-id and set-group-id bits were dropped, this service may not set them";

    @TempDir Path folder;

    private RestoreServer server;
    private Path tool;
    private Path shared;

    @BeforeEach
    void makeThem() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        Path home = server.root.resolve("/home/alice");
        shared = Files.createDirectory(home.resolve("shared"));
        tool = Files.writeString(shared.resolve("tool"), "#!/bin/sh\n");
        for (Path each : List.of(shared, tool)) {
            Files.setAttribute(each, "unix:uid", Files.getAttribute(home, "unix:uid"));
            Files.setAttribute(each, "unix:gid", Files.getAttribute(home, "unix:gid"));
        }
        Files.setAttribute(tool, "unix:mode", 06750);
        Files.setAttribute(shared, "unix:mode", 02750);
    }

    @AfterEach
    void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static int mode(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode") & 07777;
    }

    private void lose() throws IOException {
        Files.delete(tool);
        Files.delete(shared);
    }

    @Test
    void aRestoreGivesAllButTheBits() throws Exception {
        server.backUp("alice");
        lose();

        RestoreResult done =
                ConfinedThread.call(() -> server.restore(RestoreServer.whole("alice")));

        assertThat(tool).hasContent("#!/bin/sh");
        assertThat(mode(tool)).isEqualTo(0750);
        assertThat(mode(shared)).isEqualTo(0750);
        assertThat(done.altered())
                .contains("Homedir: homedir/shared" + LOST, "Homedir: homedir/shared/tool" + LOST);
    }

    /// The second tree takes over what the first one has.
    @Test
    void aTreeHoldsAllButTheBitsAndComesBack() throws Exception {
        server.backups.file().update(Map.of(ConfigKey.BACKUPTYPE, "incremental"));
        for (int run = 0; run < 2; run++) {
            ConfinedThread.call(() -> {
                server.backUp("alice");
                return true;
            });
            assertThat(server.lastBackupWarnings())
                    .contains(
                            "Tree: 2 files and folders lost their set-user-id and set-group-id bits: the service may not set them (RestrictSUIDSGID= of its unit)");
        }
        lose();

        RestoreResult done =
                ConfinedThread.call(() -> server.restore(RestoreServer.whole("alice")));

        assertThat(done.modules()).containsEntry("Homedir", "done");
        assertThat(tool).hasContent("#!/bin/sh");
        assertThat(mode(tool)).isEqualTo(0750);
        assertThat(mode(shared)).isEqualTo(0750);
    }

    /// Where the service may set them, a tree keeps them.
    @Test
    void withoutConfinementATreeKeepsThem() throws Exception {
        server.backups.file().update(Map.of(ConfigKey.BACKUPTYPE, "incremental"));
        server.backUp("alice");
        assertThat(server.lastBackupWarnings()).noneMatch(each -> each.startsWith("Tree"));
        lose();

        server.restore(RestoreServer.whole("alice"));

        assertThat(mode(tool)).isEqualTo(06750);
        assertThat(mode(shared)).isEqualTo(02750);
    }
}
