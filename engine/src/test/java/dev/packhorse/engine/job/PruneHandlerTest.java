package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.retention.CalendarRule;
import dev.packhorse.engine.retention.PlaceRules;
import dev.packhorse.engine.retention.RetentionPolicy;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionKind;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.tree.TreeSpot;
import dev.packhorse.engine.tree.TreeWriter;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruneHandlerTest {
    @TempDir Path folder;
    private PruneServer server;

    @BeforeEach
    void open() throws Exception {
        server = new PruneServer(folder);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private static PruneResult succeeded(JobHandler.Ended ended) {
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        return JobJson.read(((JobOutcome.Succeeded) ended.outcome()).result(), PruneResult.class);
    }

    private static String stopped(JobHandler.Ended ended) {
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Failed.class);
        return ((JobOutcome.Failed) ended.outcome()).reason();
    }

    private List<RestorePoint> left() {
        return server.catalog.ofAccount(new AccountName("alice"));
    }

    /// The newest three of these are all that is left, in the catalog and as objects.
    private void assertThreeLeft(List<RestorePoint> points) throws IOException {
        assertThat(left()).containsExactlyElementsOf(points.subList(0, 3));
        assertThat(server.catalog.deleting()).isEmpty();
        for (int i = 0; i < points.size(); i++) {
            assertThat(server.exists(points.get(i))).as("%s", points.get(i)).isEqualTo(i < 3);
        }
    }

    private void assertNothingGone(List<RestorePoint> points) throws IOException {
        assertThat(left()).containsExactlyElementsOf(points);
        assertThat(server.catalog.deleting()).isEmpty();
        for (RestorePoint point : points) {
            assertThat(server.exists(point)).isTrue();
        }
    }

    @Test
    void theBackupDirectoryKeepsWhatTheRulesKeep() throws Exception {
        List<RestorePoint> points = server.points("alice", DestinationId.LOCAL, 8);
        Path foreign = server.file(DestinationId.LOCAL, new ObjectKey("2027-02-22/notes.txt"));
        Files.writeString(foreign, "mine");

        PruneResult result = succeeded(server.prune(DestinationId.LOCAL));

        assertThreeLeft(points);
        assertThat(result.removed()).isEqualTo(5);
        assertThat(result.kept()).isEqualTo(3);
        assertThat(result.bytes()).isEqualTo(15);
        assertThat(result.folders()).as("but not the one with another's file").isEqualTo(4);
        assertThat(foreign).hasContent("mine");
        assertThat(foreign.resolveSibling("accounts")).doesNotExist();
        String log = log(result);
        assertThat(log)
                .contains(
                        "Pruning backup directory: "
                                + server.backups.directory().root().resolve("2027-02-22"),
                        "Removed 2027-02-22/accounts/alice.tar.gz: beyond 3 daily",
                        "5 points removed, 3 kept");
        assertThat(server.record.pointsAfterPrune(DestinationId.LOCAL)).contains(3);
    }

    private String log(PruneResult result) throws IOException {
        return server.sessions()
                .readEnd(
                        SessionKind.PKGACCT,
                        new SessionId(result.session()),
                        SessionStore.MASTER_LOG)
                .orElseThrow()
                .text();
    }

    @Test
    void aDestinationLosesExactlyTheKeysOfTheCatalogInOrder() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 4);
        List<RestorePoint> elsewhere = server.points("alice", server.second, 4);
        RestorePoint of = points.getLast();
        ObjectKey foreign = new ObjectKey("2020-01-01/accounts/alice.tar.gz");
        Files.createDirectories(server.file(server.first, foreign).getParent());
        Files.writeString(server.file(server.first, foreign), "not ours");

        succeeded(server.prune(server.first));

        assertThat(server.place(server.first).deleted)
                .containsExactlyElementsOf(
                        PruneServer.objects(of).stream().map(ObjectKey::value).toList());
        assertThat(server.file(server.first, foreign)).exists();
        assertThat(left()).hasSize(7).doesNotContain(of).containsAll(elsewhere);
    }

    @Test
    void aRemovalThatWasCutShortIsEnded() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        server.catalog.markDeleting(points.get(3));
        server.catalog.markDeleting(points.get(4));
        for (ObjectKey key : PruneServer.objects(points.get(4))) {
            Files.delete(server.file(server.first, key));
        }
        succeeded(server.prune(server.first));
        assertThreeLeft(points);
    }

    @Test
    void aProcessThatDiesAtAnyDeletionLeavesWorkThatTheNextOneEnds() throws Exception {
        for (int dies = 1; dies <= 6; dies++) {
            List<RestorePoint> points = server.points("alice", server.first, 5);
            int[] left = {dies};
            server.place(server.first).onDelete =
                    _ -> {
                        if (--left[0] == 0) {
                            throw new IllegalStateException("killed");
                        }
                        return true;
                    };
            assertThatThrownBy(() -> server.prune(server.first)).hasMessage("killed");
            server.place(server.first).onDelete = _ -> true;
            succeeded(server.prune(server.first));
            assertThreeLeft(points);
        }
    }

    @Test
    void aDestinationThatIsDownHarmsNoOther() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        server.opening = Optional.of(PruneServer.failure(Kind.UNAVAILABLE));
        assertThatThrownBy(() -> server.prune(server.first)).isInstanceOf(TransportException.class);
        assertNothingGone(points);
        server.points("alice", server.second, 5);
        assertThat(succeeded(server.prune(server.second)).removed()).isEqualTo(2);
    }

    @Test
    void aDestinationThatGoesDownOnTheWayIsPrunedTheNextTime() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        server.place(server.first).onDelete =
                key -> {
                    if (key.equals(points.get(3).archive())) {
                        throw PruneServer.failure(Kind.TIMED_OUT);
                    }
                    return true;
                };
        assertThatThrownBy(() -> server.prune(server.first)).isInstanceOf(TransportException.class);
        assertThat(server.catalog.deleting()).containsExactly(points.get(3));
        server.place(server.first).onDelete = _ -> true;
        succeeded(server.prune(server.first));
        assertThreeLeft(points);
    }

    @Test
    void anEmptyListingIsNotBelieved() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        server.place(server.first).onList = (_, _) -> {};
        assertThat(succeeded(server.prune(server.first)).removed())
                .as("the archives themselves answer")
                .isEqualTo(2);
        assertThreeLeft(points);

        for (RestorePoint point : server.points("alice", server.second, 5)) {
            Files.delete(server.file(server.second, point.archive()));
        }
        String reason = stopped(server.prune(server.second));
        assertThat(reason).contains("none of the 5 archives that should be there is there");
        assertThat(left()).hasSize(8);
        assertThat(server.record.stopped(server.second)).isPresent();
        PruneArguments forget =
                new PruneArguments(server.second.value(), "", true, false, true, "", "");
        assertThat(stopped(server.prune(forget))).contains("none of the 5");
        assertThat(left()).hasSize(8);
    }

    @Test
    void aListingThatFailsStopsThePrune() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        server.place(server.first).onList =
                (visitor, place) -> {
                    place.list("", _ -> false, Cancellation.never());
                    throw PruneServer.failure(Kind.UNAVAILABLE);
                };
        assertThatThrownBy(() -> server.prune(server.first)).isInstanceOf(TransportException.class);
        assertNothingGone(points);
    }

    @Test
    void anArchiveThatIsNotThereStopsThePruneUntilItIsForgotten() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 6);
        Files.delete(server.file(server.first, points.getFirst().archive()));
        assertThat(stopped(server.prune(server.first)))
                .contains(
                        "1 of 6 archives are not there, as 2027-03-01/accounts/alice.tar.gz",
                        "--forget-missing");
        assertThat(left()).hasSize(6);

        succeeded(
                server.prune(
                        new PruneArguments(server.first.value(), "", false, false, true, "", "")));
        assertThat(left()).containsExactlyElementsOf(points.subList(1, 4));
        assertThat(server.record.stopped(server.first)).isEmpty();
    }

    @Test
    void aBackupDirectoryThatIsNotMountedIsNotPruned() throws Exception {
        List<RestorePoint> points = server.points("alice", DestinationId.LOCAL, 5);
        Path root = server.backups.directory().root();
        Path away = root.resolveSibling("away");
        Files.move(root, away);
        assertThatThrownBy(() -> server.prune(DestinationId.LOCAL))
                .hasMessageContaining("is it mounted?");
        Files.createDirectory(root);
        assertThat(stopped(server.prune(DestinationId.LOCAL))).contains("none of the 5");
        Files.delete(root);
        Files.move(away, root);
        assertNothingGone(points);
    }

    @Test
    void anObjectThatMayNotBeDeletedKeepsNoOther() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        server.place(server.first).onDelete =
                key -> {
                    if (key.equals(points.get(4).archive())) {
                        throw PruneServer.failure(Kind.DENIED);
                    }
                    return true;
                };
        assertThat(server.prune(server.first).outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        partial -> assertThat(partial.result()).contains("it said DENIED"));
        assertThat(server.exists(points.get(3))).isFalse();
        assertThat(server.catalog.deleting()).containsExactly(points.get(4));
        server.place(server.first).onDelete = _ -> true;
        succeeded(server.prune(server.first));
        assertThreeLeft(points);
    }

    @Test
    void aDeletionIsProvenBeforeTheCatalogForgets() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 4);
        server.place(server.first).onDelete = _ -> false;
        assertThat(server.prune(server.first).outcome())
                .isInstanceOfSatisfying(
                        JobOutcome.Partial.class,
                        partial -> assertThat(partial.result()).contains("it is still there"));
        assertThat(server.catalog.deleting()).containsExactly(points.getLast());
    }

    @Test
    void anArchiveThatTookThePlaceMeanwhileStays() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 4);
        RestorePoint old = points.getLast();
        RestorePoint newer =
                new RestorePoint(
                        old.account(),
                        old.destination(),
                        old.tier(),
                        old.date(),
                        old.archive(),
                        old.sizeBytes(),
                        "b".repeat(64),
                        old.packedAt(),
                        old.node());
        server.place(server.first).onList =
                (visitor, place) -> {
                    server.catalog.adopt(List.of(newer));
                    place.list("", visitor, Cancellation.never());
                };
        assertThat(succeeded(server.prune(server.first)).removed()).isZero();
        assertThat(left()).contains(newer);
        assertThat(server.exists(newer)).isTrue();
    }

    @Test
    void aClockThatJumpedSuspendsUntilConfirmed() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 3);
        succeeded(server.prune(server.first));
        server.keep("1");
        for (int days : new int[] {400, -400}) {
            server.clock.advance(Duration.ofDays(days));
            assertThat(stopped(server.prune(server.first))).contains("--confirm");
        }
        assertNothingGone(points);
        PruneArguments confirm =
                new PruneArguments(server.first.value(), "", true, false, false, "", "");
        assertThat(succeeded(server.prune(confirm)).removed()).isEqualTo(2);
        assertThat(succeeded(server.prune(server.first)).removed()).isZero();
    }

    @Test
    void aPlanThatRemovesFarTooMuchIsStoppedUntilConfirmed() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 30);
        server.keep("30");
        succeeded(server.prune(server.first));
        server.keep("3");
        assertThat(stopped(server.prune(server.first)))
                .contains("27 of 30 points would go, but only 0 came since the last prune");
        assertNothingGone(points);
        assertThat(
                        succeeded(
                                        server.prune(
                                                new PruneArguments(
                                                        server.first.value(),
                                                        "",
                                                        true,
                                                        false,
                                                        false,
                                                        "",
                                                        "")))
                                .removed())
                .isEqualTo(27);
    }

    @Test
    void theUploadsOfTheRunAreWaitedFor() throws Exception {
        server.points("alice", server.first, 5);
        JobId run = JobId.random();
        upload(server.first, "2027-03-01/accounts/bob.tar.gz", run);
        PruneArguments after =
                new PruneArguments(server.first.value(), "", false, false, false, run.value(), "");
        assertThat(server.prune(after).outcome())
                .isEqualTo(
                        new JobOutcome.Snoozed(
                                Duration.ofSeconds(20), "1 uploads are not done yet"));
        server.points("alice", server.second, 5);
        succeeded(
                server.prune(
                        new PruneArguments(
                                server.second.value(), "", false, false, false, run.value(), "")));
        server.queue.requestCancel(
                server.queue
                        .list(
                                dev.packhorse.engine.queue.JobFilter.of(
                                        java.util.Set.of(JobKind.UPLOAD), java.util.Set.of()))
                        .getFirst()
                        .id(),
                "root");
        succeeded(server.prune(after));
    }

    private void upload(DestinationId to, String archive, JobId run) {
        UploadArguments upload =
                new UploadArguments(
                        archive.contains("bob") ? "bob" : "alice",
                        to.value(),
                        Tier.DAILY,
                        "2027-03-01",
                        archive,
                        3,
                        "a".repeat(64));
        server.queue.enqueue(
                JobRequest.of(
                        JobKind.UPLOAD,
                        upload.account(),
                        RunHandler.ownerOf(run),
                        JobJson.write(upload)));
    }

    @Test
    void whatJobsWaitForStays() throws Exception {
        List<RestorePoint> points = server.points("alice", DestinationId.LOCAL, 6);
        upload(server.first, points.get(5).archive().value(), JobId.random());
        server.queue.enqueue(
                JobRequest.of(
                                JobKind.RESTORE,
                                "alice",
                                "root",
                                JobJson.write(
                                        new RestoreArguments(
                                                "alice",
                                                points.get(4).date().toString(),
                                                "local",
                                                "",
                                                RestoreArguments.Origin.QUEUE,
                                                false,
                                                false,
                                                false,
                                                false,
                                                List.of(),
                                                List.of(),
                                                false,
                                                false,
                                                "")))
                        .asHeld());
        assertThat(succeeded(server.prune(DestinationId.LOCAL)).removed()).isEqualTo(1);
        assertThat(server.exists(points.get(3))).isFalse();
        assertThat(left()).contains(points.get(4), points.get(5));
    }

    @Test
    void aNewerTreeKeepsTheFilesThatItSharesWithAnOldOne() throws Exception {
        server.keep("1");
        RestorePoint old =
                server.point(
                        "alice",
                        DestinationId.LOCAL,
                        Tier.DAILY,
                        PruneServer.TODAY.minusDays(2),
                        "");
        RestorePoint newer =
                server.point("alice", DestinationId.LOCAL, Tier.DAILY, PruneServer.TODAY, "");
        TreeSpot spot = server.backups.directory().tree(old.archive());
        Files.createDirectories(spot.record().getParent());
        Path manifest =
                server.file(DestinationId.LOCAL, BackupDirectory.manifestKey(old.archive()));
        Files.writeString(manifest, "{}");
        try (TreeWriter writer =
                TreeWriter.begin(
                        spot,
                        ".partial",
                        Optional.empty(),
                        1,
                        InstantSource.system(),
                        Cancellation.never())) {
            writer.addText("homedir/a/deep/file", 0600, "shared");
            writer.finish();
            writer.publish();
        }
        server.backups.directory().link(old.archive(), newer.archive(), JobId.random());

        assertThat(succeeded(server.prune(DestinationId.LOCAL)).removed()).isEqualTo(1);

        assertThat(spot.tree()).doesNotExist();
        assertThat(spot.record()).doesNotExist();
        assertThat(manifest).doesNotExist();
        assertThat(spot.folder().getParent()).as("the date's folder").doesNotExist();
        TreeSpot kept = server.backups.directory().tree(newer.archive());
        assertThat(kept.tree().resolve("homedir/a/deep/file")).hasContent("shared");
        assertThat(kept.record()).exists();
    }

    @Test
    void aTreeWhoseRemovalWasCutShortIsRemoved() throws Exception {
        RestorePoint old =
                server.point(
                        "alice",
                        DestinationId.LOCAL,
                        Tier.DAILY,
                        PruneServer.TODAY.minusDays(9),
                        "");
        server.points("alice", DestinationId.LOCAL, 1);
        TreeSpot spot = server.backups.directory().tree(old.archive());
        Path aside = spot.folder().resolve(".packhorse-partial-pruned-alice");
        Files.createDirectories(aside.resolve("homedir"));
        server.catalog.markDeleting(old);
        succeeded(server.prune(DestinationId.LOCAL));
        assertThat(aside).doesNotExist();
        assertThat(server.catalog.deleting()).isEmpty();
    }

    @Test
    void pruningNeedsNoFileToBeWritten() throws Exception {
        List<RestorePoint> points = server.points("alice", DestinationId.LOCAL, 5);
        // Where nobody can make a file, as on a full disk.
        Path state = Files.createSymbolicLink(folder.resolve("state"), Path.of("/proc/self"));
        PruneResult result = succeeded(server.prune(DestinationId.LOCAL));
        Files.delete(state);
        assertThat(result.removed()).isEqualTo(2);
        assertThat(result.session()).isEmpty();
        assertThat(left()).containsExactlyElementsOf(points.subList(0, 3));
    }

    @Test
    void aCancelledPruneStopsBetweenTwoPoints() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 8);
        CancellationSource cancellation = new CancellationSource();
        server.place(server.first).onDelete =
                key -> {
                    if (key.equals(points.get(6).archive())) {
                        cancellation.request();
                    }
                    return true;
                };
        JobHandler.Ended ended = server.prune(PruneServer.all(server.first), cancellation);
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Cancelled.class);
        assertThat(left()).containsExactlyElementsOf(points.subList(0, 6));
        succeeded(server.prune(server.first));
        assertThreeLeft(points);
    }

    @Test
    void deletionsKeepToTheirPace() throws Exception {
        server.policy =
                new RetentionPolicy(CalendarRule.NONE, Optional.empty(), PlaceRules.NONE, 20, 10);
        server.points("alice", server.first, 9);
        long start = System.nanoTime();
        assertThat(succeeded(server.prune(server.first)).removed()).isEqualTo(6);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void theLastCopyGoesOnlyWhenItsAccountIsNamed() throws Exception {
        server.keep("0");
        server.here = List.of(new AccountName("alice"), new AccountName("bob"));
        server.points("alice", server.first, 2);
        server.points("bob", server.first, 2);
        assertThat(succeeded(server.prune(server.first)).removed()).isEqualTo(2);
        assertThat(left()).hasSize(1);
        succeeded(
                server.prune(
                        new PruneArguments(
                                server.first.value(), "alice", false, true, false, "", "")));
        assertThat(left()).isEmpty();
        assertThat(server.catalog.ofAccount(new AccountName("bob"))).hasSize(1);
        assertThatThrownBy(() ->
                        new PruneArguments(server.first.value(), "", false, true, false, "", ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pointsOfAnotherServerAreNotTouched() throws Exception {
        RestorePoint strange = server.points("alice", server.first, 5).getLast();
        server.catalog.adopt(
                List.of(
                        new RestorePoint(
                                strange.account(),
                                strange.destination(),
                                strange.tier(),
                                strange.date(),
                                strange.archive(),
                                strange.sizeBytes(),
                                strange.sha256(),
                                strange.packedAt(),
                                "node2")));
        assertThat(succeeded(server.prune(server.first)).removed()).isEqualTo(1);
        assertThat(server.exists(strange)).isTrue();
    }

    @Test
    void whatIsGoneOrDisabledEndsTheJob() throws Exception {
        server.destinations.delete(server.first);
        assertThat(stopped(server.prune(server.first))).contains("is not there any more");
    }

    @Test
    void everyPlaceIsAskedForAfterARun() throws Exception {
        PruneRequests requests = new PruneRequests(server.planner(), "node1");
        JobId run = JobId.random();
        List<JobRequest> asked =
                requests.after(
                        TestJob.of(
                                        run,
                                        JobKind.RUN,
                                        "2027-03-01",
                                        Map.of(),
                                        server.now(),
                                        Cancellation.never())
                                .lease()
                                .job());
        assertThat(asked)
                .extracting(JobRequest::subject)
                .containsExactly("local", "first", "second");
        assertThat(asked).extracting(JobRequest::uniqueKey).doesNotHaveDuplicates();
        assertThat(JobJson.read(asked.get(1).arguments(), PruneArguments.class))
                .isEqualTo(
                        new PruneArguments(
                                server.first.value(), "", false, false, false, run.value(), ""));
    }
}
