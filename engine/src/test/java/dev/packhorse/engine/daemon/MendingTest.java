package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.JdbcJobQueue;
import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.schedule.BackupClock;
import dev.packhorse.engine.schedule.ScheduleSettings;
import dev.packhorse.engine.schedule.Slot;
import dev.packhorse.engine.schedule.SlotListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MendingTest {
    @TempDir private Path folder;
    private final List<Notice> told = new ArrayList<>();
    private final List<String> newer = new ArrayList<>();
    private final AtomicInteger rings = new AtomicInteger();
    private Store store;

    @BeforeEach
    void open() throws Exception {
        store = TestStore.h2(folder);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    /// A clock that was never started stands still, too.
    private BackupClock clock() {
        return new BackupClock(
                new JdbcJobQueue(store, InstantSource.system(), WorkListener.none()),
                "backup",
                () -> {
                    rings.incrementAndGet();
                    return ScheduleSettings.off(ZoneOffset.UTC);
                },
                InstantSource.system(),
                request -> request,
                new SlotListener() {
                    @Override
                    public void fired(Slot slot, JobId job, boolean late) {}

                    @Override
                    public void missed(List<Slot> slots) {}
                },
                folder.resolve("schedule.yaml"));
    }

    @Test
    void aClockThatStandsStillIsStartedAgainAndPeopleAreTold() {
        try (BackupClock clock = clock();
                Mending mending = new Mending(clock, store, Duration.ZERO, told::add, newer::add)) {
            mending.look();
            Eventually.holds("it rings", () -> rings.get() > 0);
            assertThat(told)
                    .singleElement()
                    .extracting(Notice::name)
                    .isEqualTo("Packhorse::ClockRestarted");
        }
    }

    @Test
    void aClockThatRingsIsLeftAlone() {
        try (BackupClock clock = clock();
                Mending mending =
                        new Mending(clock, store, Duration.ofMinutes(3), told::add, newer::add)) {
            clock.start();
            Eventually.holds("it rings", () -> rings.get() > 0);
            mending.look();
            assertThat(told).isEmpty();
        }
    }

    @Test
    void aStoreThatAnotherServerUpgradesIsLeftAloneOnce() throws Exception {
        TestStore.SharedDatabase database = TestStore.sharedPostgres();
        try (Store shared = database.open();
                BackupClock clock = clock();
                Mending mending =
                        new Mending(clock, shared, Duration.ofMinutes(3), told::add, newer::add)) {
            mending.look();
            mending.look();
            assertThat(newer).isEmpty();
            TestStore.upgrade(shared);
            mending.look();
            mending.look();
            assertThat(newer)
                    .singleElement()
                    .satisfies(why -> assertThat(why).contains("made by a newer Packhorse"));
        }
    }

    @Test
    void aStoreThatDoesNotAnswerIsNoNewerOne() throws Exception {
        Store shared = TestStore.postgres();
        shared.close();
        try (BackupClock clock = clock();
                Mending mending =
                        new Mending(clock, shared, Duration.ofMinutes(3), told::add, newer::add)) {
            mending.look();
            mending.look();
            assertThat(newer).isEmpty();
            // Told when it is back.
            assertThat(told).isEmpty();
        }
    }
}
