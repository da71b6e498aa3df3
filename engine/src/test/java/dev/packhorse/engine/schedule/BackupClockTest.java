package dev.packhorse.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.WorkListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The clock with the machine's own time, which is what Quartz goes by.
class BackupClockTest {
    private static final Duration NEVER = Duration.ofHours(10);

    @TempDir Path folder;
    private final InstantSource clock = InstantSource.system();
    private final List<Slot> fired = new CopyOnWriteArrayList<>();
    private volatile ScheduleSettings settings = ScheduleSettings.off(ZoneOffset.UTC);
    private Store store;
    private JdbcJobQueue queue;

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(folder);
        queue = new JdbcJobQueue(store, clock, WorkListener.none());
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void ringsAtTheSlotItself() {
        settings = dueIn(Duration.ofSeconds(2), Duration.ZERO);
        Instant due = SlotPlanner.next(clock.instant(), settings).orElseThrow().at();
        try (BackupClock backupClock = clock(NEVER)) {
            backupClock.start();
            Eventually.holds("the slot fires", () -> !fired.isEmpty());
            assertThat(clock.instant()).isAfterOrEqualTo(due);
            assertThat(fired).singleElement().extracting(Slot::at).isEqualTo(due);
            assertThat(backupClock.next(due)).isPresent();
        }
        assertThat(queue.newestSlot("backup")).contains(fired.getFirst().name());
    }

    @Test
    void reschedulingTakesUpNewSettings() {
        try (BackupClock backupClock = clock(NEVER)) {
            backupClock.start();
            assertThat(backupClock.next(clock.instant())).isEmpty();
            settings = dueIn(Duration.ofSeconds(2), Duration.ZERO);
            backupClock.reschedule();
            Eventually.holds("the slot fires", () -> !fired.isEmpty());
        }
    }

    @Test
    void ringsAgainAndAgainWithoutASlot() {
        try (BackupClock backupClock = clock(Duration.ofMillis(100))) {
            backupClock.start();
            settings = dueIn(Duration.ofSeconds(2), Duration.ZERO);
            Eventually.holds(
                    "the slot is found without a trigger of its own", () -> !fired.isEmpty());
            Eventually.holds(
                    "it goes on ringing",
                    () -> backupClock.sinceRing().compareTo(Duration.ofMillis(80)) < 0);
        }
    }

    @Test
    void startCatchesUp() {
        settings = dueIn(Duration.ofHours(-1), Duration.ofHours(2));
        try (BackupClock backupClock = clock(NEVER)) {
            backupClock.start();
            Eventually.holds("the missed slot fires", () -> !fired.isEmpty());
        }
    }

    private BackupClock clock(Duration lookEvery) {
        SlotListener listener =
                new SlotListener() {
                    @Override
                    public void fired(Slot slot, JobId job, boolean late) {
                        fired.add(slot);
                    }

                    @Override
                    public void missed(List<Slot> slots) {}
                };
        return new BackupClock(
                queue, "backup", () -> settings, clock, request -> request, listener, lookEvery);
    }

    /// A daily schedule whose time of day is so far from now, in a zone where that is the same day.
    private ScheduleSettings dueIn(Duration delay, Duration window) {
        ZoneId zone = ZoneOffset.ofHours(12 - clock.instant().atZone(ZoneOffset.UTC).getHour());
        LocalTime time = clock.instant().plus(delay).atZone(zone).toLocalTime().withNano(0);
        ScheduleSettings daily = SlotPlannerTest.daily(zone, time);
        return new ScheduleSettings(
                true,
                daily.dailyDays(),
                daily.weeklyDays(),
                daily.monthlyDates(),
                time,
                zone,
                window);
    }
}
