package dev.packhorse.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rules that nobody can mean are refused where they are made.
class RetentionPolicyTest {
    private static RetentionPolicy policy(int deletesPerSecond, int massPercent) {
        return new RetentionPolicy(
                CalendarRule.NONE,
                Optional.empty(),
                PlaceRules.NONE,
                deletesPerSecond,
                massPercent);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, 100})
    void theMassLimitIsAPercentage(int percent) {
        assertThat(policy(1, percent).massPercent()).isEqualTo(percent);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 101})
    void otherMassLimitsAreRefused(int percent) {
        assertThatThrownBy(() -> policy(1, percent)).hasMessageContaining("0 to 100 percent");
    }

    @Test
    void aPruneThatDeletesNothingIsRefused() {
        assertThatThrownBy(() -> policy(0, 10)).hasMessageContaining("one deletion a second");
    }

    @ParameterizedTest
    @CsvSource({"-1,0,0,0", "0,-1,0,0", "0,0,-1,0", "0,0,0,-1"})
    void generationsAreNotNegative(int daily, int weekly, int monthly, int yearly) {
        assertThatThrownBy(() -> new CalendarRule(daily, weekly, monthly, yearly))
                .hasMessageContaining("must not be negative");
    }

    @Test
    void aBlankTextHasNoRulesForPlaces() {
        assertThat(PlaceRules.parse("  ")).isEqualTo(PlaceRules.NONE);
    }

    /// An archive that arrived the day after its slot is locked from then on.
    @Test
    void theLockBeginsWhenTheArchiveArrived() {
        RestorePoint late =
                new RestorePoint(
                        Points.ALICE,
                        DestinationId.LOCAL,
                        Tier.DAILY,
                        LocalDate.parse("2026-12-01"),
                        new ObjectKey("2026-12-01/accounts/alice.tar.gz"),
                        1,
                        "ab".repeat(32),
                        Instant.parse("2026-12-03T01:00:00Z"),
                        "n1");
        RetentionRules locked =
                new RetentionRules(
                        Points.tiers(0, 0, 0, true), CalendarRule.NONE, Optional.empty(), 7);
        assertThat(reasons(late, locked, "2026-12-10")).contains("locked until 2026-12-10");
        assertThat(reasons(late, locked, "2026-12-11")).doesNotContain("locked until");
    }

    private static String reasons(RestorePoint point, RetentionRules rules, String today) {
        return Retention.decide(Points.holding(List.of(point)), rules, LocalDate.parse(today))
                .toString();
    }

    @Test
    void numbersOfAnAccountComeBeforeThoseOfThePlace() {
        RetentionPolicy policy =
                new RetentionPolicy(
                        new CalendarRule(0, 0, 7, 0),
                        Optional.of(90),
                        PlaceRules.parse("far: daily=3 weekly=4 calendar_yearly=5 lock_days=6"),
                        20,
                        10);
        OwnNumbers own =
                OwnNumbers.NONE
                        .withNumbers("daily=14 calendar_monthly=12 every_run=2")
                        .withPlaces("far: daily=30; X: monthly=9");
        DestinationId id = DestinationId.random();
        RetentionRules far = policy.rules(Points.tiers(1, 1, 1, true), id, "far", own);
        assertThat(far.of(Tier.DAILY).count()).isEqualTo(30);
        assertThat(far.of(Tier.WEEKLY).count()).isEqualTo(4);
        assertThat(far.of(Tier.MONTHLY).count()).isEqualTo(1);
        assertThat(far.calendar()).isEqualTo(new CalendarRule(0, 0, 12, 5));
        assertThat(far.lockDays()).isEqualTo(6);
        assertThat(far.orphanDays()).contains(90);
        assertThat(far.everyRunDates()).contains(2);
        RetentionRules other = policy.rules(Points.tiers(1, 1, 1, true), id, "other", own);
        assertThat(other.of(Tier.DAILY).count()).isEqualTo(14);
        RetentionRules usual = policy.rules(Points.tiers(1, 1, 1, true), id, "far");
        assertThat(usual.of(Tier.DAILY).count()).isEqualTo(3);
        assertThat(usual.calendar()).isEqualTo(new CalendarRule(0, 0, 7, 5));
        assertThat(OwnNumbers.NONE.withNumbers(" ").find("x", "y", PlaceNumber.DAILY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock_days", "orphan_days"})
    void whatIsTheSameForAllAccountsIsNoAccountsOwn(String number) {
        String refused = "is setting " + number + ", which is the same for all accounts";
        assertThatThrownBy(() -> OwnNumbers.NONE.withNumbers("daily=1 " + number + "=1"))
                .hasMessage(refused);
        assertThatThrownBy(() -> OwnNumbers.NONE.withPlaces("far: daily=1 " + number + "=1"))
                .hasMessage(refused);
    }

    @Test
    void eachPeriodHasItsOwnCount() {
        CalendarRule rule = new CalendarRule(1, 2, 3, 4);
        assertThat(rule.count(Period.DAILY)).isEqualTo(1);
        assertThat(rule.count(Period.WEEKLY)).isEqualTo(2);
        assertThat(rule.count(Period.MONTHLY)).isEqualTo(3);
        assertThat(rule.count(Period.YEARLY)).isEqualTo(4);
    }
}
