package dev.packhorse.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules of single destinations, pins in their file, and the brake on mass deletion.
class RetentionSettingsTest {
    private static final DestinationId FAR = new DestinationId("a".repeat(24));

    @TempDir Path folder;

    @Test
    void aDestinationHasItsOwnNumbersByIdOrName() {
        RetentionPolicy policy =
                new RetentionPolicy(
                        new CalendarRule(0, 0, 6, 0),
                        Optional.empty(),
                        PlaceRules.parse(
                                "local: daily=2; Off site: calendar_monthly=12 lock_days=30 orphan_days=90 calendar_daily=1 calendar_weekly=2 calendar_yearly=3"),
                        20,
                        10);
        RetentionRules far = policy.rules(Points.tiers(5, 4, 1, false), FAR, "Off site");
        assertThat(far.of(Tier.DAILY).count()).isEqualTo(5);
        assertThat(far.calendar()).isEqualTo(new CalendarRule(1, 2, 12, 3));
        assertThat(far.lockDays()).isEqualTo(30);
        assertThat(far.orphanDays()).contains(90);
        RetentionRules here =
                policy.rules(Points.tiers(5, 4, 1, false), DestinationId.LOCAL, "local");
        assertThat(here.of(Tier.DAILY)).isEqualTo(new TierRule(2, false));
        assertThat(here.of(Tier.WEEKLY).count()).isEqualTo(4);
        assertThat(here.calendar()).isEqualTo(new CalendarRule(0, 0, 6, 0));
        assertThat(here.orphanDays()).isEmpty();
    }

    @Test
    void whatAPlaceHasNoNumberForIsTheServersOwn() {
        PlaceRules places = PlaceRules.parse("local: orphan_days=36500 every_run=1");
        RetentionPolicy policy =
                new RetentionPolicy(
                        CalendarRule.NONE, Optional.of(30), places, 20, 10, Optional.of(5));
        RetentionRules far = policy.rules(Points.tiers(1, 1, 1, true), FAR, "far");
        assertThat(far.orphanDays()).contains(30);
        assertThat(far.everyRunDates()).contains(5);
        RetentionRules here =
                policy.rules(Points.tiers(1, 1, 1, true), DestinationId.LOCAL, "local");
        assertThat(here.orphanDays()).as("the longest there is").contains(36_500);
        assertThat(here.everyRunDates()).contains(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local|is not DESTINATION",
                "local: hourly=1|is not right at “hourly=1”",
                "local: daily=-1|is not right at “daily=-1”",
                "local: daily=|is not right at “daily=”",
                "local:|is not right at “”",
                "local: daily=36501|is too large at “daily=36501”",
                "local: daily=1 daily=2|a second time",
                "local: daily=1; local: weekly=2|is naming destination local twice",
                "local: daily=1;|is not DESTINATION",
            })
    void whatIsNotLegalIsSaid(String text, String message) {
        assertThatThrownBy(() -> PlaceRules.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        // removed, total, before the last prune (-1: none), percent, whether it may go on
        "50, 300, 250, 10, true",
        "80, 300, 250, 10, true",
        "81, 300, 250, 10, false",
        "10, 12, 12, 10, true",
        "11, 12, 12, 10, false",
        "11, 12, -1, 10, false",
        "300, 300, 300, 100, true",
        "11, 300, 300, 0, false",
        "10, 300, 310, 0, true",
    })
    void aPlanThatRemovesMoreThanANightExplainsIsStopped(
            int removed, int total, int before, int percent, boolean goesOn) {
        Optional<Integer> last = before < 0 ? Optional.empty() : Optional.of(before);
        assertThat(MassBrake.check(removed, total, last, percent).isEmpty()).isEqualTo(goesOn);
    }

    @Test
    void pinsAreKept() throws IOException {
        PinStore pins = new PinStore(folder.resolve("pins.yaml"));
        assertThat(pins.all()).isEmpty();
        Pin everywhere =
                new Pin(
                        Points.ALICE,
                        LocalDate.parse("2026-12-01"),
                        Optional.empty(),
                        Optional.empty());
        Pin there =
                new Pin(
                        Points.ALICE,
                        LocalDate.parse("2026-12-01"),
                        Optional.of(FAR),
                        Optional.of(LocalDate.parse("2027-01-01")));
        pins.add(everywhere);
        pins.add(there);
        assertThat(new PinStore(folder.resolve("pins.yaml")).all())
                .containsExactly(everywhere, there);
        Pin longer = new Pin(there.account(), there.slot(), there.destination(), Optional.empty());
        pins.add(longer);
        assertThat(pins.all()).containsExactly(everywhere, longer);
        assertThat(pins.remove(there)).as("whatever its last day").isTrue();
        assertThat(pins.remove(there)).isFalse();
        assertThat(pins.all()).containsExactly(everywhere);
        assertThat(pins.remove(everywhere)).isTrue();
        assertThat(pins.all()).isEmpty();
    }

    @Test
    void theRecordOfPruningIsReadAgain() throws IOException {
        RetentionRecord record = new RetentionRecord(folder.resolve("retention.yaml"));
        record.stop(FAR, "a: reason “with” # odd text");
        assertThat(record.stopped(FAR)).contains("a: reason “with” # odd text");
        assertThat(record.stopped(DestinationId.LOCAL)).isEmpty();
        assertThat(record.pointsAfterPrune(FAR)).isEmpty();
        record.pruned(FAR, 12);
        assertThat(record.stopped(FAR)).isEmpty();
        assertThat(record.pointsAfterPrune(FAR)).contains(12);
    }

    @Test
    void aDamagedFileOfPinsIsNoEmptyOne() throws IOException {
        Path file = folder.resolve("pins.yaml");
        Files.writeString(file, "---\nalice/2026-12-01/*: always\nalice/yesterday/*: always\n");
        assertThatThrownBy(() -> new PinStore(file).all())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 3: alice/yesterday/* must be");
    }
}
