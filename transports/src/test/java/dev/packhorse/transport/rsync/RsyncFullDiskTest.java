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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Needs to be allowed to mount; skipped elsewhere.
class RsyncFullDiskTest {
    private static int run(String... command) throws IOException {
        return new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
    }

    @Test
    void aFullDiskIsNamedAndNothingIsLeft() throws IOException {
        RsyncPlace place = RsyncPlace.fresh().withKey(OpensshServer.shared().key());
        Path disk = Files.createDirectory(place.folder());
        assumeTrue(
                run("/bin/mount", "-t", "tmpfs", "-o", "size=2m,mode=0777", "none", disk.toString())
                        == 0,
                "needs to mount");
        try (Transport transport = place.open()) {
            MemoryJournal journal = new MemoryJournal();
            ObjectKey key = new ObjectKey("day/object");
            Failures.of(
                    Kind.FULL,
                    () ->
                            transport.put(
                                    key,
                                    BytesContent.of(new byte[5 << 20]),
                                    PutMode.CREATE,
                                    journal,
                                    Cancellation.never()));
            assertThat(transport.stat(key)).isEmpty();
            assertThat(journal.recorded()).isEmpty();
            assertThat(filesIn(disk)).isEmpty();
        } finally {
            assertThat(run("/bin/umount", disk.toString())).isZero();
        }
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
