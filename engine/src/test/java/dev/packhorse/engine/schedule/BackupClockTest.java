package dev.packhorse.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.WorkListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.Scheduler;
import org.quartz.simpl.SimpleThreadPool;

/// The clock with the machine's own time, which is what Quartz goes by.
class BackupClockTest {
    private static final Duration NEVER = Duration.ofHours(10);
    @TempDir Path folder;
    private final InstantSource clock = InstantSource.system();
    private final List<Slot> fired = new CopyOnWriteArrayList<>();
    private volatile ScheduleSettings settings = ScheduleSettings.off(ZoneOffset.UTC);
    private Store store;
    private JdbcJobQueue queue;

    private static Scheduler usual() {
        return BackupClock.scheduler("org.quartz.simpl.SimpleThreadPool");
    }

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
    void settingsThatCannotBeReadBreakNoCaller() {
        firedLongAgo();
        AtomicBoolean unreadable = new AtomicBoolean(true);
        settings = dueIn(Duration.ofSeconds(-10), Duration.ofHours(1));
        Supplier<ScheduleSettings> read =
                () -> {
                    if (unreadable.get()) {
                        throw new UncheckedIOException(new IOException("damaged"));
                    }
                    return settings;
                };
        try (BackupClock backupClock = clock(Duration.ofMillis(50), read, BackupClockTest::usual)) {
            assertThat(backupClock.next(clock.instant())).isEmpty();
            backupClock.start();
            Eventually.holds(
                    "it goes on ringing",
                    () -> backupClock.sinceRing().compareTo(Duration.ofMillis(30)) < 0);
            assertThat(fired).isEmpty();
            Eventually.holds(
                    "it says why nothing is fired",
                    () -> backupClock.trouble().filter(it -> it.contains("damaged")).isPresent());
            unreadable.set(false);
            Eventually.holds("the slot fires", () -> !fired.isEmpty());
            Eventually.holds("it is well again", () -> backupClock.trouble().isEmpty());
            unreadable.set(true);
            backupClock.reschedule();
        }
    }

    @Test
    void settingsMayChangeWhileItRings() {
        ScheduleSettings inAnHour = dueIn(Duration.ofHours(1), Duration.ZERO);
        try (BackupClock backupClock = clock(Duration.ofMillis(1))) {
            backupClock.start();
            List<CompletableFuture<Void>> changers =
                    Stream.generate(() ->
                                    CompletableFuture.runAsync(() -> change(backupClock, inAnHour)))
                            .limit(4)
                            .toList();
            changers.forEach(CompletableFuture::join);
        }
    }

    // Without a slot first, so that its trigger is made anew each time.
    private void change(BackupClock backupClock, ScheduleSettings some) {
        for (int i = 0; i < 2_000; i++) {
            settings = ScheduleSettings.off(ZoneOffset.UTC);
            backupClock.reschedule();
            settings = some;
            backupClock.reschedule();
        }
    }

    @Test
    void aRingThatReadTheOldSettingsDoesNotPutThemBack() throws Exception {
        CountDownLatch hasRead = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Supplier<ScheduleSettings> slowToTell =
                () -> {
                    ScheduleSettings read = settings;
                    // The first is for the look, the second for the trigger.
                    if (asked.getAndIncrement() == 1) {
                        hasRead.countDown();
                        await(goOn);
                    }
                    return read;
                };
        try (BackupClock backupClock = clock(NEVER, slowToTell, BackupClockTest::usual)) {
            backupClock.start();
            await(hasRead);
            settings = dueIn(Duration.ofSeconds(2), Duration.ZERO);
            backupClock.reschedule();
            goOn.countDown();
            Eventually.holds("the slot fires", () -> !fired.isEmpty());
        } finally {
            goOn.countDown();
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
        firedLongAgo();
        settings = dueIn(Duration.ofHours(-1), Duration.ofHours(2));
        try (BackupClock backupClock = clock(NEVER)) {
            backupClock.start();
            Eventually.holds("the missed slot fires", () -> !fired.isEmpty());
        }
    }

    /// As quartz-scheduler #145: the threads refuse a job once, and its triggers stand still for
    /// good.
    @Test
    void aClockWhoseTriggersStandStillRingsAgainAfterARestart() {
        firedLongAgo();
        Iterator<String> threads =
                List.of(RefusingThreads.class.getName(), "org.quartz.simpl.SimpleThreadPool")
                        .iterator();
        settings = dueIn(Duration.ofHours(-1), Duration.ofHours(2));
        try (BackupClock backupClock =
                clock(
                        Duration.ofMillis(100),
                        () -> settings,
                        () -> BackupClock.scheduler(threads.next()))) {
            backupClock.start();
            Eventually.holds("it is refused", () -> RefusingThreads.REFUSED.get() > 0);
            assertThat(fired).isEmpty();
            backupClock.restart();
            Eventually.holds("the missed slot fires", () -> !fired.isEmpty());
            Eventually.holds(
                    "it goes on ringing",
                    () -> backupClock.sinceRing().compareTo(Duration.ofMillis(80)) < 0);
        }
    }

    /// As quartz-scheduler #1516: no thread is ever free.
    @Test
    void aClockWhoseThreadHangsIsRestartedAndClosedBesideIt() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Supplier<ScheduleSettings> first =
                () -> {
                    if (asked.getAndIncrement() == 1) {
                        hangs.countDown();
                        await(goOn);
                    }
                    return settings;
                };
        try (BackupClock backupClock =
                clock(Duration.ofMillis(100), first, BackupClockTest::usual)) {
            backupClock.start();
            await(hangs);
            backupClock.restart();
            Eventually.holds("it rings", () -> asked.get() > 4);
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void aRingThatHangsKeepsTheStopNoLongerThanItMay() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        BackupClock backupClock =
                clock(
                        NEVER,
                        () -> {
                            hangs.countDown();
                            await(goOn);
                            return settings;
                        },
                        BackupClockTest::usual);
        backupClock.start();
        await(hangs);
        assertThat(backupClock.close(Duration.ofMillis(50))).isFalse();
        goOn.countDown();
        assertThat(backupClock.close(Duration.ofMinutes(1))).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Threads of Quartz that take no job.
    public static final class RefusingThreads extends SimpleThreadPool {
        static final AtomicInteger REFUSED = new AtomicInteger();

        @Override
        public boolean runInThread(Runnable runnable) {
            REFUSED.incrementAndGet();
            return false;
        }
    }

    /// Without that the schedule begins with the first ring.
    private void firedLongAgo() {
        JobRequest run = JobRequest.of(JobKind.RUN, "2026-01-02", "schedule", "{}");
        assertThat(queue.fireSlot("backup", "2026-01-02", run)).isPresent();
    }

    private BackupClock clock(Duration lookEvery) {
        return clock(lookEvery, () -> settings, BackupClockTest::usual);
    }

    private BackupClock clock(
            Duration lookEvery, Supplier<ScheduleSettings> read, Supplier<Scheduler> makes) {
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
                queue,
                "backup",
                read,
                clock,
                request -> request,
                listener,
                folder.resolve("schedule.yaml"),
                lookEvery,
                makes);
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
