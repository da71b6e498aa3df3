package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What stops a prune, and what makes it go on.
class PruneBrakesTest extends PruneCase {

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
        assertThat(server.told)
                .singleElement()
                .satisfies(notice -> {
                    assertThat(notice.event()).isEqualTo("PruneBrake");
                    assertThat(notice.subject()).isEqualTo(server.second.value());
                });
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
    void whatARecoveryTookUpIsNotPrunedUntilConfirmed() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        server.record.adopt(server.first, server.clock.instant());

        assertThat(stopped(server.prune(server.first)))
                .contains("restore points were taken up from here on ")
                .contains("--confirm");
        assertNothingGone(points);
        server.points("alice", server.second, 5);
        assertThat(succeeded(server.prune(server.second)).removed()).isEqualTo(2);

        PruneArguments confirm =
                new PruneArguments(server.first.value(), "", true, false, false, "", "");
        assertThat(succeeded(server.prune(confirm)).removed()).isEqualTo(2);
        server.keep("2");
        assertThat(succeeded(server.prune(server.first)).removed()).isEqualTo(1);
    }

    /// As a prune that could not reach its place, or was retried by hand, and ran again after a
    /// recovery had taken points up.
    @Test
    void whoConfirmedBeforeARecoveryTookPointsUpHasNotDecidedAboutThem() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        PruneArguments confirm =
                new PruneArguments(server.first.value(), "", true, false, false, "", "");
        Instant asked = server.now();
        server.record.adopt(server.first, asked);
        server.clock.advance(Duration.ofMinutes(1));
        server.record.adopt(server.first, server.now());

        assertThat(stopped(server.prune(confirm, asked)))
                .contains("nobody has confirmed since")
                .contains("--confirm");
        assertNothingGone(points);
        server.keep("5");
        assertThat(succeeded(server.prune(confirm, asked)).removed()).isZero();
        assertThat(server.record.adopted(server.first)).as("still undecided").isPresent();

        server.keep("3");
        assertThat(succeeded(server.prune(confirm, server.now())).removed()).isEqualTo(2);
        assertThat(server.record.adopted(server.first)).isEmpty();
    }

    /// As on a new machine whose clock was set right after the recovery.
    @Test
    void whoConfirmsAfterTheClockWasSetBackIsHeard() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        server.record.adopt(server.first, server.now().plus(Duration.ofDays(90)));
        assertThat(stopped(server.prune(server.first))).contains("nobody has confirmed since");
        assertNothingGone(points);

        PruneArguments confirm =
                new PruneArguments(server.first.value(), "", true, false, false, "", "");
        assertThat(succeeded(server.prune(confirm, server.now())).removed()).isEqualTo(2);
        assertThat(server.record.adopted(server.first)).isEmpty();
    }

    @Test
    void aPruneThatHadNothingToRemoveDecidesNothingAboutWhatARecoveryTookUp() throws Exception {
        List<RestorePoint> points = server.points("alice", server.first, 5);
        List<AccountName> restored = server.here;
        server.here = List.of();
        server.record.adopt(server.first, server.clock.instant());
        assertThat(succeeded(server.prune(server.first)).removed())
                .as("the account is not back yet")
                .isZero();
        assertThat(server.record.pointsAfterPrune(server.first)).contains(5);

        server.here = restored;
        assertThat(stopped(server.prune(server.first)))
                .contains("restore points were taken up from here on ")
                .contains("nobody has confirmed since");
        assertNothingGone(points);
    }

    @Test
    void aConfirmedPruneOfOneAccountDecidesNothingAboutTheOthers() throws Exception {
        server.points("alice", server.first, 5);
        server.record.adopt(server.first, server.clock.instant());
        PruneArguments one =
                new PruneArguments(server.first.value(), "alice", true, false, false, "", "");
        assertThat(succeeded(server.prune(one)).removed()).isEqualTo(2);
        assertThat(server.record.adopted(server.first)).isPresent();
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
}
