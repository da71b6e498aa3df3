package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.faults.Faults;
import dev.packhorse.engine.faults.FaultyFiles;
import dev.packhorse.engine.faults.RecordedDisk;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A safety copy on a disk that fails or loses its power. Needs root, for files of other users.
class SafetyCopyFaultsTest {
    private static final AccountName ALICE = new AccountName("alice");
    private static final RestoreArguments CRON = RestoreServer.modules("alice", "Cron");

    @TempDir private Path folder;
    private RestoreServer server;

    @BeforeEach
    void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        server.backUp("alice");
        Files.writeString(crontab(), "# changed since\n");
    }

    @AfterEach
    void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private Path crontab() {
        return server.root.resolve("/var/spool/cron/alice");
    }

    /// Nothing is replaced before there is a whole copy of it, and what failed is no copy.
    @ParameterizedTest
    @EnumSource
    void whicheverCallFailsNothingIsReplacedWithoutACopy(Faults.Kind kind) throws Exception {
        int failures = 0;
        boolean failed = true;
        // every second call in the one way, the others in the other
        for (int call = kind == Faults.Kind.ONCE ? 1 : 2; failed; call += 2) {
            Path place = folder.resolve("safety-" + kind + call);
            Faults faults = new Faults(kind, call);
            server.keepSafetyCopiesIn(FaultyFiles.of(place, faults));
            Files.writeString(crontab(), "# changed since\n");
            RestoreResult result = server.restore(CRON);
            failed = faults.failed();
            failures += failed ? 1 : 0;
            boolean replaced = !Files.readString(crontab()).equals("# changed since\n");
            assertThat(replaced).as("%s", result).isEqualTo(!failed);
            server.keepSafetyCopiesIn(place);
            assertThatCopiesAreWhole(place);
            server.restore(CRON);
            assertThat(Files.readString(crontab())).isNotEqualTo("# changed since\n");
            assertThat(server.safety.names(ALICE)).isNotEmpty();
            assertThat(partial(place)).isEmpty();
        }
        System.out.printf("figure: %d failing calls of a safety copy, %s%n", failures, kind);
        assertThat(failures).isGreaterThan(4);
    }

    @Test
    void aCopyOfWhatWasReplacedOutlivesThePower() throws Exception {
        Path place = Files.createDirectory(folder.resolve("disk"));
        RecordedDisk disk = RecordedDisk.of(place);
        server.keepSafetyCopiesIn(disk.root());
        server.restore(CRON);
        assertThat(Files.readString(crontab())).isNotEqualTo("# changed since\n");
        int cuts =
                disk.cut(
                        disk.now(),
                        1,
                        20,
                        folder,
                        (root, _) -> {
                            assertThatCopiesAreWhole(root);
                            assertThat(SafetyCopies.list(root, ALICE)).hasSize(1);
                        });
        assertThat(cuts).isEqualTo(20);
    }

    /// Each that is offered has a manifest that tells the digest of the archive beside it.
    private void assertThatCopiesAreWhole(Path place) throws IOException {
        SafetyCopies there =
                new SafetyCopies(
                        server.plant, server.backups, place, new OpenRestores(server.queue), true);
        for (String name : there.names(ALICE)) {
            SafetyCopies.Found copy = there.find(ALICE, name);
            byte[] manifest = Files.readAllBytes(copy.manifest());
            assertThat(
                            PointManifest.speaksOf(
                                    manifest,
                                    dev.packhorse.transport.spi.Sha256.of(copy.archive())))
                    .isTrue();
        }
    }

    private static List<Path> partial(Path place) throws IOException {
        try (var files = Files.walk(place)) {
            return files.filter(file ->
                            Optional.of(file)
                                    .map(Path::getFileName)
                                    .filter(name ->
                                            name.toString().startsWith(BackupDirectory.PARTIAL))
                                    .isPresent())
                    .toList();
        }
    }
}
