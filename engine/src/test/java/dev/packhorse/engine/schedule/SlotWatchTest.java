package dev.packhorse.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RunArguments;
import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotWatchTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /// 02:00 in Berlin.
    private static final Instant SLOT = Instant.parse("2026-11-24T01:00:00Z");

    @TempDir Path folder;
    private final SettableClock clock = new SettableClock(SLOT.minusSeconds(3600));
    private final List<String> fired = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();
    private ScheduleSettings settings = SlotPlannerTest.daily(BERLIN, LocalTime.of(2, 0));
    private boolean unreadable;
    private Store store;
    private JdbcJobQueue queue;
    private SlotWatch watch;

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        watch = newWatch();
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void slotIsFiredAtItsTimeAndOnce() {
        watch.look();
        fired.clear();
        missed.clear();
        clock.set(SLOT.minusMillis(1));
        watch.look();
        assertThat(fired).isEmpty();
        clock.set(SLOT);
        watch.look();
        watch.look();
        clock.advance(Duration.ofMinutes(1));
        watch.look();
        assertThat(fired).containsExactly("2026-11-24");
        assertThat(missed).isEmpty();
    }

    @Test
    void runCarriesDateAndTiers() {
        settings =
                new ScheduleSettings(
                        true,
                        EnumSet.allOf(DayOfWeek.class),
                        Set.of(DayOfWeek.TUESDAY),
                        Set.of(24),
                        LocalTime.of(2, 0),
                        BERLIN,
                        Duration.ofHours(1));
        watch.look();
        clock.set(SLOT);
        watch.look();
        Job job = queue.list(JobFilter.of(Set.of(), Set.of())).getFirst();
        assertThat(job.request().kind()).isEqualTo(JobKind.RUN);
        assertThat(job.request().subject()).isEqualTo("2026-11-24");
        assertThat(job.request().owner()).isEqualTo("schedule");
        assertThat(job.request().node()).contains("n1");
        assertThat(JobJson.read(job.request().arguments(), RunArguments.class))
                .isEqualTo(
                        new RunArguments(
                                "2026-11-24",
                                List.of(Tier.DAILY, Tier.WEEKLY, Tier.MONTHLY),
                                List.of(),
                                false));
    }

    @Test
    void slotMissedWhileDownIsCaughtUpWithinTheWindow() {
        watch.look();
        clock.set(SLOT.plus(Duration.ofHours(11)));
        newWatch().look();
        assertThat(fired).containsExactly("2026-11-24 late");
        assertThat(missed).isEmpty();
    }

    @Test
    void slotOlderThanTheWindowIsMissed() {
        fireAt(SLOT);
        clock.set(SLOT.plus(Duration.ofHours(24 + 13)));
        newWatch().look();
        assertThat(fired).containsExactly("2026-11-24");
        assertThat(missed).containsExactly("2026-11-25");
    }

    @Test
    void longOutageIsCaughtUpOnceAndReportedWhole() {
        fireAt(SLOT);
        clock.set(SLOT.plus(Duration.ofDays(4)).plus(Duration.ofHours(1)));
        newWatch().look();
        assertThat(fired).containsExactly("2026-11-24", "2026-11-28 late");
        assertThat(missed).containsExactly("2026-11-25", "2026-11-26", "2026-11-27");
    }

    @Test
    void restartAfterTheSlotFiresNothing() {
        fireAt(SLOT);
        clock.advance(Duration.ofMinutes(10));
        newWatch().look();
        assertThat(fired).containsExactly("2026-11-24");
        assertThat(missed).isEmpty();
    }

    @Test
    void slotsOfAWideWindowThatWereFiredAreNotCalledMissed() {
        settings =
                new ScheduleSettings(
                        true,
                        EnumSet.allOf(DayOfWeek.class),
                        Set.of(),
                        Set.of(),
                        LocalTime.of(2, 0),
                        BERLIN,
                        Duration.ofDays(3));
        fireAt(SLOT);
        fireAt(SLOT.plus(Duration.ofDays(1)));
        missed.clear();
        clock.advance(Duration.ofHours(1));
        newWatch().look();
        assertThat(fired).containsExactly("2026-11-24", "2026-11-25");
        assertThat(missed).isEmpty();
    }

    @Test
    void clockThatGoesBackNeverRefires() {
        fireAt(SLOT);
        clock.set(SLOT.minus(Duration.ofHours(2)));
        watch.look();
        clock.set(SLOT);
        watch.look();
        assertThat(fired).containsExactly("2026-11-24");
        clock.advance(Duration.ofDays(1));
        watch.look();
        assertThat(fired).containsExactly("2026-11-24", "2026-11-25");
    }

    @Test
    void clockThatJumpsAheadBringsOneRun() {
        fireAt(SLOT);
        clock.set(SLOT.plus(Duration.ofDays(5)).plus(Duration.ofHours(2)));
        watch.look();
        watch.look();
        assertThat(fired).containsExactly("2026-11-24", "2026-11-29 late");
        assertThat(missed).containsExactly("2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28");
    }

    @Test
    void clockThatWasYearsAheadDoesNotBlockTheSlotsAfterItsReturn() {
        fireAt(SLOT);
        clock.set(SLOT.plus(Duration.ofDays(3_653)).plusSeconds(10));
        watch.look();
        clock.set(SLOT.plus(Duration.ofHours(1)));
        watch.look();
        clock.set(SLOT.plus(Duration.ofDays(1)));
        watch.look();
        assertThat(fired).containsExactly("2026-11-24", "2036-11-24", "2026-11-25");
    }

    @Test
    void nextDayStartsFromTheServersDateAtTheChangeToSummerTime() {
        settings = SlotPlannerTest.daily(BERLIN, LocalTime.of(2, 30));
        clock.set(Instant.parse("2026-03-28T00:00:00Z"));
        watch.look();
        fired.clear();
        lookEveryMinuteUntil(Instant.parse("2026-03-30T12:00:00Z"));
        assertThat(fired).containsExactly("2026-03-28", "2026-03-29", "2026-03-30");
    }

    @Test
    void repeatedHourFiresOnce() {
        settings = SlotPlannerTest.daily(BERLIN, LocalTime.of(2, 30));
        clock.set(Instant.parse("2026-10-24T12:00:00Z"));
        watch.look();
        fired.clear();
        lookEveryMinuteUntil(Instant.parse("2026-10-25T12:00:00Z"));
        assertThat(fired).containsExactly("2026-10-25");
    }

    @Test
    void switchedOffFiresNothingAndForgetsWhatPassed() {
        ScheduleSettings on = settings;
        watch.look();
        fired.clear();
        settings = ScheduleSettings.off(BERLIN);
        clock.set(SLOT.plus(Duration.ofHours(1)));
        watch.look();
        settings = on;
        watch.look();
        assertThat(fired).isEmpty();
        assertThat(missed).isEmpty();
    }

    @Test
    void timeMovedToEarlierTheSameDayIsNotMissed() {
        watch.look();
        fired.clear();
        clock.set(SLOT.minus(Duration.ofMinutes(30)));
        settings = SlotPlannerTest.daily(BERLIN, LocalTime.of(1, 0));
        watch.look();
        assertThat(fired).isEmpty();
    }

    @Test
    void storeThatFailsCostsNoSlot() throws Exception {
        watch.look();
        fired.clear();
        clock.set(SLOT);
        store.close();
        assertThatThrownBy(watch::look).isInstanceOf(QueueException.class);
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
        clock.advance(Duration.ofMinutes(2));
        newWatch().look();
        assertThat(fired).containsExactly("2026-11-24");
    }

    @Test
    void settingsThatCannotBeReadCostNoSlot() {
        watch.look();
        fired.clear();
        clock.set(SLOT);
        unreadable = true;
        assertThatThrownBy(watch::look).isInstanceOf(UncheckedIOException.class);
        clock.advance(Duration.ofMinutes(10));
        unreadable = false;
        watch.look();
        watch.look();
        assertThat(fired).containsExactly("2026-11-24 late");
        assertThat(missed).isEmpty();
    }

    @Test
    void settingsThatCannotBeReadAtTheStartCostNoSlot() {
        watch.look();
        watch = newWatch();
        clock.set(SLOT.plus(Duration.ofHours(1)));
        unreadable = true;
        assertThatThrownBy(watch::look).isInstanceOf(UncheckedIOException.class);
        clock.advance(Duration.ofHours(1));
        unreadable = false;
        watch.look();
        assertThat(fired).containsExactly("2026-11-24 late");
    }

    private ScheduleSettings read() {
        if (unreadable) {
            throw new UncheckedIOException(new IOException("damaged"));
        }
        return settings;
    }

    @Test
    void yearOfNightsFiresEachOnce() {
        LocalDate first = LocalDate.of(2027, 12, 1);
        clock.set(SlotPlanner.startOf(first, settings).minusSeconds(60));
        watch.look();
        fired.clear();
        List<String> expected = new ArrayList<>();
        for (int day = 0; day < 400; day++) {
            clock.set(SlotPlanner.startOf(first.plusDays(day), settings).plusSeconds(day % 60));
            watch.look();
            expected.add(first.plusDays(day).toString());
        }
        assertThat(fired).isEqualTo(expected);
        assertThat(missed).isEmpty();
    }

    /// 02:00 and 14:00, on Tuesdays weekly too.
    private static ScheduleSettings twice() {
        return at("02:00, 14:00");
    }

    private static ScheduleSettings at(String times) {
        return new ScheduleSettings(
                true,
                EnumSet.allOf(DayOfWeek.class),
                Set.of(DayOfWeek.TUESDAY),
                Set.of(),
                DayTimes.parse(times),
                BERLIN,
                Duration.ofHours(12));
    }

    @Test
    void aSecondRunOfTheDayIsFiredToo() {
        settings = twice();
        fireAt(SLOT);
        clock.set(SLOT.plus(Duration.ofHours(12)));
        watch.look();
        watch.look();
        clock.set(SLOT.plus(Duration.ofHours(24)));
        watch.look();
        assertThat(fired).containsExactly("2026-11-24.0200", "2026-11-24.1400", "2026-11-25.0200");
        assertThat(missed).isEmpty();
        assertThat(tiersOf("2026-11-24.0200")).containsExactly(Tier.DAILY, Tier.WEEKLY);
        assertThat(tiersOf("2026-11-24.1400")).containsExactly(Tier.DAILY);
    }

    @Test
    void theWeeksArchiveIsMadeByTheNextRunOfTheDayWhenTheFirstIsMissed() {
        settings = twice();
        fireAt(SLOT.minus(Duration.ofHours(12)));
        clock.set(SLOT.plus(Duration.ofHours(20)));
        newWatch().look();
        assertThat(fired).containsExactly("2026-11-23.1400", "2026-11-24.1400 late");
        assertThat(missed).containsExactly("2026-11-24.0200");
        assertThat(tiersOf("2026-11-24.1400")).containsExactly(Tier.DAILY, Tier.WEEKLY);
    }

    @Test
    void aTimeThatIsAddedDoesNotRunForTheHoursBeforeIt() {
        fireAt(SLOT);
        settings = twice();
        clock.set(SLOT.plus(Duration.ofHours(6)));
        watch = newWatch();
        watch.look();
        clock.set(SLOT.plus(Duration.ofHours(12)));
        watch.look();
        assertThat(fired).containsExactly("2026-11-24", "2026-11-24.1400");
        assertThat(missed).isEmpty();
    }

    @Test
    void timeMovedToEarlierDoesNotRunAtTheNextStart() {
        settings = SlotPlannerTest.daily(BERLIN, LocalTime.of(22, 0));
        fireAt(SLOT.minus(Duration.ofHours(4)));
        settings = SlotPlannerTest.daily(BERLIN, LocalTime.of(2, 0));
        startAt(SLOT.plus(Duration.ofHours(8)));
        startAt(SLOT.plus(Duration.ofHours(9)));
        assertThat(fired).containsExactly("2026-11-23");
        clock.set(SLOT.plus(Duration.ofDays(1)));
        watch.look();
        assertThat(fired).containsExactly("2026-11-23", "2026-11-25");
        assertThat(missed).isEmpty();
    }

    @Test
    void timeThatIsAddedDoesNotRunAtTheNextStart() {
        fireAt(SLOT);
        settings = at("02:00, 06:00");
        startAt(SLOT.plus(Duration.ofHours(6)));
        startAt(SLOT.plus(Duration.ofHours(7)));
        clock.set(SLOT.plus(Duration.ofDays(1)));
        watch.look();
        assertThat(fired).containsExactly("2026-11-24", "2026-11-25.0200");
        assertThat(missed).isEmpty();
    }

    @Test
    void nightThatPassedUnderTheTimesBeforeIsMadeUpForByTheTimesNow() {
        fireAt(SLOT.minus(Duration.ofDays(1)));
        settings = at("03:00");
        startAt(SLOT.plus(Duration.ofHours(3)));
        startAt(SLOT.plus(Duration.ofHours(4)));
        assertThat(fired).containsExactly("2026-11-23", "2026-11-24 late");
        assertThat(missed).isEmpty();
    }

    @Test
    void earlierTimeThatIsAddedDoesNotRunTheDayTwice() {
        fireAt(SLOT);
        settings = at("01:00, 02:00");
        startAt(SLOT.plus(Duration.ofHours(6)));
        startAt(SLOT.plus(Duration.ofHours(7)));
        assertThat(fired).containsExactly("2026-11-24");
        assertThat(missed).isEmpty();
    }

    @Test
    void scheduleThatIsSwitchedOnBeginsThen() {
        ScheduleSettings on = settings;
        settings = ScheduleSettings.off(BERLIN);
        startAt(SLOT.plus(Duration.ofHours(7)));
        settings = on;
        clock.set(SLOT.plus(Duration.ofHours(8)));
        watch.look();
        startAt(SLOT.plus(Duration.ofHours(11)));
        assertThat(fired).isEmpty();
        startAt(SLOT.plus(Duration.ofDays(1)).plusSeconds(3600));
        assertThat(fired).containsExactly("2026-11-25 late");
        assertThat(missed).isEmpty();
    }

    @Test
    void firstStartFiresNothingThatPassedBefore() {
        startAt(SLOT.plus(Duration.ofHours(1)));
        startAt(SLOT.plus(Duration.ofHours(2)));
        assertThat(fired).isEmpty();
        assertThat(missed).isEmpty();
    }

    @Test
    void switchedOffForLongMissedNothing() {
        ScheduleSettings on = settings;
        fireAt(SLOT);
        settings = ScheduleSettings.off(BERLIN);
        startAt(SLOT.plus(Duration.ofHours(1)));
        settings = on;
        startAt(SLOT.plus(Duration.ofDays(20)).plusSeconds(3600));
        assertThat(fired).containsExactly("2026-11-24");
        assertThat(missed).isEmpty();
    }

    /// The night was due before the change and after it.
    @Test
    void nightMissedWhileDownIsCaughtUpThoughATimeWasAdded() {
        fireAt(SLOT.minus(Duration.ofDays(1)));
        settings = twice();
        startAt(SLOT.plus(Duration.ofHours(2)));
        assertThat(fired).containsExactly("2026-11-23", "2026-11-24.0200 late");
    }

    @Test
    void changeJustBeforeTheSlotDoesNotLoseIt() {
        settings = ScheduleSettings.off(BERLIN);
        startAt(SLOT.minusSeconds(50));
        settings = SlotPlannerTest.daily(BERLIN, LocalTime.of(2, 0));
        clock.set(SLOT.plusSeconds(10));
        watch.look();
        assertThat(fired).containsExactly("2026-11-24");
    }

    /// Versions before this one noted nothing.
    @Test
    void nightMissedDuringAnUpgradeIsCaughtUp() throws Exception {
        fireAt(SLOT.minus(Duration.ofDays(1)));
        Files.delete(note());
        startAt(SLOT.plus(Duration.ofHours(1)));
        assertThat(fired).containsExactly("2026-11-23", "2026-11-24 late");
    }

    @Test
    void damagedNoteCostsNoSlot() throws Exception {
        fireAt(SLOT.minus(Duration.ofDays(1)));
        Files.writeString(note(), "---\nsince: tomorrow\n");
        startAt(SLOT.plus(Duration.ofHours(1)));
        assertThat(fired).containsExactly("2026-11-23", "2026-11-24 late");
        assertThat(Files.readString(note())).contains("Europe/Berlin");
    }

    @Test
    void noteThatCannotBeWrittenStopsNothingAndIsWrittenLater() throws Exception {
        Files.createDirectories(note().resolve("in-the-way"));
        fireAt(SLOT);
        assertThat(fired).containsExactly("2026-11-24");
        Files.delete(note().resolve("in-the-way"));
        Files.delete(note());
        watch.look();
        assertThat(note()).isRegularFile();
    }

    @Test
    void noteOfAClockThatWasAheadBlocksNothing() {
        startAt(SLOT.plus(Duration.ofDays(3_000)));
        startAt(SLOT.minusSeconds(60));
        startAt(SLOT.plus(Duration.ofHours(1)));
        assertThat(fired).containsExactly("2026-11-24 late");
    }

    private void startAt(Instant instant) {
        clock.set(instant);
        watch = newWatch();
        watch.look();
    }

    private Path note() {
        return folder.resolve("schedule.yaml");
    }

    private List<Tier> tiersOf(String slot) {
        return queue.list(JobFilter.of(Set.of(), Set.of())).stream()
                .filter(job -> job.request().subject().equals(slot))
                .map(job -> JobJson.read(job.request().arguments(), RunArguments.class).tiers())
                .findFirst()
                .orElse(List.of());
    }

    private void fireAt(Instant instant) {
        clock.set(instant.minusSeconds(60));
        watch = newWatch();
        watch.look();
        clock.set(instant);
        watch.look();
    }

    private void lookEveryMinuteUntil(Instant end) {
        while (clock.instant().isBefore(end)) {
            clock.advance(Duration.ofMinutes(1));
            watch.look();
        }
    }

    private SlotWatch newWatch() {
        SlotListener listener =
                new SlotListener() {
                    @Override
                    public void fired(Slot slot, JobId job, boolean late) {
                        fired.add(slot.name() + (late ? " late" : ""));
                    }

                    @Override
                    public void missed(List<Slot> slots) {
                        slots.forEach(slot -> missed.add(slot.name()));
                    }
                };
        return new SlotWatch(
                queue,
                "backup",
                this::read,
                clock,
                request -> request.onNode("n1"),
                listener,
                new ScheduleNote(note()));
    }
}
