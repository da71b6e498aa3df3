package dev.packhorse.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.queue.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockGuardTest {
    private static final Instant START = Instant.parse("2027-03-01T03:00:00Z");

    @TempDir Path folder;
    private final SettableClock clock = new SettableClock(START);
    private RetentionRecord record;
    private ClockGuard guard;

    @BeforeEach
    void open() {
        record = new RetentionRecord(folder.resolve("retention.yaml"));
        restart();
    }

    private void restart() {
        guard = new ClockGuard(record, clock, ZoneId.of("Europe/Berlin"));
    }

    private Optional<String> look() throws IOException {
        return guard.look(Optional.of(LocalDate.parse("2027-03-01")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "P1D", "P-1D", "PT48H", "PT-48H"})
    void smallStepsAreNotAskedAbout(String step) throws IOException {
        assertThat(look()).isEmpty();
        clock.advance(Duration.parse(step));
        assertThat(look()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT49H", "P400D"})
    void aJumpSuspendsUntilSomebodyConfirms(String step) throws IOException {
        assertThat(look()).isEmpty();
        clock.advance(Duration.parse(step));
        assertThat(look())
                .hasValueSatisfying(reason ->
                        assertThat(reason)
                                .contains("the clock went from 2027-03-01T03:00:00Z", "--confirm"));
        clock.set(START.plusSeconds(60));
        assertThat(look()).as("it came back by itself").isPresent();
        restart();
        assertThat(look()).as("after a restart").isPresent();
        guard.confirm(Optional.empty());
        assertThat(look()).isEmpty();
    }

    @Test
    void aJumpBackSuspendsToo() throws IOException {
        clock.advance(Duration.ofDays(10));
        assertThat(guard.look(Optional.empty())).isEmpty();
        clock.advance(Duration.ofHours(-49));
        assertThat(guard.look(Optional.empty())).isPresent();
    }

    @Test
    void theCatalogTellsOfAJumpThatTheRecordDoesNotKnow() throws IOException {
        Optional<LocalDate> ahead = Optional.of(LocalDate.parse("2028-04-01"));
        assertThat(guard.look(ahead))
                .hasValueSatisfying(reason ->
                        assertThat(reason).contains("the newest backup is of 2028-04-01"));
        guard.confirm(ahead);
        assertThat(guard.look(ahead)).as("confirmed").isEmpty();
        assertThat(guard.look(Optional.of(LocalDate.parse("2028-04-02")))).isPresent();
    }

    @Test
    void whatWasSeenIsKnownAfterARestart() throws IOException {
        assertThat(guard.look(Optional.empty())).isEmpty();
        clock.advance(Duration.ofHours(49));
        restart();
        assertThat(guard.look(Optional.empty()))
                .hasValueSatisfying(reason ->
                        assertThat(reason).contains("the clock went from 2027-03-01T03:00:00Z"));
    }

    @Test
    void anOldCatalogWithoutARecordIsAskedAbout() throws IOException {
        assertThat(guard.look(Optional.of(LocalDate.parse("2027-02-20"))))
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("no record of the clock"));
    }

    @Test
    void timeThatPassesInSmallStepsIsRight() throws IOException {
        for (int day = 0; day < 30; day++) {
            clock.advance(Duration.ofDays(1));
            assertThat(guard.look(Optional.empty())).isEmpty();
        }
        restart();
        clock.advance(Duration.ofDays(1));
        assertThat(guard.look(Optional.empty())).isEmpty();
    }

    @Test
    void aClockFromBeforeTheProgramIsRefusedAndNotRemembered() throws IOException {
        clock.set(Instant.EPOCH);
        assertThat(look())
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("before this program was built"));
        guard.confirm(Optional.empty());
        assertThat(look()).as("confirming does not help").isPresent();
        clock.set(START);
        record.resume(START, Optional.empty());
        restart();
        assertThat(look()).isEmpty();
    }

    @Test
    void aDamagedRecordStopsPruning() throws IOException {
        Files.writeString(folder.resolve("retention.yaml"), "---\nseen: yesterday\n");
        assertThatThrownBy(this::look)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2: seen is damaged");
    }

    @Test
    void noBuildIsOlderThanTheEarliestDate() throws IOException {
        Matcher built =
                Pattern.compile("<project.build.outputTimestamp>(\\d{4}-\\d{2}-\\d{2})T")
                        .matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(built.find()).isTrue();
        assertThat(ClockGuard.BUILT).isBeforeOrEqualTo(LocalDate.parse(built.group(1)));
    }
}
