package dev.packhorse.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IncompleteArchivesTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-30");

    @TempDir private Path folder;
    private Path file;
    private RetentionRecord record;

    @BeforeEach
    void makeRecord() {
        file = folder.resolve("retention.yaml");
        record = new RetentionRecord(file);
    }

    private void packed(String slot, Map<String, Boolean> complete) throws IOException {
        record.packed(Points.ALICE, SlotName.parse(slot), complete);
    }

    /// The slots that stay although others are newer, at a place that has these.
    private List<String> standIns(String... slots) throws IOException {
        List<RestorePoint> points = Stream.of(slots).map(Points::daily).toList();
        return record.incomplete().standIns(Points.ALICE, points, TODAY).keySet().stream()
                .map(archive -> archive.value().substring(0, archive.value().indexOf('/')))
                .sorted()
                .toList();
    }

    @Test
    void eachPlaceKeepsItsOwnNewestThatLacksNothing() throws Exception {
        packed("2026-11-01", Map.of("Mysql", false));
        packed("2026-11-02", Map.of("Mysql", true));
        packed("2026-11-03", Map.of("Mysql", false));
        packed("2026-11-04", Map.of("Mysql", true));

        assertThat(standIns("2026-10-31", "2026-11-02", "2026-11-03"))
                .as("the upload of the last one failed here")
                .containsExactly("2026-11-02");
        assertThat(standIns("2026-10-31", "2026-11-01", "2026-11-03"))
                .containsExactly("2026-10-31");
        assertThat(standIns("2026-10-31", "2026-11-03", "2026-11-04")).isEmpty();
        assertThat(standIns("2026-11-01", "2026-11-03")).isEmpty();
    }

    @Test
    void modulesAreMendedEachForItself() throws Exception {
        packed("2026-11-01", Map.of("Mysql", false, "Postgres", true));
        packed("2026-11-02", Map.of("Mysql", true, "Postgres", false));
        packed("2026-11-03", Map.of("Mysql", false, "Postgres", false));

        assertThat(standIns("2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03"))
                .containsExactly("2026-11-01", "2026-11-02");

        packed("2026-11-04", Map.of("Mysql", true, "Postgres", false));

        assertThat(standIns("2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"))
                .containsExactly("2026-11-01");
    }

    /// Whoever silences the warnings has not mended anything.
    @Test
    void aModuleThatWasLeftOutIsAsWholeAsTheTimeBefore() throws Exception {
        packed("2026-11-01", Map.of("Mysql", true));
        packed("2026-11-02", Map.of("Mysql", false));
        packed("2026-11-03", Map.of());
        packed("2026-11-04", Map.of());

        assertThat(standIns("2026-11-01", "2026-11-04")).containsExactly("2026-11-01");

        packed("2026-11-05", Map.of("Mysql", true));
        packed("2026-11-06", Map.of());

        assertThat(standIns("2026-11-01", "2026-11-04", "2026-11-06")).isEmpty();
        assertThat(standIns("2026-11-01", "2026-11-04")).containsExactly("2026-11-01");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-05, 2026-11-04.235959",
        "2026-11-05.1400, 2026-11-05.135959",
        "2026-11-05.0000, 2026-11-05",
        "2026-11-05.140000, 2026-11-05.1400",
        "2026-11-05.140031, 2026-11-05.140030"
    })
    void aSlotThatIsPackedAgainWithAllLacksNothing(String slot, String last) throws Exception {
        packed("2026-11-01", Map.of("Mysql", false));
        packed(slot, Map.of("Mysql", false));
        packed(slot, Map.of("Mysql", true));

        assertThat(Files.readString(file))
                .contains("incomplete.alice.Mysql: 2026-11-01.." + last + " +" + slot);
    }

    @Test
    void nightsThatFollowEachOtherAreOneAndOfOthersTheNewestAreKept() {
        LocalDate first = LocalDate.parse("2020-01-01");
        LackingSlots each = LackingSlots.NONE;
        LackingSlots other = LackingSlots.NONE;
        for (int i = 0; i < 1_200; i++) {
            SlotName slot = SlotName.of(first.plusDays(i));
            each = each.lacking(slot);
            other = i % 2 == 0 ? other.whole(slot) : other.lacking(slot);
        }

        assertThat(each).hasToString("2020-01-01.." + first.plusDays(1_199));
        assertThat(other.stretches())
                .hasSize(LackingSlots.MOST)
                .first()
                .hasToString(first.plusDays(1_199 - 2 * (LackingSlots.MOST - 1)).toString());
        assertThat(LackingSlots.parse(other.toString())).isEqualTo(other);
    }

    private String line(String module) throws IOException {
        return Files.readString(file)
                .lines()
                .filter(each -> each.startsWith("incomplete.alice." + module + ": "))
                .map(each -> each.substring(each.indexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsNoArchiveAnyMoreIsForgotten() throws Exception {
        packed("2026-09-01", Map.of("Mysql", false));
        packed("2026-09-02", Map.of("Mysql", true));
        packed("2026-09-03", Map.of("Mysql", false));
        packed("2026-09-04", Map.of("Mysql", true));
        NavigableSet<SlotName> there = new TreeSet<>(List.of(SlotName.parse("2026-09-03")));

        record.forgetIncomplete(Map.of(Points.ALICE, there), LocalDate.parse("2026-11-01"));
        assertThat(line("Mysql")).isEqualTo("2026-09-03 +2026-09-04");

        record.forgetIncomplete(Map.of(), LocalDate.parse("2026-09-03"));
        assertThat(line("Mysql")).as("may be on its way").isEqualTo("2026-09-03 +2026-09-04");

        record.forgetIncomplete(Map.of(), LocalDate.parse("2026-11-01"));
        assertThat(record.incomplete().isEmpty()).isTrue();
    }

    /// It stood for one module or the other, and ended with the first archive that had all.
    @Test
    void theLineOfAnEarlierVersionIsRead() throws Exception {
        Files.writeString(file, "---\nincomplete.alice: 2026-11-02\n");

        assertThat(standIns("2026-11-01", "2026-11-02", "2026-11-03"))
                .containsExactly("2026-11-01");
        packed("2026-11-04", Map.of("Mysql", false));
        assertThat(standIns("2026-11-01", "2026-11-03", "2026-11-04")).contains("2026-11-01");
        packed("2026-11-05", Map.of("Mysql", true));
        assertThat(standIns("2026-11-01", "2026-11-03", "2026-11-05")).isEmpty();
    }

    @Test
    void aDamagedLineIsNamed() throws Exception {
        Files.writeString(file, "---\nincomplete.alice.Mysql: yesterday\n");

        assertThatThrownBy(() -> standIns("2026-11-01"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("incomplete.alice.Mysql is damaged; remove the line");
    }
}
