package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFailures;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of the trees of an account of which one is damaged: they share their files. Needs
/// root.
class DamagedTreeTest {
    private static final String PAGE = "homedir/public_html/index.html";
    private static final AccountName ALICE = new AccountName("alice");

    @TempDir private Path folder;

    private RestoreServer server;
    private PackingPlant plant;
    private @Nullable JobOutcome last;

    /// By this clock nothing changed just now.
    private final SettableClock clock = new SettableClock(Instant.now().plusSeconds(3_600));

    @BeforeEach
    void start() throws Exception {
        server = RestoreServer.demo(folder);
        server.backups
                .file()
                .update(Map.of(ConfigKey.BACKUPTYPE, "incremental", ConfigKey.LINKDEST, "1"));
        PackingPlant usual = server.plant;
        plant =
                new PackingPlant(
                        usual.components(),
                        usual.services(),
                        usual.sessions(),
                        usual.staging(),
                        usual.mac(),
                        usual.compression(),
                        usual.reuse(),
                        usual.unsound(),
                        usual.hooks(),
                        clock,
                        usual.node());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private RestorePoint backUp(String slot) throws IOException {
        BackupArguments arguments =
                new BackupArguments(ALICE.value(), List.of(Tier.DAILY), slot, "", "");
        JdbcJobQueue queue =
                new JdbcJobQueue(server.store, InstantSource.system(), WorkListener.none());
        var ended =
                new BackupHandler(
                                plant,
                                server.backups,
                                server.destinations,
                                Rooms.ample(
                                        server.backups, queue, server.catalog, server.destinations),
                                new PinStore(folder.resolve("pins.yaml")),
                                new RetentionRecord(folder.resolve("retention.yaml")))
                        .run(
                                TestJob.of(
                                        JobId.random(),
                                        JobKind.BACKUP,
                                        ALICE.value(),
                                        arguments,
                                        clock.instant(),
                                        Cancellation.never()));
        last = ended.outcome();
        assertThat(last).isNotInstanceOf(JobOutcome.Failed.class);
        server.catalog.adopt(ended.followUp().restorePoints());
        clock.advance(Duration.ofHours(24));
        return ended.followUp().restorePoints().getFirst();
    }

    private Path file(RestorePoint point, String member) throws IOException {
        return server.backups.directory().place(point.archive()).resolve(member);
    }

    private boolean isShared(RestorePoint one, RestorePoint other) throws IOException {
        return Files.isSameFile(file(one, PAGE), file(other, PAGE));
    }

    /// As a disk does it.
    private static void rot(Path file) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        VerifyServer.damage(file, 3);
        Files.setLastModifiedTime(file, time);
    }

    private RetentionRecord record() {
        return new RetentionRecord(server.root.resolve("/retention.yaml"));
    }

    private void find(RestorePoint point, Verdict verdict) {
        assertThat(server.catalog.prove(point, new Proof(clock.instant(), verdict, "found")))
                .isTrue();
        clock.advance(Duration.ofHours(1));
    }

    @Test
    void whatIsDamagedInOneTreeIsHandedOnToNone() throws Exception {
        RestorePoint first = backUp("2026-03-01");
        RestorePoint second = backUp("2026-03-02");
        assertThat(isShared(first, second)).isTrue();
        rot(file(first, PAGE));
        find(first, Verdict.DAMAGED);

        RestorePoint third = backUp("2026-03-03");

        assertThat(isShared(second, third)).isFalse();
        assertThat(file(third, PAGE))
                .hasSameBinaryContentAs(server.root.resolve("/home/alice/public_html/index.html"));
        RestorePoint fourth = backUp("2026-03-04");
        assertThat(isShared(third, fourth)).as("what was packed since is good").isTrue();
    }

    @Test
    void aTreeThatWasReadSinceAndFoundGoodIsLinkedTo() throws Exception {
        RestorePoint first = backUp("2026-03-01");
        RestorePoint second = backUp("2026-03-02");
        find(first, Verdict.DAMAGED);
        DoubtedArchives doubted = new DoubtedArchives(server.catalog, record());
        assertThat(doubted.test(second.archive())).isTrue();

        find(second, Verdict.GOOD);

        assertThat(doubted.test(second.archive())).isFalse();
        assertThat(doubted.test(first.archive())).isTrue();
        assertThat(isShared(second, backUp("2026-03-03"))).isTrue();
    }

    /// What rotted lies in the tree that nobody has read.
    @Test
    void theDoubtOutlivesTheTreeThatCastIt() throws Exception {
        RestorePoint first = backUp("2026-03-01");
        RestorePoint second = backUp("2026-03-02");
        rot(file(second, PAGE));
        record().doubt(ALICE, clock.instant());
        find(first, Verdict.DAMAGED);
        server.catalog.markDeleting(first);
        server.backups.directory().delete(first.archive());
        server.catalog.drop(first);

        RestorePoint third = backUp("2026-03-03");

        assertThat(isShared(second, third)).isFalse();
        assertThat(file(third, PAGE))
                .hasSameBinaryContentAs(server.root.resolve("/home/alice/public_html/index.html"));
        assertThat(isShared(third, backUp("2026-03-04"))).isTrue();
    }

    @Test
    void whereNobodyKnowsOfDoubtsNothingIsLinked() throws Exception {
        RestorePoint first = backUp("2026-03-01");
        DoubtedArchives doubted = new DoubtedArchives(server.catalog, record());
        assertThat(doubted.test(first.archive())).isFalse();

        Files.writeString(server.root.resolve("/retention.yaml"), "doubted.alice: lately\n");

        assertThat(doubted.test(first.archive())).isTrue();
    }

    /// A tree that is not there says nothing about the others.
    @Test
    void aMissingTreeCastsNoDoubt() throws Exception {
        RestorePoint first = backUp("2026-03-01");
        RestorePoint second = backUp("2026-03-02");
        find(first, Verdict.MISSING);

        assertThat(isShared(second, backUp("2026-03-03"))).isTrue();
    }

    /// Of 2,000 files at least one is read, but once in six million times.
    @Test
    void whatNobodyHasVerifiedComesToLightWhenItIsLinked() throws Exception {
        Path many = server.root.resolve("/home/alice/public_html/many");
        Files.createDirectory(many);
        for (int i = 0; i < 2_000; i++) {
            Files.writeString(many.resolve("file" + i), "content of " + i);
        }
        RestorePoint first = backUp("2026-03-01");
        for (int i = 0; i < 2_000; i++) {
            rot(file(first, "homedir/public_html/many/file" + i));
        }

        RestorePoint second = backUp("2026-03-02");

        assertThat(last)
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        end ->
                                assertThat(end.result())
                                        .contains("does not hold what was written to it")
                                        .contains("every file is copied"));
        for (int i = 0; i < 2_000; i++) {
            assertThat(file(second, "homedir/public_html/many/file" + i))
                    .hasContent("content of " + i);
        }
        assertThat(isShared(first, second)).isFalse();
        assertThat(record().doubted(ALICE)).as("kept for a later try").isPresent();
        assertThat(isShared(second, backUp("2026-03-03"))).isTrue();
    }

    private Examined examine(RestorePoint point, PosixException... failures) throws IOException {
        int[] tries = new int[1];
        return new CopyExamination(
                        new LocalCopies(server.backups.directory()),
                        new ManifestMac(new byte[ManifestMac.KEY_BYTES]),
                        folder,
                        _ -> {},
                        Cancellation.never(),
                        (_, _, _) -> {
                            if (tries[0] < failures.length) {
                                throw failures[tries[0]++];
                            }
                            return point.sha256();
                        })
                .of(point);
    }

    @Test
    void aTreeThatTheDiskDoesNotGiveBackTwiceInARowIsDamaged() throws Exception {
        RestorePoint point = backUp("2026-03-01");
        PosixException failure = PosixFailures.of("pread64", "index.html", Errno.EIO);
        PosixException ours = PosixFailures.of("openat", "index.html", Errno.EMFILE);

        assertThat(examine(point, failure, failure))
                .isInstanceOfSatisfying(
                        Examined.Damaged.class,
                        found -> assertThat(found.finding()).contains("twice", "pread64"));
        assertThat(examine(point, failure)).isInstanceOf(Examined.Whole.class);
        assertThatThrownBy(() -> examine(point, ours)).isSameAs(ours);
        assertThatThrownBy(() -> examine(point, failure, ours)).isSameAs(ours);
    }
}
