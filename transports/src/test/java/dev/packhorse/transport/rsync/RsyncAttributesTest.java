package dev.packhorse.transport.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.Failures;
import dev.packhorse.transport.contract.MemoryJournal;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file system that keeps no attributes of users. Needs to be allowed to mount one; skipped
/// elsewhere.
class RsyncAttributesTest {
    private static final ObjectKey KEY = new ObjectKey("2026-11-24/accounts/bob");

    @TempDir private Path work;

    @Test
    void aFileSystemWithoutAttributesIsNamedAndKeepsObjectsOnly() throws IOException {
        RsyncPlace place = RsyncPlace.fresh().withKey(OpensshServer.shared().key());
        Path disk = Files.createDirectory(place.folder());
        assumeTrue(run("/bin/mount", "-t", "ramfs", "none", disk.toString()) == 0, "mounts");
        Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (Transport transport = place.open()) {
            TreeSample.Content tree =
                    new TreeSample.Content(TreeSample.make(work.resolve("tree")), List.of());
            MemoryJournal journal = new MemoryJournal();
            assertThat(
                            Failures.of(
                                    Kind.REFUSED,
                                    () ->
                                            transport.putTree(
                                                    KEY, tree, journal, Cancellation.never())))
                    .hasMessageStartingWith(
                            "put "
                                    + KEY
                                    + ": path: the file system there keeps no user.* attributes")
                    .hasMessageContaining("set backuptype to compressed");
            assertThat(transport.findTree(KEY, Cancellation.never())).isEmpty();
            assertThat(journal.recorded()).isEmpty();
            assertThat(disk.resolve(KEY.value()).getParent()).isEmptyDirectory();

            transport.put(KEY, BytesContent.of(new byte[9]), PutMode.CREATE, Cancellation.never());
            assertThat(transport.stat(KEY)).isPresent();
        } finally {
            assertThat(run("/bin/umount", disk.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException {
        return new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
    }
}
