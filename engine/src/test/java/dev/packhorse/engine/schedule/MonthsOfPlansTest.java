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
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.plan.Plans;
import dev.packhorse.engine.queue.SettableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Months of two runs a day in which groups of accounts have plans of their own: fewer or more
/// archives, single calendars, one of the runs, no destination; after some months others. What each
/// archive's arrival and each prune leave is told twice, by the product and by [Expected] with the
/// rules of [#GROUPS], which are written down a second time here.
class MonthsOfPlansTest {
    private static final LocalDate FIRST = LocalDate.parse("2027-12-01");
    private static final int DAYS = 260;
    private static final int CHANGE = 130;
    private static final int OF_A_GROUP = 2;
    private static final Map<Tier, Integer> COUNTS =
            Map.of(Tier.DAILY, 5, Tier.WEEKLY, 3, Tier.MONTHLY, 2);

    private static final String PLANS =
            """
            backup:
              time: "02:00, 14:00"
            plans:
              short:
                match:
                  accounts: "short*"
                retention:
                  numbers: "daily=2"
              archive:
                match:
                  accounts: "archive*"
                calendars: "weekly, monthly"
                retention:
                  numbers: "weekly=7 monthly=8"
              afternoon:
                match:
                  accounts: "late*"
                times: "14:00"
                retention:
                  destinations: "far: daily=9"
              home:
                match:
                  accounts: "home*"
                destinations: none
            """;

    /// The daily calendar goes from some, and others get more.
    private static final String LATER =
            """
            backup:
              time: "02:00, 14:00"
            plans:
              archive:
                match:
                  accounts: "short*"
                calendars: "weekly, monthly"
                retention:
                  numbers: "weekly=7 monthly=8"
              long:
                match:
                  accounts: "late*"
                retention:
                  numbers: "daily=12"
            """;

    /// What the plans mean for a group of accounts.
    ///
    /// @param tiers what is made of it
    /// @param morning whether the first run of a day makes its daily archive
    /// @param sent whether anything of it goes to the destination
    /// @param here how many days stay in the backup directory
    /// @param there how many days stay at the destination
    private record Group(
            Set<Tier> tiers,
            boolean morning,
            boolean sent,
            Map<Tier, Integer> here,
            Map<Tier, Integer> there) {
        private static final Set<Tier> ALL = Set.of(Tier.values());
        static final Group USUAL = new Group(ALL, true, true, COUNTS, COUNTS);

        static Group with(Set<Tier> tiers, Map<Tier, Integer> counts) {
            return new Group(tiers, true, true, counts, counts);
        }

        boolean makes(Tier tier, SlotName slot) {
            return tiers.contains(tier)
                    && (tier != Tier.DAILY || morning || slot.toString().endsWith(".1400"));
        }

        Expected.Terms terms(String place) {
            return new Expected.Terms(place.equals("local") ? here : there, tiers);
        }
    }

    private static final Group ARCHIVE =
            Group.with(Set.of(Tier.WEEKLY, Tier.MONTHLY), counts(5, 7, 8));

    private static final Map<String, Group> GROUPS =
            Map.of(
                    "usual",
                    Group.USUAL,
                    "short",
                    Group.with(Group.ALL, counts(2, 3, 2)),
                    "archive",
                    ARCHIVE,
                    "late",
                    new Group(Group.ALL, false, true, COUNTS, counts(9, 3, 2)),
                    "home",
                    new Group(Group.ALL, true, false, COUNTS, COUNTS));

    private static final Map<String, Group> LATER_GROUPS =
            Map.of(
                    "usual",
                    Group.USUAL,
                    "short",
                    ARCHIVE,
                    "archive",
                    Group.USUAL,
                    "late",
                    Group.with(Group.ALL, counts(12, 3, 2)),
                    "home",
                    Group.USUAL);

    private static Map<Tier, Integer> counts(int daily, int weekly, int monthly) {
        return Map.of(Tier.DAILY, daily, Tier.WEEKLY, weekly, Tier.MONTHLY, monthly);
    }

    @TempDir(factory = YearOfNightsTest.MemoryFolder.class)
    Path folder;

    private final SettableClock clock =
            new SettableClock(FIRST.atStartOfDay(SimulatedServer.ZONE).toInstant());
    private final Random random = new Random(11);
    private final Map<String, Expected> expected =
            Map.of("local", new Expected(COUNTS), "far", new Expected(COUNTS));
    private final Map<String, Integer> most = new HashMap<>();
    private Map<String, Group> groups = GROUPS;
    private SimulatedServer server;
    private SlotWatch watch;

    @BeforeEach
    void open() throws Exception {
        server = new SimulatedServer(folder, clock, COUNTS);
        for (String group : new TreeSet<>(GROUPS.keySet())) {
            for (int i = 0; i < OF_A_GROUP; i++) {
                server.accounts.add(new AccountName(group + i));
            }
        }
        change(PLANS, GROUPS);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    /// What an administrator does who edits the plans.
    private void change(String yaml, Map<String, Group> meaning) throws Exception {
        List<Plan> plans = Plans.of(folder, yaml);
        server.restartWith(plans);
        watch = newWatch();
        groups = meaning;
        for (AccountName account : server.accounts) {
            expected.forEach((place, shelves) ->
                    shelves.terms(account.value(), group(account).terms(place)));
        }
    }

    private Group group(AccountName account) {
        return Objects.requireNonNull(groups.get(account.value().replaceAll("[0-9]", "")));
    }

    private SlotWatch newWatch() {
        ScheduleSettings settings =
                new ScheduleSettings(
                        true,
                        EnumSet.allOf(DayOfWeek.class),
                        Set.of(DayOfWeek.SUNDAY),
                        Set.of(1, 31),
                        DayTimes.parse("02:00, 14:00"),
                        SimulatedServer.ZONE,
                        Duration.ofHours(12));
        // A schedule of old: the slot before the first day is caught up.
        ScheduleNote note = new ScheduleNote(folder.resolve("schedule.yaml"));
        if (note.read().isEmpty()) {
            assertThat(note.write(new InForce(settings, Instant.EPOCH))).isTrue();
        }
        return new SlotWatch(
                server.queue,
                "backup",
                () -> settings,
                clock,
                request -> request.onNode("n1"),
                new Nobody(),
                note);
    }

    private static final class Nobody implements SlotListener {
        @Override
        public void fired(Slot slot, JobId job, boolean late) {}

        @Override
        public void missed(List<Slot> slots) {}
    }

    @Test
    void whatPlansPromiseExistsAfterEveryRun() throws Exception {
        Instant begin = clock.instant();
        int ran = 0;
        for (int hour = 1; hour <= DAYS * 24; hour++) {
            clock.set(begin.plus(Duration.ofHours(hour)));
            int day = hour / 24;
            if (hour == CHANGE * 24) {
                change(LATER, LATER_GROUPS);
            }
            server.far.down = day % 41 < 2;
            watch.look();
            int runs = server.runs(this::night);
            ran += runs;
            if (runs > 0) {
                prune(day);
            }
        }
        assertThat(ran).isGreaterThan(2 * DAYS - 4);
        assertThat(most)
                .containsEntry("1 far archive0 WEEKLY", 7)
                .containsEntry("1 far archive0 MONTHLY", 8)
                .containsEntry("1 far late0 DAILY", 9)
                .containsEntry("2 local late0 DAILY", 2 * 12)
                .containsEntry("2 far home0 MONTHLY", 2)
                .doesNotContainKeys("1 far archive0 DAILY", "1 far home0 MONTHLY");
    }

    private void prune(int day) throws Exception {
        assertThat(server.clockIsTrusted()).isTrue();
        for (String place : server.prunes()) {
            at(place).pruned(place, server.today());
        }
        Map<String, Set<String>> promised = new TreeMap<>();
        expected.values().forEach(shelves -> promised.putAll(shelves.all()));
        Map<String, Set<String>> there = catalog();
        assertThat(there).as("day %d", day).isEqualTo(promised);
        there.forEach((shelf, slots) -> slots.forEach(slot -> count(shelf, slot, slots)));
    }

    private List<RestorePoint> night(RunArguments run) throws IOException {
        List<RestorePoint> points = new ArrayList<>();
        SlotName slot = SlotName.parse(run.date());
        for (AccountName account : server.accounts) {
            if (random.nextInt(100) >= 4) {
                arrive(DestinationId.LOCAL, account, run, points);
                if (!server.far.down) {
                    arrive(SimulatedServer.FAR, account, run, points);
                }
                expect(account, slot, run.tiers());
            }
        }
        return points;
    }

    private void arrive(
            DestinationId id, AccountName account, RunArguments run, List<RestorePoint> points)
            throws IOException {
        SlotName slot = SlotName.parse(run.date());
        for (Tier tier : server.sent(account, id, run)) {
            points.add(server.point(account, id, tier, slot));
        }
    }

    private void expect(AccountName account, SlotName slot, List<Tier> due) {
        Group group = group(account);
        for (Tier tier : due) {
            if (group.makes(tier, slot)) {
                arrived("local", account, tier, slot);
                if (group.sent() && !server.far.down) {
                    arrived("far", account, tier, slot);
                }
            }
        }
    }

    private Expected at(String place) {
        return Objects.requireNonNull(expected.get(place));
    }

    private void arrived(String place, AccountName account, Tier tier, SlotName slot) {
        at(place).arrived(place, account.value(), tier, slot);
    }

    /// The fullest that the shelf of a calendar was, before and after the change.
    private void count(String shelf, String slot, Set<String> slots) {
        String tier = slot.substring(0, slot.indexOf(' '));
        int count = (int) slots.stream().filter(each -> each.startsWith(tier + " ")).count();
        String half = groups.equals(GROUPS) ? "1 " : "2 ";
        most.merge(half + shelf + " " + tier, count, Math::max);
    }

    private Map<String, Set<String>> catalog() {
        Map<String, Set<String>> all = new TreeMap<>();
        server.catalog.forEach(point -> {
            String place = point.destination().isLocal() ? "local " : "far ";
            all.computeIfAbsent(place + point.account(), _ -> new TreeSet<>())
                    .add(point.tier() + " " + point.slot());
        });
        return all;
    }
}
