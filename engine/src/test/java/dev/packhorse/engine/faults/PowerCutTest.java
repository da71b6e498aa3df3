package dev.packhorse.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.audit.AuditEntry;
import dev.packhorse.engine.audit.AuditFiles;
import dev.packhorse.engine.audit.AuditTrail;
import dev.packhorse.engine.auth.RootToken;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.rootfile.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Power that goes after each change that the daemon makes to a file of its own: what was
/// acknowledged is there, what was under way is there as a whole or not at all, and the change can
/// be made again. More of it: `-Dpackhorse.power.seeds=100`.
class PowerCutTest {
    private static final long SEEDS = Long.getLong("packhorse.power.seeds", 4);

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-03-07T09:00:00Z"));

    @TempDir private Path folder;

    /// What is fetched for a restore is a copy of what lies elsewhere: it may be gone after a cut.
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RESTORE_PLACE", "RESTORE_PLACE_REMOVED", "DOWNLOAD_TAKEN_OVER"})
    void theOldOrTheNewIsThere(NthCallTest.Subject subject) throws Exception {
        RecordedDisk disk = RecordedDisk.of(Files.createDirectory(folder.resolve("disk")));
        subject.set(disk.root(), "old");
        int old = disk.now();
        Object before = subject.read(disk.root());
        subject.set(disk.root(), "new");
        int acknowledged = disk.now();
        Object after = subject.read(disk.root());
        assertThat(after).isNotEqualTo(before);

        int cuts =
                disk.cut(
                        0,
                        1,
                        SEEDS,
                        folder,
                        (root, made) -> {
                            if (made < old) {
                                subject.set(root, "old");
                                assertThat(subject.read(root)).isEqualTo(before);
                            } else if (made < acknowledged) {
                                assertThat(subject.read(root)).isIn(before, after);
                            } else {
                                assertThat(subject.read(root)).isEqualTo(after);
                            }
                            subject.set(root, "new");
                            assertThat(subject.read(root)).isEqualTo(after);
                        });
        System.out.printf("figure: %s, %d power cuts%n", subject, cuts);
        assertThat(cuts).isGreaterThan(30);
    }

    /// What no folder names would lie on the other disk for ever.
    @Test
    void aPlaceOnAnotherDiskIsNamedByTheFolderOfItsJob() throws Exception {
        RecordedDisk disk = RecordedDisk.of(Files.createDirectory(folder.resolve("disk")));
        NthCallTest.Subject.RESTORE_PLACE.set(disk.root(), "old");
        NthCallTest.Subject.RESTORE_PLACE.set(disk.root(), "new");
        String place = ".packhorse-restore-" + NthCallTest.JOB;
        AtomicInteger made = new AtomicInteger();
        disk.cut(
                0,
                1,
                SEEDS,
                folder,
                (root, _) -> {
                    if (Files.exists(root.resolve("far").resolve(place))) {
                        made.incrementAndGet();
                        assertThat(root.resolve("staging/jobs/" + NthCallTest.JOB + "/elsewhere"))
                                .content()
                                .endsWith("/far/" + place);
                    }
                });
        assertThat(made.get()).isPositive();
    }

    @Test
    void theTokenOfTheFirstStartIsThereOrMadeAgain() throws Exception {
        RecordedDisk disk = RecordedDisk.of(Files.createDirectory(folder.resolve("disk")));
        assertThat(RootToken.ensure(tokens(disk.root()), disk.root())).isTrue();
        int cuts =
                disk.cut(
                        0,
                        1,
                        SEEDS,
                        folder,
                        (root, _) -> {
                            RootToken.ensure(tokens(root), root);
                            assertThat(tokens(root).find("root", RootToken.readFrom(root)))
                                    .isPresent();
                        });
        assertThat(cuts).isGreaterThan(30);
    }

    private static TokenStore tokens(Path state) {
        return new TokenStore(state.resolve("tokens"), CLOCK);
    }

    @Test
    void whatTheAuditTrailWasToldIsInIt() throws Exception {
        RecordedDisk disk = RecordedDisk.of(Files.createDirectory(folder.resolve("disk")));
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            AuditTrail trail = AuditTrail.open(disk.root().resolve("audit"), CLOCK);
            trail.add(done("suspendacct"));
            told.add(disk.now());
            trail.add(done("unsuspendacct"));
            told.add(disk.now());
        }
        disk.cut(
                0,
                1,
                SEEDS,
                folder,
                (root, made) -> {
                    Path trails = root.resolve("audit");
                    AuditTrail trail = AuditTrail.open(trails, CLOCK);
                    long there = new AuditFiles(trails).check().lines();
                    assertThat(there)
                            .isGreaterThanOrEqualTo(
                                    told.stream().filter(mark -> mark <= made).count());
                    trail.add(done("removeacct"));
                    AuditFiles.Checked checked = new AuditFiles(trails).check();
                    assertThat(checked.firstBreak()).isEmpty();
                    assertThat(checked.lines()).isEqualTo(there + 1);
                });
    }

    private static AuditEntry done(String function) {
        return new AuditEntry(
                CLOCK.instant(),
                AuditEntry.Event.DONE,
                "root",
                "",
                "127.0.0.1",
                function,
                "demo",
                new TreeSet<>(),
                "");
    }

    @Test
    void aFolderThatIsMadeForAFileStays() throws Exception {
        RecordedDisk disk = RecordedDisk.of(Files.createDirectory(folder.resolve("disk")));
        AtomicFile.replace(disk.root().resolve("some/new/file"), "text");
        int acknowledged = disk.now();
        disk.cut(
                acknowledged,
                1,
                SEEDS,
                folder,
                (root, _) -> assertThat(root.resolve("some/new/file")).hasContent("text"));
    }
}
