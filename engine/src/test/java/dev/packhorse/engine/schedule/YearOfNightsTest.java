package dev.packhorse.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.job.RunArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/// More than a year of nights of fifty accounts through the real clock watch, queue and pruning:
/// both changes of the clocks, a 29 February, ends of months, accounts that fail, a destination and
/// a daemon that are down for days, and clocks that jump. After every night the catalog is exactly
/// what [Expected] says.
class YearOfNightsTest {
    private static final LocalDate FIRST = LocalDate.parse("2027-12-01");
    private static final int DAYS = 402;
    private static final int ACCOUNTS = 50;
    private static final int FEW_ACCOUNTS = 6;
    private static final int LOCAL_ACCOUNTS = 5;
    private static final Duration STEP = Duration.ofHours(1);
    private static final Map<Tier, Integer> COUNTS =
            Map.of(Tier.DAILY, 5, Tier.WEEKLY, 3, Tier.MONTHLY, 2);

    /// The clock's errors, in hours: the real day and hour, how long, how much.
    private static final List<Jump> JUMPS =
            List.of(
                    new Jump(30, 1, 5, 1),
                    new Jump(40, 1, 5, -1),
                    new Jump(60, 5, 30, 24),
                    new Jump(80, 5, 30, -24),
                    new Jump(150, 5, 3, 400 * 24),
                    new Jump(300, 1, 3, -400 * 24));

    /// The daemon is off from a real day and hour on, for some hours.
    private static final List<Off> OFF =
            List.of(new Off(100, 1, 5), new Off(110, 1, 20), new Off(200, 12, 24 * 6));

    private record Jump(int day, int hour, int hours, int by) {
        boolean holds(long hour) {
            long from = day * 24L + this.hour;
            return hour >= from && hour < from + hours;
        }
    }

    private record Off(int day, int hour, int hours) {
        boolean holds(long now) {
            long from = day * 24L + hour;
            return now >= from && now < from + hours;
        }
    }

    /// In memory, where the machine has such a folder: a year has many commits.
    static final class MemoryFolder implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
                throws IOException {
            Path memory = Path.of("/dev/shm");
            return Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "packhorse-test")
                    : Files.createTempDirectory("packhorse-test");
        }
    }

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private final SettableClock clock =
            new SettableClock(FIRST.atStartOfDay(SimulatedServer.ZONE).toInstant());
    private final Random random = new Random(7);
    private final List<String> fired = new ArrayList<>();
    private final Set<String> missed = new HashSet<>();
    private final Expected expected = new Expected(COUNTS);
    private SimulatedServer server;
    private SlotWatch watch;
    private boolean suspended;
    private int suspendedLooks;

    private DayTimes times = DayTimes.parse("02:30");
    private int accounts;
    private final Map<String, Set<Tier>> made = new HashMap<>();

    @BeforeEach
    void open() throws Exception {
        server = new SimulatedServer(folder, clock, COUNTS);
        watch = newWatch();
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private SlotWatch newWatch() {
        ScheduleSettings settings =
                new ScheduleSettings(
                        true,
                        EnumSet.allOf(DayOfWeek.class),
                        Set.of(DayOfWeek.SUNDAY),
                        Set.of(1, 31),
                        times,
                        SimulatedServer.ZONE,
                        Duration.ofHours(12));
        SlotListener listener =
                new SlotListener() {
                    @Override
                    public void fired(Slot slot, JobId job, boolean late) {
                        fired.add(slot.name());
                    }

                    @Override
                    public void missed(List<Slot> slots) {
                        slots.forEach(slot -> missed.add(slot.name()));
                    }
                };
        return new SlotWatch(
                server.queue,
                "backup",
                () -> settings,
                clock,
                request -> request.onNode("n1"),
                listener,
                new ScheduleNote(folder.resolve("schedule.yaml")));
    }

    @Test
    void everySlotHappensOnceAndWhatIsPromisedExists() throws Exception {
        live("02:30", ACCOUNTS);
        assertSlots();
        assertThat(fired).contains("2028-02-29", "2028-03-26", "2028-10-29", "2028-12-31");
        assertThat(fired).hasSizeGreaterThan(DAYS - 12);
    }

    /// With the hour that both changes of the clocks are about.
    @Test
    void soDoThreeRunsADay() throws Exception {
        live("02:00, 03:00, 14:00", FEW_ACCOUNTS);
        assertSlots();
        assertThat(fired)
                .contains("2028-02-29.1400", "2028-03-26.0200", "2028-10-29.0200")
                .contains("2028-10-29.0300", "2028-12-31.1400")
                .doesNotContain("2028-03-26.0300");
        assertThat(missed).doesNotContain("2028-03-26.0300");
        assertThat(fired).hasSizeGreaterThan(3 * DAYS - 36);
        assertWeeksAndMonths();
    }

    /// A day on which anything ran made all that was due of it.
    private void assertWeeksAndMonths() {
        for (int i = 0; i < DAYS; i++) {
            LocalDate day = FIRST.plusDays(i);
            Set<Tier> of = made.getOrDefault(day.toString(), Set.of());
            boolean last = day.getDayOfMonth() == day.lengthOfMonth();
            if (!of.isEmpty()) {
                assertThat(of.contains(Tier.WEEKLY))
                        .as(day.toString())
                        .isEqualTo(day.getDayOfWeek() == DayOfWeek.SUNDAY);
                assertThat(of.contains(Tier.MONTHLY))
                        .as(day.toString())
                        .isEqualTo(last || day.getDayOfMonth() == 1);
            }
        }
    }

    private void live(String timesOfDay, int howMany) throws Exception {
        times = DayTimes.parse(timesOfDay);
        accounts = howMany;
        for (int i = 0; i < howMany; i++) {
            server.accounts.add(new AccountName("acct%02d".formatted(i)));
        }
        watch = newWatch();
        Instant real = clock.instant();
        long hours = Duration.ofDays(DAYS).dividedBy(STEP);
        boolean wasOff = false;
        for (long hour = 0; hour < hours; hour++) {
            real = real.plus(STEP);
            clock.set(real.plus(error(hour)));
            boolean off = isOff(hour);
            if (!off) {
                if (wasOff) {
                    server.restart();
                    watch = newWatch();
                }
                live(hour);
            }
            wasOff = off;
        }
        assertThat(suspendedLooks).as("jumps and a long absence suspend").isGreaterThan(15);
    }

    private static boolean isOff(long hour) {
        return OFF.stream().anyMatch(each -> each.holds(hour));
    }

    private static Duration error(long hour) {
        return JUMPS.stream()
                .filter(jump -> jump.holds(hour))
                .findFirst()
                .map(jump -> Duration.ofHours(jump.by()))
                .orElse(Duration.ZERO);
    }

    /// One hour of the daemon.
    private void live(long hour) throws Exception {
        int day = (int) (hour / 24);
        server.far.down = day % 37 < 3;
        if (day == 250 && server.accounts.size() == accounts) {
            expected.left(server.accounts.removeLast().value());
        }
        int before = fired.size();
        watch.look();
        boolean ran = fired.size() > before;
        if (ran) {
            server.runs(this::night);
        }
        if (ran || hour % 2 == 0) {
            suspended = !server.clockIsTrusted();
            suspendedLooks += suspended ? 1 : 0;
        }
        // An administrator notices in the evening, when the clock is right again.
        boolean confirmed = suspended && hour % 24 == 20 && error(hour).isZero();
        if (confirmed) {
            server.confirm();
            suspended = false;
        }
        if (ran || confirmed) {
            prune(day);
        }
    }

    private void prune(int day) throws Exception {
        for (String place : server.prunes()) {
            assertThat(suspended).as("%s was pruned on day %d", place, day).isFalse();
            expected.pruned(place, server.today());
        }
        assertThat(catalog()).as("day %d", day).isEqualTo(expected.all());
    }

    private List<RestorePoint> night(RunArguments run) throws IOException {
        List<RestorePoint> points = new ArrayList<>();
        SlotName slot = SlotName.parse(run.date());
        made.computeIfAbsent(slot.date().toString(), _ -> EnumSet.noneOf(Tier.class))
                .addAll(run.tiers());
        for (int i = 0; i < server.accounts.size(); i++) {
            AccountName account = server.accounts.get(i);
            if (random.nextInt(100) < 4) {
                continue;
            }
            for (Tier tier : run.tiers()) {
                if (i < LOCAL_ACCOUNTS) {
                    points.add(make("local", DestinationId.LOCAL, account, tier, slot));
                }
                if (!server.far.down) {
                    points.add(make("far", SimulatedServer.FAR, account, tier, slot));
                }
            }
        }
        return points;
    }

    private RestorePoint make(
            String place, DestinationId id, AccountName account, Tier tier, SlotName slot)
            throws IOException {
        expected.arrived(place, account.value(), tier, slot);
        return server.point(account, id, tier, slot);
    }

    private Map<String, Set<String>> catalog() {
        Map<String, Set<String>> all = new TreeMap<>();
        server.catalog.forEach(point ->
                all.computeIfAbsent(
                                (point.destination().isLocal() ? "local " : "far ")
                                        + point.account(),
                                _ -> new TreeSet<>())
                        .add(point.tier() + " " + point.slot()));
        return all;
    }

    private void assertSlots() {
        assertThat(fired).doesNotHaveDuplicates();
        Set<String> known = new HashSet<>(fired);
        known.addAll(missed);
        for (int i = 0; i < DAYS; i++) {
            for (LocalTime time : times.times()) {
                String slot = FIRST.plusDays(i).toString();
                boolean skipped = time.equals(LocalTime.of(3, 0)) && slot.equals("2028-03-26");
                slot += times.areSeveral() ? "." + time.toString().replace(":", "") : "";
                if (!skipped) {
                    assertThat(known).contains(slot);
                }
            }
        }
        assertThat(missed).as("the days that the daemon was off").hasSizeGreaterThan(4);
        System.out.printf(
                "figure: %d slots in %d days fired once, %d told as missed%n",
                fired.size(), DAYS, missed.size());
    }
}
