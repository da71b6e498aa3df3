package dev.packhorse.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlotNameTest {
    private static final LocalDate DAY = LocalDate.parse("2026-11-24");

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-11-24", "2026-11-24.0000", "2026-11-24.2359", "2026-11-24.140531"})
    void aNameComesBackFromItsText(String text) {
        assertThat(SlotName.parse(text)).hasToString(text);
        assertThat(SlotName.parse(text).date()).isEqualTo(DAY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-31",
                "2026-1-1",
                "2026-11-24.",
                "2026-11-24.14",
                "2026-11-24.2400",
                "2026-11-24.1260",
                "2026-11-24.120060",
                "2026-11-24.14000",
                "2026-11-24/1400",
                "2026-11-24.1400/..",
                " 2026-11-24"
            })
    void anythingElseIsNone(String text) {
        assertThat(SlotName.find(text)).isEmpty();
        assertThatThrownBy(() -> SlotName.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesGoInTheOrderOfTime() {
        assertThat(
                        List.of(
                                        SlotName.of(DAY.plusDays(1)),
                                        SlotName.at(DAY, LocalTime.of(14, 0)),
                                        SlotName.byHand(DAY, LocalTime.of(14, 0)),
                                        SlotName.of(DAY),
                                        SlotName.at(DAY, LocalTime.of(2, 30)))
                                .stream()
                                .sorted()
                                .map(SlotName::toString))
                .containsExactly(
                        "2026-11-24",
                        "2026-11-24.0230",
                        "2026-11-24.1400",
                        "2026-11-24.140000",
                        "2026-11-25");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-24/accounts/demo.tar.gz, 2026-11-24",
        "2026-11-24.1400/accounts/demo.tar, 2026-11-24.1400",
        "2026-11-25.1400/accounts/demo.tar, 2026-11-24",
        "elsewhere/demo.tar, 2026-11-24",
    })
    void aPointHasTheSlotOfItsFolder(String key, String slot) {
        assertThat(point(Tier.DAILY, key).slot()).hasToString(slot);
        assertThat(point(Tier.WEEKLY, "weekly/" + key).slot()).hasToString(slot);
    }

    private static RestorePoint point(Tier tier, String key) {
        return new RestorePoint(
                new AccountName("demo"),
                DestinationId.LOCAL,
                tier,
                DAY,
                new ObjectKey(key),
                1,
                "ab".repeat(32),
                Instant.EPOCH,
                "n1");
    }

    @Test
    void aDateMeansEveryPointOfItAndATimeOne() {
        SlotName noon = SlotName.parse("2026-11-24.1200");
        assertThat(noon.isMeantBy(SlotName.of(DAY))).isTrue();
        assertThat(noon.isMeantBy(noon)).isTrue();
        assertThat(noon.isMeantBy(SlotName.parse("2026-11-24.120000"))).isFalse();
        assertThat(SlotName.of(DAY).isMeantBy(noon)).isFalse();
        assertThat(noon.isMeantBy(SlotName.of(DAY.plusDays(1)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before upgrade", "x", "größer & „schöner“ №1"})
    void labels(String text) {
        assertThat(Label.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " x", "x ", "a\tb", "a\nb", "a\u001b[2Jb", "a\u202eb"})
    void noLabels(String text) {
        assertThat(Label.isValid(text)).isFalse();
        assertThat(Label.isValid("a".repeat(65))).isFalse();
    }

    /// Where the day begins first, it is the 24th at 10:00 of the 23rd in UTC.
    @Test
    void whatWasThereBeforeItsDateIsNotOfIt() {
        SlotName slot = SlotName.parse("2026-11-24.0200");
        assertThat(slot.isAfter(Instant.parse("2026-11-22T23:59:59Z"))).isTrue();
        assertThat(slot.isAfter(Instant.parse("2026-11-23T10:00:00Z"))).isFalse();
        assertThat(slot.isAfter(Instant.parse("2026-11-30T00:00:00Z"))).isFalse();
    }
}
