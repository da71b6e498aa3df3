package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.model.Verdict;
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
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a prune removes, and what it leaves alone.
class PruneHandlerTest extends PruneCase {

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
                .containsExactly(
                        BackupDirectory.manifestKey(of.archive()).value(),
                        BackupDirectory.previousManifestKey(of.archive()).value(),
                        BackupDirectory.indexKey(of.archive()).value(),
                        of.archive().value());
        assertThat(server.file(server.first, foreign)).exists();
        assertThat(left()).hasSize(7).doesNotContain(of).containsAll(elsewhere);
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

    /// Its archive may be there already, with the catalog knowing only of the one before.
    @Test
    void whatAnOpenJobTakesThePlaceOfStays() throws Exception {
        RestorePoint here = server.points("alice", DestinationId.LOCAL, 4).getLast();
        RestorePoint there = server.points("bob", server.first, 4).getLast();
        BackupArguments backup =
                new BackupArguments("alice", List.of(Tier.DAILY), here.date().toString(), "", "");
        JobId late =
                server.queue
                        .enqueue(
                                JobRequest.of(
                                        JobKind.BACKUP, "alice", "root", JobJson.write(backup)))
                        .id();
        upload(server.first, there.archive().value(), JobId.random());

        assertThat(succeeded(server.prune(DestinationId.LOCAL)).removed()).isZero();
        assertThat(succeeded(server.prune(server.first)).removed()).isZero();
        assertThat(left()).contains(here);
        assertThat(server.catalog.ofAccount(there.account())).contains(there);

        server.queue.requestCancel(late, "root");
        assertThat(succeeded(server.prune(DestinationId.LOCAL)).removed()).isEqualTo(1);
        assertThat(left()).doesNotContain(here);
    }

    /// The upload may put it there between the look and the removal.
    @Test
    void whatAnOpenUploadBringsIsNotForgotten() throws Exception {
        List<RestorePoint> points = server.points("bob", server.first, 3);
        RestorePoint missing = points.getFirst();
        RestorePoint onItsWay = points.getLast();
        Files.delete(server.file(server.first, missing.archive()));
        Files.delete(server.file(server.first, onItsWay.archive()));
        upload(server.first, onItsWay.archive().value(), JobId.random());

        server.prune(new PruneArguments(server.first.value(), "", false, false, true, "", ""));

        assertThat(server.catalog.ofAccount(onItsWay.account()))
                .contains(onItsWay)
                .doesNotContain(missing);
    }

    /// As after a prune that was killed, or that a place refused one removal.
    @Test
    void whatAnOpenJobTakesThePlaceOfStaysThoughItsRemovalWasBegun() throws Exception {
        RestorePoint here = server.points("alice", DestinationId.LOCAL, 4).getLast();
        RestorePoint there = server.points("bob", server.first, 4).getLast();
        server.catalog.markDeleting(here);
        server.catalog.markDeleting(there);
        BackupArguments backup =
                new BackupArguments("alice", List.of(Tier.DAILY), here.date().toString(), "", "");
        JobId late =
                server.queue
                        .enqueue(
                                JobRequest.of(
                                        JobKind.BACKUP, "alice", "root", JobJson.write(backup)))
                        .id();
        upload(server.first, there.archive().value(), JobId.random());

        succeeded(server.prune(DestinationId.LOCAL));
        succeeded(server.prune(server.first));
        assertThat(server.exists(here)).isTrue();
        assertThat(server.exists(there)).isTrue();
        assertThat(server.catalog.deleting()).containsExactlyInAnyOrder(here, there);

        server.queue.requestCancel(late, "root");
        succeeded(server.prune(DestinationId.LOCAL));
        assertThat(server.exists(here)).isFalse();
        assertThat(server.catalog.deleting()).containsExactly(there);
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
    void damagedCopiesTakeNoGoodOnesPlaceAndGoWhenAGoodOneWould() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 6);
        prove(points.get(0), Verdict.DAMAGED);
        prove(points.get(5), Verdict.DAMAGED);

        PruneResult result = succeeded(server.prune(server.first));

        assertThat(result.removed()).isEqualTo(2);
        assertThat(left()).containsExactlyElementsOf(points.subList(1, 4));
        assertThat(server.exists(points.get(0))).as("as young as those that stay").isTrue();
        assertThat(server.exists(points.get(4))).as("beyond three good ones").isFalse();
        assertThat(server.exists(points.get(5))).as("nor would a good one stay").isFalse();
    }

    @Test
    void theLastGoodCopyStaysWhateverNewerOnesAreDamaged() throws Exception {
        server.keep("1");
        List<RestorePoint> points = server.points("alice", server.first, 3);
        prove(points.get(0), Verdict.DAMAGED);
        prove(points.get(1), Verdict.DAMAGED);
        succeeded(server.prune(server.first));
        assertThat(left()).containsExactly(points.get(2));
        assertThat(server.exists(points.get(0))).isTrue();
        assertThat(server.exists(points.get(1))).isFalse();
    }

    @Test
    void whatWasFoundMissingStopsPruningUntilItIsForgotten() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 6);
        Files.delete(server.file(server.first, points.get(1).archive()));
        prove(points.get(1), Verdict.MISSING);
        assertThat(stopped(server.prune(server.first))).contains("--forget-missing");
        succeeded(
                server.prune(
                        new PruneArguments(server.first.value(), "", false, false, true, "", "")));
        assertThat(left()).containsExactly(points.get(0), points.get(2), points.get(3));
    }

    private void prove(RestorePoint point, Verdict verdict) {
        assertThat(server.catalog.prove(point, new Proof(server.now(), verdict, "x"))).isTrue();
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
    void emptyFoldersGoAndOthersStayAtADestination() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 6);
        Path far = folder.resolve("far").resolve(server.first.value());
        Path full = far.resolve(points.get(4).date().toString());
        Files.writeString(full.resolve("system_files.tar"), "kept");
        PruneResult result = succeeded(server.prune(server.first));
        assertThat(result.removed()).isEqualTo(3);
        assertThat(result.folders()).isEqualTo(2);
        assertThat(far.resolve(points.get(3).date().toString())).doesNotExist();
        assertThat(far.resolve(points.get(5).date().toString())).doesNotExist();
        assertThat(full.resolve("accounts")).doesNotExist();
        assertThat(full.resolve("system_files.tar")).exists();
        assertThat(far.resolve(points.get(2).date() + "/accounts/alice.tar.gz")).exists();
    }

    @Test
    void whatAPlaceHasLockedIsNotRemovedAndTheNextPlanSaysSo() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 6);
        FaultyPlace place = server.place(server.first);
        place.locks.put(points.get(3).archive(), Instant.parse("2027-03-09T10:00:00Z"));
        place.locks.put(points.get(4).archive(), Instant.parse("2027-02-28T23:59:59Z"));
        PruneResult result = succeeded(server.prune(server.first));
        assertThat(result.removed()).as("one is locked no more").isEqualTo(2);
        assertThat(left()).containsExactlyElementsOf(points.subList(0, 4));
        assertThat(place.deleted).noneMatch(key -> key.equals(points.get(3).archive().value()));
        assertThat(reasons(points.get(3))).containsExactly("locked until 2027-03-09");

        server.clock.advance(Duration.ofDays(1));
        assertThat(succeeded(server.prune(server.first)).removed()).isZero();
        server.clock.advance(Duration.ofDays(8));
        assertThat(server.catalog.locks(server.first)).hasSize(1);
        assertThat(reasons(points.get(3))).containsExactly("beyond 3 daily");
    }

    private List<String> reasons(RestorePoint point) throws Exception {
        return server
                .planner()
                .plan(
                        new PrunePlanner.Wanted(
                                server.first, Optional.empty(), Optional.of(server.now()), false))
                .decisions()
                .stream()
                .filter(each -> each.point().equals(point))
                .flatMap(each -> each.reasons().stream())
                .toList();
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

    /// Each further night lacks the database, too, and would push out the last one that has it.
    @Test
    void theNewestCopyWithEveryDatabaseStaysWhileNewerOnesLackOne() throws Exception {
        AccountName alice = new AccountName("alice");
        List<RestorePoint> points = server.points("alice", DestinationId.LOCAL, 6);
        RestorePoint whole = points.get(4);
        for (RestorePoint point : points.subList(0, 4).reversed()) {
            server.record.packed(alice, point.slot(), Map.of("Mysql", false));
        }

        succeeded(server.prune(DestinationId.LOCAL));

        assertThat(server.catalog.ofAccount(alice))
                .containsExactlyInAnyOrder(points.get(0), points.get(1), points.get(2), whole);
        PrunePlanner.Wanted wanted =
                new PrunePlanner.Wanted(
                        DestinationId.LOCAL, Optional.empty(), Optional.empty(), false);
        assertThat(server.planner().plan(wanted).decisions())
                .filteredOn(each -> each.point().equals(whole))
                .singleElement()
                .asString()
                .contains("the last with every database");

        server.record.packed(alice, points.getFirst().slot(), Map.of("Mysql", true));
        succeeded(server.prune(DestinationId.LOCAL));

        assertThat(server.exists(whole)).isFalse();
    }

    /// The uploads of one that was packed lately may be on their way.
    @Test
    void whichArchivesLackedADatabaseIsForgottenWithTheLastOfThem() throws Exception {
        AccountName alice = new AccountName("alice");
        RestorePoint kept = server.points("alice", server.first, 3).getLast();
        server.record.packed(alice, SlotName.parse("2026-12-01"), Map.of("Mysql", false));
        server.record.packed(alice, SlotName.parse("2026-12-02"), Map.of("Mysql", true));
        server.record.packed(alice, kept.slot(), Map.of("Postgres", false));

        succeeded(server.prune(server.first));

        assertThat(Files.readString(server.folder.resolve("state/retention.yaml")))
                .doesNotContain("incomplete.alice.Mysql")
                .contains("incomplete.alice.Postgres: " + kept.slot());
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
    void whoConfirmsIsNotGivenAnOlderConfirmation() throws Exception {
        PruneRequests requests = new PruneRequests(server.planner(), "node1");
        String place = server.first.value();
        PruneArguments plain = new PruneArguments(place, "", false, false, false, "", "");
        PruneArguments confirmed = new PruneArguments(place, "", true, false, false, "", "");
        JobRequest before = requests.request(confirmed, "first", "root");
        assertThat(requests.request(confirmed, "first", "root").uniqueKey())
                .isEqualTo(before.uniqueKey())
                .isNotEqualTo(requests.request(plain, "first", "root").uniqueKey());
        server.record.adopt(server.first, server.now());
        JobRequest since = requests.request(confirmed, "first", "root");
        assertThat(since.uniqueKey()).isNotEqualTo(before.uniqueKey());
        assertThat(since.exclusiveKey()).isEqualTo(before.exclusiveKey()).isPresent();
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
