package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.DrillRecord;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.ProvenModule;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.transport.spi.ObjectKey;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The catalog on whatever store the subclass opens.
abstract class CatalogContract {
    private static final AccountName DEMO = new AccountName("demo");
    private static final DestinationId FAR = new DestinationId("A".repeat(24));
    private static final LocalDate DAY = LocalDate.of(2026, 11, 24);

    private JdbcCatalog catalog;

    abstract Store store();

    @BeforeEach
    void emptyTheStore() throws SQLException {
        TestStore.empty(store());
        catalog = new JdbcCatalog(store());
    }

    @Test
    void adoptCountsOnlyNewPoints() {
        assertThat(catalog.adopt(List.of(point("demo", Tier.DAILY, DAY)))).isEqualTo(1);
        RestorePoint replaced = withDigest(point("demo", Tier.DAILY, DAY), "cd");
        RestorePoint other = point("demo", Tier.WEEKLY, DAY);
        assertThat(catalog.adopt(List.of(replaced, other))).isEqualTo(1);
        assertThat(catalog.ofAccount(DEMO)).containsExactlyInAnyOrder(replaced, other);
    }

    @Test
    void ofAccountIsNewestFirstAndNobodyElses() {
        RestorePoint old = point("demo", Tier.DAILY, DAY.minusDays(1));
        RestorePoint young = point("demo", Tier.DAILY, DAY);
        catalog.adopt(List.of(old, young, point("demo2", Tier.DAILY, DAY)));
        assertThat(catalog.ofAccount(DEMO)).containsExactly(young, old);
        assertThat(catalog.ofAccount(new AccountName("unknown"))).isEmpty();
    }

    @Test
    void findPrefersDailyThenWeeklyThenMonthly() {
        RestorePoint daily = point("demo", Tier.DAILY, DAY);
        RestorePoint weekly = point("demo", Tier.WEEKLY, DAY);
        RestorePoint monthly = point("demo", Tier.MONTHLY, DAY);
        catalog.adopt(List.of(monthly, weekly, daily));
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, DAY)).contains(daily);
        catalog.markDeleting(daily);
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, DAY)).contains(weekly);
        assertThat(catalog.find(DEMO, FAR, DAY)).isEmpty();
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, DAY.plusDays(1))).isEmpty();
    }

    @Test
    void oneDayHasAsManyPointsAsRuns() {
        RestorePoint night = at("2026-11-24.0200");
        RestorePoint noon = at("2026-11-24.1200").withLabel("before upgrade");
        RestorePoint next = at("2026-11-25.0200");
        assertThat(catalog.adopt(List.of(noon, next, night))).isEqualTo(3);
        assertThat(catalog.adopt(List.of(noon))).isZero();
        assertThat(catalog.ofAccount(DEMO)).containsExactly(next, noon, night);
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, DAY)).contains(noon);
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, night.slot())).contains(night);
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, SlotName.parse("2026-11-24.0300")))
                .isEmpty();

        catalog.markDeleting(noon);
        catalog.drop(noon);
        assertThat(catalog.ofAccount(DEMO)).containsExactly(next, night);
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, DAY)).contains(night);
    }

    @Test
    void aDateIsThePointOfThatVeryNameBeforeAnyOther() {
        RestorePoint night = at("2026-11-24");
        RestorePoint byHand = at("2026-11-24.140531");
        catalog.adopt(List.of(night, byHand));
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, DAY)).contains(night);
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, byHand.slot())).contains(byHand);
    }

    private static RestorePoint at(String slot) {
        RestorePoint day = point("demo", Tier.DAILY, SlotName.parse(slot).date());
        return new RestorePoint(
                day.account(),
                day.destination(),
                day.tier(),
                day.date(),
                new ObjectKey(slot + "/accounts/demo.tar.gz"),
                day.sizeBytes(),
                day.sha256(),
                day.packedAt(),
                day.node());
    }

    @Test
    void forEachGoesByDateThenAccount() {
        RestorePoint a = point("alpha", Tier.DAILY, DAY);
        RestorePoint b = point("beta", Tier.DAILY, DAY.minusDays(1));
        RestorePoint c = point("beta", Tier.DAILY, DAY);
        catalog.adopt(List.of(c, a, b));
        List<RestorePoint> seen = new ArrayList<>();
        catalog.forEach(seen::add);
        assertThat(seen).containsExactly(b, a, c);
    }

    @Test
    void markedPointIsHiddenUntilDropped() {
        RestorePoint point = point("demo", Tier.DAILY, DAY);
        catalog.adopt(List.of(point));
        catalog.markDeleting(point);
        catalog.markDeleting(point);
        assertThat(catalog.ofAccount(DEMO)).isEmpty();
        List<RestorePoint> seen = new ArrayList<>();
        catalog.forEach(seen::add);
        assertThat(seen).isEmpty();
        assertThat(catalog.deleting()).containsExactly(point);
        catalog.drop(point);
        catalog.drop(point);
        assertThat(catalog.deleting()).isEmpty();
        assertThat(catalog.adopt(List.of(point))).isEqualTo(1);
    }

    @Test
    void rebuildDoesNotTakeAMarkBack() {
        RestorePoint point = point("demo", Tier.DAILY, DAY);
        catalog.adopt(List.of(point));
        catalog.markDeleting(point);
        assertThat(catalog.adopt(List.of(point))).isZero();
        assertThat(catalog.ofAccount(DEMO)).isEmpty();
        assertThat(catalog.deleting()).containsExactly(point);
    }

    @Test
    void markOfAReplacedOrUnknownPointIsRefused() {
        RestorePoint old = point("demo", Tier.DAILY, DAY);
        assertThatThrownBy(() -> catalog.markDeleting(old))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2026-11-24/accounts/demo.tar.gz");
        RestorePoint young = withDigest(old, "cd");
        catalog.adopt(List.of(young));
        assertThatThrownBy(() -> catalog.markDeleting(old))
                .isInstanceOf(IllegalStateException.class);
        assertThat(catalog.ofAccount(DEMO)).containsExactly(young);
    }

    @Test
    void dropLeavesUnmarkedAndReplacedPoints() {
        RestorePoint point = point("demo", Tier.DAILY, DAY);
        catalog.adopt(List.of(point));
        catalog.drop(point);
        assertThat(catalog.ofAccount(DEMO)).containsExactly(point);
        catalog.markDeleting(point);
        catalog.drop(withDigest(point, "cd"));
        assertThat(catalog.deleting()).containsExactly(point);
    }

    @Test
    void locksAreOfAnArchiveAtAPlaceAndGoWithItsLastPoint() {
        RestorePoint point = point("demo", Tier.DAILY, DAY);
        RestorePoint other = point("demo", Tier.WEEKLY, DAY);
        Instant until = Instant.parse("2027-01-01T10:00:00Z");
        catalog.adopt(List.of(point, other));
        catalog.noteLock(point.destination(), point.archive(), Optional.of(until.minusSeconds(5)));
        catalog.noteLock(point.destination(), point.archive(), Optional.of(until));
        catalog.noteLock(other.destination(), other.archive(), Optional.of(until));
        catalog.noteLock(other.destination(), other.archive(), Optional.empty());
        assertThat(catalog.locks(point.destination())).isEqualTo(Map.of(point.archive(), until));
        assertThat(catalog.locks(new DestinationId("B".repeat(24)))).isEmpty();

        catalog.markDeleting(point);
        catalog.drop(withDigest(point, "cd"));
        assertThat(catalog.locks(point.destination())).hasSize(1);
        catalog.drop(point);
        assertThat(catalog.locks(point.destination())).isEmpty();
    }

    @Test
    void aDamagedCopyIsNoRestorePointAndStaysACopy() {
        RestorePoint good = point("demo", Tier.DAILY, DAY);
        RestorePoint bad = point("demo", Tier.WEEKLY, DAY);
        catalog.adopt(List.of(good, bad));
        Proof damage = new Proof(Instant.parse("2026-11-25T06:00:00Z"), Verdict.DAMAGED, "cp/demo");
        assertThat(catalog.prove(bad, damage)).isTrue();
        assertThat(catalog.ofAccount(DEMO)).containsExactly(good);
        List<RestorePoint> seen = new ArrayList<>();
        catalog.forEach(seen::add);
        assertThat(seen).containsExactly(good);
        catalog.markDeleting(good);
        assertThat(catalog.find(DEMO, DestinationId.LOCAL, DAY)).isEmpty();
        assertThat(catalog.copiesOf(DEMO))
                .containsExactly(new StoredCopy(bad, Optional.of(damage)));
        List<StoredCopy> copies = new ArrayList<>();
        catalog.forEachCopy(copies::add);
        assertThat(copies).containsExactly(new StoredCopy(bad, Optional.of(damage)));
        assertThat(catalog.isUnsound(DestinationId.LOCAL, bad.archive())).isTrue();
        assertThat(catalog.isUnsound(DestinationId.LOCAL, good.archive())).isFalse();
        assertThat(catalog.isUnsound(FAR, bad.archive())).isFalse();
        catalog.markDeleting(bad);
        assertThat(catalog.deleting()).containsExactlyInAnyOrder(good, bad);
    }

    @Test
    void aVerdictIsOfTheseBytes() {
        RestorePoint point = point("demo", Tier.DAILY, DAY);
        catalog.adopt(List.of(point));
        Proof damage = new Proof(Instant.parse("2026-11-25T06:00:00Z"), Verdict.DAMAGED, "x");
        assertThat(catalog.prove(withDigest(point, "cd"), damage)).isFalse();
        assertThat(catalog.ofAccount(DEMO)).containsExactly(point);
        catalog.prove(point, damage);
        catalog.adopt(List.of(point));
        assertThat(catalog.ofAccount(DEMO)).as("a rebuild knows no better").isEmpty();
        catalog.adopt(List.of(withDigest(point, "cd")));
        assertThat(catalog.copiesOf(DEMO))
                .containsExactly(new StoredCopy(withDigest(point, "cd"), Optional.empty()));
        catalog.prove(withDigest(point, "cd"), Proof.good(Instant.EPOCH));
        assertThat(catalog.copiesOf(DEMO).getFirst().provenAt()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void aDrillReplacesTheOneBeforeAndKeepsTheLastProof() {
        JdbcDrills drills = new JdbcDrills(store(), "n1");
        drills.keep(drill(1_000, Optional.of(Instant.ofEpochSecond(1_000)), ""));
        drills.keep(drill(2_000, Optional.empty(), "homedir/a: is not there"));
        assertThat(drills.all())
                .containsExactly(
                        drill(
                                2_000,
                                Optional.of(Instant.ofEpochSecond(1_000)),
                                "homedir/a: is not there"));
        assertThat(drills.find(DEMO)).isPresent();
        assertThat(new JdbcDrills(store(), "n2").all()).isEmpty();
    }

    private static DrillRecord drill(long at, Optional<Instant> proven, String difference) {
        return new DrillRecord(
                DEMO,
                Instant.ofEpochSecond(at),
                proven,
                DestinationId.LOCAL,
                "2026-11-24/accounts/demo.tar.gz",
                5,
                "all",
                difference,
                List.of(
                        new ProvenModule("Homedir", 0, Map.of("bytes", at, "entries", 12L)),
                        new ProvenModule("Shell", 1, Map.of())));
    }

    private static RestorePoint withDigest(RestorePoint point, String twoDigits) {
        return new RestorePoint(
                point.account(),
                point.destination(),
                point.tier(),
                point.date(),
                point.archive(),
                point.sizeBytes() + 1,
                twoDigits.repeat(32),
                point.packedAt().plusSeconds(60),
                "n2");
    }

    /// A daily point of an account.
    static RestorePoint newest(String account) {
        return point(account, Tier.DAILY, DAY);
    }

    private static RestorePoint point(String account, Tier tier, LocalDate date) {
        return new RestorePoint(
                new AccountName(account),
                DestinationId.LOCAL,
                tier,
                date,
                new ObjectKey(tier.folder() + date + "/accounts/" + account + ".tar.gz"),
                1_000,
                "ab".repeat(32),
                Instant.parse("2026-11-24T02:10:00.123Z"),
                "n1");
    }
}
