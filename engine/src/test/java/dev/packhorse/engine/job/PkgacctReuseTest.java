package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.DatabaseDepth;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.transport.spi.Cancellation;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives that `use_backups` lets take over from the scheduled one. Needs root, for files of
/// other users.
class PkgacctReuseTest {
    private static final String TAKEN_OVER = "taken over from the archive before: ";

    @TempDir Path folder;
    private RestoreServer server;

    @BeforeEach
    void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        server.backUp("bob");
    }

    /// Packs into a new folder.
    ///
    /// @return the log
    private String pack(String into, ArchiveNaming naming, boolean useBackups) throws Exception {
        Files.createDirectory(server.root.resolve("/home/" + into));
        PkgacctArguments arguments =
                new PkgacctArguments(
                        "bob",
                        "",
                        "/home/" + into,
                        naming,
                        "UTC",
                        true,
                        List.of(),
                        DatabaseDepth.ALL,
                        "",
                        0,
                        false,
                        false,
                        useBackups);
        var ended =
                new PkgacctHandler(server.plant, Optional.of(server.backups))
                        .run(
                                TestJob.of(
                                        JobId.random(),
                                        JobKind.PKGACCT,
                                        "bob",
                                        arguments,
                                        RestoreServer.NOW,
                                        Cancellation.never()));
        if (!(ended.outcome() instanceof JobOutcome.Succeeded(String json))) {
            throw new AssertionError(ended.toString());
        }
        SessionId session = new SessionId(JobJson.read(json, BackupResult.class).session());
        return server.sessions()
                .readEnd(SessionKind.PKGACCT, session, SessionStore.MASTER_LOG)
                .orElseThrow()
                .text();
    }

    private Path archive(String in) {
        return server.root.resolve("/home/" + in + "/bob.tar.gz");
    }

    @Test
    void theArchiveIsTheOneThatReadsEverything() throws Exception {
        assertThat(pack("whole", ArchiveNaming.BACKUP, false)).doesNotContain(TAKEN_OVER);
        assertThat(pack("reused", ArchiveNaming.BACKUP, true)).contains(TAKEN_OVER);
        assertThat(Files.mismatch(archive("whole"), archive("reused"))).isEqualTo(-1);
    }

    @Test
    void archivesOfOtherNamesTakeNothingOver() throws Exception {
        assertThat(pack("moved", ArchiveNaming.CPMOVE, true)).doesNotContain(TAKEN_OVER);
    }

    @Test
    void fromADamagedArchiveNothingIsTakenOver() throws Exception {
        pack("whole", ArchiveNaming.BACKUP, false);
        Path accounts = server.backups.directory().root().resolve("2026-03-07/accounts");
        try (FileChannel file = FileChannel.open(accounts.resolve(".packhorse/bob.index"))) {
            ArchiveIndex index = ArchiveIndex.open(RangeSource.of(file));
            for (int i = 0; i < index.segments(); i++) {
                VerifyServer.damage(accounts.resolve("bob.tar.gz"), index.segment(i).offset() + 12);
            }
        }
        assertThat(pack("again", ArchiveNaming.BACKUP, true))
                .contains("nothing is taken over from it")
                .doesNotContain(TAKEN_OVER);
        assertThat(Files.mismatch(archive("whole"), archive("again"))).isEqualTo(-1);
        try (var left = Files.list(server.root.resolve("/home/again"))) {
            assertThat(left).containsExactly(archive("again"));
        }
    }

    /// A job that an earlier version has left in the queue.
    @Test
    void argumentsOfEarlierVersionsAreRead() {
        String json =
                """
                {"account":"bob","session":"","folder":"/home","naming":"BACKUP","zone":"UTC",
                "compressed":true,"skips":[],"databases":"ALL","mysqlVersion":"","partBytes":0,
                "lowPriority":false,"incremental":false}\
                """;
        assertThat(JobJson.read(json, PkgacctArguments.class).mayTakeOver()).isFalse();
    }
}
