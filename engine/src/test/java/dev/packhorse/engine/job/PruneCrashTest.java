package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.tree.TreeSpot;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Prunes that are cut short, refused or cancelled, and what the next one makes of it.
class PruneCrashTest extends PruneCase {

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
    void whatAJobHasReplacedWhileOthersWereRemovedStays() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        RestorePoint replaced = points.getFirst();
        server.catalog.markDeleting(points.get(1));
        server.catalog.markDeleting(replaced);
        assertThat(server.catalog.deleting()).last().isEqualTo(replaced);
        boolean[] done = {false};
        server.place(server.first).onDelete =
                _ -> {
                    if (!done[0]) {
                        done[0] = true;
                        endJobThatMade(replaced);
                    }
                    return true;
                };
        succeeded(server.prune(server.first));
        assertThat(server.exists(replaced)).isTrue();
        assertThat(server.catalog.deleting()).isEmpty();
    }

    private void endJobThatMade(RestorePoint point) {
        JobRequest request = JobRequest.of(JobKind.BACKUP, "alice", "root", "{}");
        try {
            server.queue.enqueue(request);
            Lease lease =
                    server.queue
                            .claim("w", "node1", Set.of(JobKind.BACKUP), Duration.ofMinutes(1))
                            .orElseThrow();
            server.queue.finish(
                    lease, new JobOutcome.Succeeded("{}"), new FollowUp(List.of(point), List.of()));
        } catch (LeaseLostException e) {
            throw new AssertionError(e);
        }
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
}
