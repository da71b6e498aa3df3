package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.faults.Change;
import dev.packhorse.engine.faults.Changes;
import dev.packhorse.engine.faults.FaultyFiles;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.verification.VerifyBudget;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What reading stored copies again finds, and what follows from it. Needs root, for accounts'
/// files.
class VerifyHandlerTest {
    @TempDir static Path folder;
    private static VerifyServer server;
    private static List<RestorePoint> points = List.of();
    private RestorePoint alice;
    private RestorePoint bob;

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new VerifyServer(folder);
        RestorePoint alices = server.backUp("alice");
        RestorePoint bobs = server.backUp("bob");
        points = List.of(alices, server.there(alices), bobs, server.there(bobs));
        server.keep();
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void reset() throws Exception {
        server.reset(points);
        alice = points.get(0);
        bob = points.get(2);
    }

    private Verdict verdict(RestorePoint point) {
        return server.copy(point).proof().orElseThrow().verdict();
    }

    private String finding(RestorePoint point) {
        return server.copy(point).proof().orElseThrow().finding();
    }

    /// The middle of what the archive has of a member.
    private void damageMember(RestorePoint point, String member) throws IOException {
        Path archive = server.file(point, point.archive());
        try (VerifiedPlace place = new LocalCopies(server.server.backups.directory())) {
            var index =
                    ArchiveIndex.open(
                            place.index(
                                            point.destination().isLocal() ? point : alice,
                                            Cancellation.never())
                                    .orElseThrow());
            var found = index.find(BytePath.of(member)).orElseThrow();
            var segment = index.segment(found.segment());
            VerifyServer.damage(archive, segment.offset() + segment.packedBytes() / 2);
        }
    }

    private void damageEachSegment(RestorePoint point) throws IOException {
        try (VerifiedPlace place = new LocalCopies(server.server.backups.directory())) {
            var index = ArchiveIndex.open(place.index(point, Cancellation.never()).orElseThrow());
            for (int i = 0; i < index.segments(); i++) {
                VerifyServer.damage(
                        server.file(point, point.archive()),
                        index.segment(i).offset() + index.segment(i).packedBytes() / 2);
            }
        }
    }

    @Test
    void whatIsWholeIsProvenAndNothingIsChanged() throws Exception {
        for (DestinationId place : List.of(DestinationId.LOCAL, server.far)) {
            JobHandler.Ended ended = server.verify(VerifyServer.all(place));
            assertThat(ended.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
            VerifyResult result = VerifyServer.result(ended);
            assertThat(result.good()).isEqualTo(2);
            assertThat(result.bytes()).isEqualTo(alice.sizeBytes() + bob.sizeBytes());
        }
        assertThat(server.copies(alice)).hasSize(2).allMatch(StoredCopy::isSound);
        assertThat(server.copy(alice).proof().orElseThrow().at()).isEqualTo(RestoreServer.NOW);
        assertThat(server.place.deleted).isEmpty();
        assertThat(server.told).isEmpty();
    }

    @Test
    void aDamagedBitIsFoundAndTheMemberNamedAndTheOtherCopyTold() throws Exception {
        damageMember(alice, "homedir/public_html/index.html");

        JobHandler.Ended ended = server.verify(VerifyServer.all(DestinationId.LOCAL));

        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Failed.class);
        VerifyResult result = VerifyServer.result(ended);
        assertThat(result.good()).isEqualTo(1);
        assertThat(result.damaged()).isEqualTo(1);
        assertThat(verdict(alice)).isEqualTo(Verdict.DAMAGED);
        assertThat(finding(alice)).contains("are damaged: ").contains("homedir/");
        assertThat(result.findings().getFirst())
                .contains(alice.archive().value(), "the same archive is whole at " + server.far);
        assertThat(server.told).hasSize(1);
        assertThat(server.told.getFirst().text()).contains("homedir/", server.far.value());
        assertThat(verdict(bob)).isEqualTo(Verdict.GOOD);
    }

    @Test
    void theOnlyMemberOfASegmentIsNamedExactly() throws Exception {
        Path large = server.server.root.resolve("/home/bob/public_html/large.bin");
        byte[] bytes = new byte[3 << 20];
        new Random(7).nextBytes(bytes);
        Files.write(large, bytes);
        Files.setAttribute(
                large, "unix:uid", Files.getAttribute(large.resolveSibling("."), "unix:uid"));
        for (var key : PruneServer.objects(bob)) {
            Files.delete(server.file(server.there(bob), key));
        }
        bob = server.backUp("bob");
        try (VerifiedPlace place = new LocalCopies(server.server.backups.directory())) {
            var index = ArchiveIndex.open(place.index(bob, Cancellation.never()).orElseThrow());
            var found = index.find(BytePath.of("homedir/public_html/large.bin")).orElseThrow();
            assertThat(found.entry().segmentsBack()).isPositive();
            var segment = index.segment(found.segment() + 1);
            VerifyServer.damage(
                    server.file(server.there(bob), bob.archive()),
                    segment.offset() + segment.packedBytes() / 2);
        }
        server.verify(VerifyServer.all(server.far));
        assertThat(finding(server.there(bob)))
                .endsWith("are damaged: homedir/public_html/large.bin");
    }

    @Test
    void aDamagedCopyIsNotRestoredFromAndTheOtherOneIs() throws Exception {
        damageMember(alice, "homedir/public_html/index.html");
        server.verify(VerifyServer.all(DestinationId.LOCAL));

        assertThat(server.server.restore(RestoreServer.whole("alice")).message())
                .contains("was found damaged", "the same archive is whole at " + server.far);
        assertThat(server.server.catalog.ofAccount(alice.account()))
                .containsExactly(server.there(alice));
        RestoreArguments elsewhere = RestoreServer.whole("alice");
        RestoreArguments far =
                new RestoreArguments(
                        "alice",
                        elsewhere.restorePoint(),
                        server.far.value(),
                        "",
                        elsewhere.origin(),
                        false,
                        true,
                        true,
                        true,
                        List.of(),
                        List.of(),
                        false,
                        false,
                        "");
        assertThat(server.server.restore(far).result()).isNotZero();
    }

    @Test
    void nothingIsTakenOverFromADamagedArchive() throws Exception {
        EarlierArchives earlier =
                new EarlierArchives(
                        server.server.plant.mac(), server.server.plant.unsound(), _ -> {});
        BackupDirectory directory = server.server.backups.directory();
        try (EarlierArchives.Opened found =
                earlier.newest(directory, alice.account(), ".tar.gz").orElseThrow()) {
            assertThat(found.sizeBytes()).isEqualTo(alice.sizeBytes());
        }
        damageMember(alice, "homedir/public_html/index.html");
        server.verify(VerifyServer.all(DestinationId.LOCAL));
        assertThat(earlier.newest(directory, alice.account(), ".tar.gz")).isEmpty();
    }

    /// Its index lies in a bad sector, or its manifest does.
    @Test
    void anEarlierArchiveThatCannotBeReadIsPassedOverAndTold() throws Exception {
        BackupDirectory directory = server.server.backups.directory();
        for (ObjectKey bad :
                List.of(
                        BackupDirectory.indexKey(alice.archive()),
                        BackupDirectory.manifestKey(alice.archive()))) {
            List<String> told = new ArrayList<>();
            EarlierArchives earlier =
                    new EarlierArchives(
                            server.server.plant.mac(), server.server.plant.unsound(), told::add);
            Path root = FaultyFiles.of(directory.root(), new BadSector(bad));

            var found = earlier.newest(new BackupDirectory(root), alice.account(), ".tar.gz");

            assertThat(found).isEmpty();
            assertThat(told)
                    .containsExactly(
                            alice.archive()
                                    + " or what lies beside it cannot be read (Input/output error); nothing is taken over from it");
        }
    }

    /// No file of this name can be opened.
    private record BadSector(ObjectKey of) implements Changes {
        @Override
        public <R> R make(Change change, Action<R> action) throws IOException {
            if (change instanceof Change.Open open && open.path().endsWith(of.value())) {
                throw new IOException("Input/output error");
            }
            return action.run();
        }
    }

    /// The newest archive is damaged, and no verification has found that yet.
    @Test
    void aSafetyCopyTakesNothingOverFromADamagedArchive() throws Exception {
        RestoreServer restores = server.server;
        restores.forgetSafetyCopies();
        String brought = restores.copyOf("alice");
        damageEachSegment(alice);

        RestoreResult done = restores.restore(RestoreServer.vouched("alice", brought));

        assertThat(done.result()).as(done.toString()).isNotZero();
        assertThat(restores.lastLog())
                .contains(alice.archive() + ": the earlier archive is damaged at byte ")
                .contains("; nothing is taken over from it");
        assertThat(restores.safety.names(alice.account())).hasSize(1);
        RestoreResult back = restores.restore(RestoreServer.safetyCopy("alice", "newest"));
        assertThat(back.result()).as(back.toString()).isNotZero();
    }

    @Test
    void aBackupTakesNothingOverFromADamagedArchive() throws Exception {
        damageEachSegment(alice);

        server.server.backUp("alice");

        assertThat(server.server.lastBackupLog())
                .contains(alice.archive() + ": the earlier archive is damaged at byte ")
                .contains("; nothing is taken over from it");
        VerifyResult result =
                VerifyServer.result(
                        server.verify(new VerifyArguments("local", "alice", "", false, "")));
        assertThat(result.good()).isEqualTo(1);
    }

    @Test
    void aRepairedCopyIsGoodAgainOnceSomebodyHasItRead() throws Exception {
        Path archive = server.file(alice, alice.archive());
        VerifyServer.damage(archive, 5_000);
        server.verify(VerifyServer.all(DestinationId.LOCAL));
        assertThat(verdict(alice)).isEqualTo(Verdict.DAMAGED);
        VerifyServer.damage(archive, 5_000);
        server.verify(VerifyArguments.ofDay("local"));
        assertThat(verdict(alice)).as("not by itself").isEqualTo(Verdict.DAMAGED);
        JobHandler.Ended again =
                server.verify(new VerifyArguments("local", "alice", "", false, ""));
        assertThat(again.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        assertThat(verdict(alice)).isEqualTo(Verdict.GOOD);
    }

    @Test
    void aTruncatedArchiveIsDamaged() throws Exception {
        Path archive = server.file(alice, alice.archive());
        try (var file = FileChannel.open(archive, StandardOpenOption.WRITE)) {
            file.truncate(alice.sizeBytes() - 100);
        }
        server.verify(VerifyServer.all(DestinationId.LOCAL));
        assertThat(finding(alice))
                .contains(
                        "it has %d bytes instead of %d"
                                .formatted(alice.sizeBytes() - 100, alice.sizeBytes()));
    }

    @Test
    void damageWithoutAnIndexIsToldWithoutAMember() throws Exception {
        Files.delete(server.file(alice, BackupDirectory.indexKey(alice.archive())));
        VerifyServer.damage(server.file(alice, alice.archive()), 3_000);
        server.verify(VerifyServer.all(DestinationId.LOCAL));
        assertThat(finding(alice)).contains("no index tells which member");
    }

    @Test
    void aMissingManifestIsToldAndIsNoDamage() throws Exception {
        Files.delete(server.file(alice, BackupDirectory.manifestKey(alice.archive())));
        JobHandler.Ended ended = server.verify(VerifyServer.all(DestinationId.LOCAL));
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Partial.class);
        assertThat(VerifyServer.result(ended).findings().getFirst()).contains("no manifest");
        assertThat(verdict(alice)).isEqualTo(Verdict.GOOD);
    }

    @Test
    void anArchiveThatTookAnothersPlaceAndIsNotInTheCatalogYetIsNoDamage() throws Exception {
        RestorePoint before =
                new RestorePoint(
                        alice.account(),
                        alice.destination(),
                        alice.tier(),
                        alice.date(),
                        alice.archive(),
                        alice.sizeBytes() + 1,
                        "0".repeat(64),
                        alice.packedAt(),
                        alice.node());
        server.reset(List.of(before, bob));
        JobHandler.Ended ended = server.verify(VerifyServer.all(DestinationId.LOCAL));
        assertThat(VerifyServer.result(ended).findings().getFirst()).contains("being replaced");
        Path manifest = server.file(alice, BackupDirectory.manifestKey(alice.archive()));
        Files.move(
                manifest, server.file(alice, BackupDirectory.previousManifestKey(alice.archive())));
        Files.copy(server.file(bob, BackupDirectory.manifestKey(bob.archive())), manifest);
        JobHandler.Ended again = server.verify(VerifyServer.all(DestinationId.LOCAL));
        assertThat(VerifyServer.result(again).findings().getFirst())
                .as("while a third is to take its place")
                .contains("being replaced");
        assertThat(VerifyServer.result(ended).unread()).isEqualTo(1);
        assertThat(server.copy(before).proof()).isEmpty();

        VerifyServer.damage(server.file(alice, alice.archive()), 3_000);
        server.verify(VerifyServer.all(DestinationId.LOCAL));
        assertThat(verdict(before)).isEqualTo(Verdict.DAMAGED);
    }

    @Test
    void aMissingArchiveIsToldAndIsThereAgainOnceItIsBack() throws Exception {
        Path archive = server.file(server.there(alice), alice.archive());
        Path aside = folder.resolve("aside.tar.gz");
        Files.move(archive, aside);
        JobHandler.Ended ended = server.verify(VerifyServer.all(server.far));
        assertThat(VerifyServer.result(ended).missing()).isEqualTo(1);
        assertThat(verdict(server.there(alice))).isEqualTo(Verdict.MISSING);
        assertThat(server.told.getFirst().text())
                .contains("is missing", "the same archive is whole at local");

        Files.move(aside, archive);
        server.verify(VerifyArguments.ofDay(server.far.value()));
        assertThat(verdict(server.there(alice))).isEqualTo(Verdict.GOOD);
    }

    @Test
    void aPlaceWhereNothingIsIsNotBelieved() throws Exception {
        for (RestorePoint point : List.of(alice, bob)) {
            Files.delete(server.file(server.there(point), point.archive()));
        }
        JobHandler.Ended ended = server.verify(VerifyServer.all(server.far));
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Failed.class);
        assertThat(((JobOutcome.Failed) ended.outcome()).reason()).contains("is it mounted?");
        assertThat(server.copy(server.there(alice)).proof()).isEmpty();
        assertThat(server.told.getFirst().event()).isEqualTo("VerifyStopped");
    }

    @Test
    void aBackupDirectoryThatIsGoneIsNoDamage() throws Exception {
        Path root = server.server.backups.directory().root();
        Files.move(root, root.resolveSibling("elsewhere"));
        assertThatThrownBy(() -> server.verify(VerifyServer.all(DestinationId.LOCAL)))
                .hasMessageContaining("is it mounted?");
        assertThat(server.copies(alice)).allMatch(copy -> copy.proof().isEmpty());
    }

    @Test
    void aPlaceThatCannotBeReachedSaysNothing() throws Exception {
        server.place.onRead =
                _ -> {
                    throw new TransportException(Kind.UNAVAILABLE, "nobody answers");
                };
        assertThatThrownBy(() -> server.verify(VerifyServer.all(server.far)))
                .isInstanceOf(TransportException.class);
        assertThat(server.copies(alice)).allMatch(copy -> copy.proof().isEmpty());
        assertThat(server.told).isEmpty();
    }

    @Test
    void oneObjectThatIsRefusedDoesNotKeepTheOthers() throws Exception {
        server.place.onRead =
                key -> {
                    if (key.equals(alice.archive()) && hasBegun()) {
                        throw new TransportException(Kind.DENIED, "not this one");
                    }
                };
        JobHandler.Ended ended = server.verify(VerifyServer.all(server.far));
        VerifyResult result = VerifyServer.result(ended);
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Partial.class);
        assertThat(result.unread()).isEqualTo(1);
        assertThat(result.good()).isEqualTo(1);
        assertThat(server.copy(server.there(alice)).proof()).isEmpty();
    }

    private int asked;

    /// Each copy is asked for before it is read.
    private boolean hasBegun() {
        return ++asked % 3 == 2;
    }

    @Test
    void bytesThatDifferOnlyOnceAreNoDamage() throws Exception {
        Path archive = server.file(server.there(alice), alice.archive());
        VerifyServer.damage(archive, 4_000);
        List<String> reads = new ArrayList<>();
        server.place.onRead =
                key -> {
                    if (key.equals(BackupDirectory.indexKey(alice.archive()))) {
                        reads.add("index");
                        try {
                            VerifyServer.damage(archive, 4_000);
                        } catch (IOException e) {
                            throw new TransportException(Kind.REFUSED, "the test failed", e);
                        }
                    }
                };
        JobHandler.Ended ended = server.verify(VerifyServer.all(server.far));
        assertThat(reads).containsExactly("index");
        assertThat(verdict(server.there(alice))).isEqualTo(Verdict.GOOD);
        assertThat(VerifyServer.result(ended).findings().getFirst()).contains("read twice");
    }

    @Test
    void aRunThatIsKilledGoesOnWithTheRestAndTellsOfAllThatWasFound() throws Exception {
        server.budget = new VerifyBudget(1, 0, 100, Duration.ZERO);
        VerifyServer.damage(server.file(server.there(alice), alice.archive()), 4_000);
        VerifyServer.MarkedJob job =
                new VerifyServer.MarkedJob(VerifyServer.all(server.far), server.clock);
        server.place.onRead =
                key -> {
                    if (key.equals(bob.archive())) {
                        throw new IllegalStateException("killed");
                    }
                };
        assertThatThrownBy(() -> server.handler().run(job)).hasMessage("killed");
        assertThat(verdict(server.there(alice))).isEqualTo(Verdict.DAMAGED);
        assertThat(server.told).isEmpty();

        List<String> read = new ArrayList<>();
        server.place.onRead = key -> read.add(key.value());
        JobHandler.Ended ended = server.handler().run(job);

        assertThat(read).doesNotContain(alice.archive().value()).contains(bob.archive().value());
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Failed.class);
        assertThat(VerifyServer.result(ended).good()).isEqualTo(1);
        assertThat(server.told).hasSize(1);
        assertThat(server.told.getFirst().text()).contains(alice.archive().value());
        assertThat(job.mark()).as("tried again by hand it reads everything").isEmpty();
    }

    @Test
    void aDayThatIsTakenUpAgainReadsNoMoreThanItsShare() throws Exception {
        server.budget = new VerifyBudget(30, 0, 100, Duration.ZERO);
        VerifyServer.MarkedJob job =
                new VerifyServer.MarkedJob(VerifyArguments.ofDay(server.far.value()), server.clock);
        server.handler().run(job);
        assertThat(
                        server.copies(alice).stream()
                                        .filter(each -> each.proof().isPresent())
                                        .count()
                                + server.copies(bob).stream()
                                        .filter(each -> each.proof().isPresent())
                                        .count())
                .as("a thirtieth, rounded up to one archive")
                .isEqualTo(1);
    }

    @Test
    void aStoppedVerificationEndsAtTheNextBlock() throws Exception {
        VerifyServer.MarkedJob job =
                new VerifyServer.MarkedJob(VerifyServer.all(server.far), server.clock);
        job.cancellation = new CancellationSource();
        server.place.onRead = _ -> ((CancellationSource) job.cancellation).request();
        assertThat(server.handler().run(job).outcome()).isInstanceOf(JobOutcome.Cancelled.class);
        assertThat(server.copies(alice)).allMatch(copy -> copy.proof().isEmpty());
    }

    @Test
    void aReplacedArchiveStartsAnew() throws Exception {
        VerifyServer.damage(server.file(alice, alice.archive()), 4_000);
        server.verify(VerifyServer.all(DestinationId.LOCAL));
        assertThat(server.server.catalog.isUnsound(DestinationId.LOCAL, alice.archive())).isTrue();
        server.server.catalog.adopt(List.of(alice));
        assertThat(verdict(alice))
                .as("the same bytes, the same verdict")
                .isEqualTo(Verdict.DAMAGED);
        Files.writeString(
                server.server.root.resolve("/home/alice/public_html/new.html"), "something new");
        server.server.backUp("alice");
        assertThat(server.server.catalog.isUnsound(DestinationId.LOCAL, alice.archive())).isFalse();
    }

    @Test
    void aDamagedTreeIsFound() throws Exception {
        server.server.backups.file().update(Map.of(ConfigKey.BACKUPTYPE, "incremental"));
        server.server.backUp("carol");
        RestorePoint tree = server.server.catalog.ofAccount(new AccountName("carol")).getFirst();
        VerifyArguments carol = new VerifyArguments("local", "carol", "", false, "");
        assertThat(VerifyServer.result(server.verify(carol)).good()).isEqualTo(1);
        Path file = server.file(tree, tree.archive()).resolve("homedir/public_html/index.html");
        RetentionRecord record = new RetentionRecord(server.server.root.resolve("/retention.yaml"));
        assertThat(record.doubted(tree.account())).isEmpty();
        VerifyServer.damage(file, 3);
        assertThat(VerifyServer.result(server.verify(carol)).damaged()).isEqualTo(1);
        assertThat(finding(tree)).contains("was changed, added or removed");
        assertThat(record.doubted(tree.account())).contains(server.clock.instant());
    }

    /// As where somebody has put large files into it.
    @Test
    void aTreeThatHasGrownElsewhereIsDamaged() throws Exception {
        RestorePoint tree = treeElsewhere();
        server.place.onReadTree =
                key -> {
                    throw new TransportException(
                            Kind.CORRUPT, "read " + key + ": the server sends more than it may");
                };
        VerifyArguments carol = new VerifyArguments(server.far.value(), "carol", "", false, "");
        assertThat(VerifyServer.result(server.verify(carol)).damaged()).isEqualTo(1);
        assertThat(finding(tree)).contains("the server sends more");
        assertThat(server.server.catalog.isUnsound(server.far, tree.archive())).isTrue();
    }

    private RestorePoint treeElsewhere() throws IOException {
        RestorePoint tree =
                new RestorePoint(
                        new AccountName("carol"),
                        server.far,
                        alice.tier(),
                        alice.date(),
                        new ObjectKey(alice.date() + "/accounts/carol"),
                        9,
                        alice.sha256(),
                        alice.packedAt(),
                        alice.node());
        Path mark = server.file(tree, tree.archive());
        Files.createDirectories(mark.getParent());
        Files.writeString(mark, "its mark");
        server.server.catalog.adopt(List.of(tree));
        return tree;
    }
}
