package dev.packhorse.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The function against another one that says the same in another way: it walks back through the
/// days one by one and asks of each what stands on it.
class RetentionReferenceTest {
    private static final int HISTORIES = 10_000;
    private static final LocalDate START = LocalDate.parse("2026-02-20");

    private record History(Holding holding, RetentionRules rules, LocalDate today) {
        static History of(Random random) {
            LocalDate today = START.plusDays(random.nextInt(800));
            int span = 1 + random.nextInt(random.nextInt(5) > 0 ? 40 : 400);
            double share = random.nextDouble();
            Set<RestorePoint> points = new HashSet<>();
            for (int i = random.nextInt(4) == 0 ? -random.nextInt(400) : 0; i < span; i++) {
                for (Tier tier : Tier.values()) {
                    if (random.nextDouble() < (tier == Tier.DAILY ? share : share / 5)) {
                        points.addAll(slots(random, tier, today.minusDays(i)));
                    }
                }
            }
            List<RestorePoint> shuffled = new ArrayList<>(points);
            java.util.Collections.shuffle(shuffled, random);
            return new History(holding(shuffled, today, random), rules(random), today);
        }

        private static List<RestorePoint> slots(Random random, Tier tier, LocalDate day) {
            if (random.nextInt(3) > 0) {
                return List.of(Points.point(tier, day));
            }
            List<RestorePoint> points = new ArrayList<>();
            for (int hour = 0; hour < 24; hour += 1 + random.nextInt(12)) {
                points.add(Points.point(tier, SlotName.at(day, LocalTime.of(hour, 0))));
            }
            return points;
        }

        private static Holding holding(List<RestorePoint> points, LocalDate today, Random random) {
            Map<Tier, LocalDate> runs = new HashMap<>();
            for (Tier tier : Tier.values()) {
                if (random.nextInt(4) > 0) {
                    runs.put(tier, today.minusDays(random.nextInt(4)));
                }
            }
            List<Pin> pins = new ArrayList<>();
            Map<ObjectKey, String> use = new HashMap<>();
            for (RestorePoint point : points) {
                if (random.nextInt(20) == 0) {
                    pins.add(
                            new Pin(
                                    point.account(),
                                    random.nextBoolean() ? point.slot() : SlotName.of(point.date()),
                                    random.nextBoolean()
                                            ? Optional.empty()
                                            : Optional.of(
                                                    random.nextBoolean()
                                                            ? DestinationId.LOCAL
                                                            : new DestinationId("x".repeat(24))),
                                    random.nextBoolean()
                                            ? Optional.empty()
                                            : Optional.of(today.plusDays(random.nextInt(5) - 2))));
                }
                if (random.nextInt(40) == 0) {
                    use.put(point.archive(), "used");
                }
            }
            return new Holding(
                    Points.ALICE,
                    points,
                    random.nextInt(5) > 0,
                    runs,
                    pins,
                    use,
                    random.nextInt(10) == 0);
        }

        private static RetentionRules rules(Random random) {
            Map<Tier, TierRule> tiers = new LinkedHashMap<>();
            for (Tier tier : Tier.values()) {
                tiers.put(tier, new TierRule(random.nextInt(7), random.nextBoolean()));
            }
            CalendarRule calendar =
                    random.nextBoolean()
                            ? CalendarRule.NONE
                            : new CalendarRule(
                                    random.nextInt(9),
                                    random.nextInt(6),
                                    random.nextInt(14),
                                    random.nextInt(3));
            return new RetentionRules(
                    tiers,
                    calendar,
                    random.nextBoolean() ? Optional.empty() : Optional.of(random.nextInt(90)),
                    random.nextInt(3) == 0 ? random.nextInt(40) : 0,
                    random.nextBoolean() ? Optional.empty() : Optional.of(random.nextInt(5)));
        }
    }

    /// What stays, found by walking back through the calendar.
    private static final class Walk {
        private final History history;
        private final Map<String, NavigableMap<String, RestorePoint>> byPlace = new HashMap<>();
        private final Set<RestorePoint> kept = new HashSet<>();
        private LocalDate oldest;

        Walk(History history) {
            this.history = history;
            this.oldest = history.today();
            for (RestorePoint point : history.holding().points()) {
                byPlace.computeIfAbsent(point.tier() + " " + point.date(), _ -> new TreeMap<>())
                        .put(point.slot().toString(), point);
                if (point.date().isBefore(oldest)) {
                    oldest = point.date();
                }
                if (point.date().isAfter(history.today())) {
                    kept.add(point);
                }
            }
        }

        private NavigableMap<String, RestorePoint> on(Tier tier, LocalDate day) {
            return byPlace.getOrDefault(tier + " " + day, new TreeMap<>());
        }

        /// The last that was made on a day.
        private Optional<RestorePoint> any(LocalDate day) {
            Optional<RestorePoint> last = Optional.empty();
            for (Tier tier : Tier.values()) {
                NavigableMap<String, RestorePoint> here = on(tier, day);
                if (!here.isEmpty()
                        && (last.isEmpty()
                                || here.lastKey().compareTo(last.get().slot().toString()) > 0)) {
                    last = Optional.of(here.lastEntry().getValue());
                }
            }
            return last;
        }

        Set<RestorePoint> kept() {
            boolean here = history.holding().onServer();
            Optional<RestorePoint> newest = Optional.empty();
            for (LocalDate day = history.today(); !day.isBefore(oldest); day = day.minusDays(1)) {
                if (newest.isEmpty()) {
                    newest = any(day);
                }
            }
            boolean orphansStay =
                    newest.isPresent()
                            && (history.rules().orphanDays().isEmpty()
                                    || newest.get()
                                                    .date()
                                                    .plusDays(history.rules().orphanDays().get())
                                                    .compareTo(history.today())
                                            >= 0);
            if (here) {
                counts();
                generations();
            }
            for (RestorePoint point : history.holding().points()) {
                boolean wanted =
                        (!here && orphansStay)
                                || history.holding().inUse().containsKey(point.archive())
                                || isPinned(point)
                                || (history.rules().lockDays() > 0
                                        && point.date()
                                                        .plusDays(history.rules().lockDays())
                                                        .compareTo(history.today())
                                                >= 0);
                if (wanted) {
                    kept.add(point);
                }
            }
            if (!history.holding().forced()) {
                newest.ifPresent(kept::add);
            }
            return kept;
        }

        private boolean isPinned(RestorePoint point) {
            for (Pin pin : history.holding().pins()) {
                boolean place =
                        pin.destination().isEmpty()
                                || pin.destination().get().equals(DestinationId.LOCAL);
                boolean time =
                        pin.until().isEmpty() || pin.until().get().compareTo(history.today()) >= 0;
                if (point.slot().toString().startsWith(pin.slot().toString()) && place && time) {
                    return true;
                }
            }
            return false;
        }

        private void counts() {
            for (Tier tier : Tier.values()) {
                TierRule rule = history.rules().of(tier);
                int left = rule.count();
                LocalDate newest = null;
                for (LocalDate day = history.today();
                        !day.isBefore(oldest);
                        day = day.minusDays(1)) {
                    NavigableMap<String, RestorePoint> found = on(tier, day);
                    if (!found.isEmpty()) {
                        newest = newest == null ? day : newest;
                        LocalDate ran = history.holding().newestRuns().get(tier);
                        boolean failed = ran != null && newest.compareTo(ran) < 0;
                        int nth = rule.count() - left + 1;
                        boolean every =
                                history.rules().everyRunDates().isEmpty()
                                        || history.rules().everyRunDates().get() >= nth;
                        if ((left > 0 && every) || (failed && !rule.afterFailures())) {
                            kept.addAll(found.values());
                        } else if (left > 0) {
                            kept.add(found.lastEntry().getValue());
                        }
                        left--;
                    }
                }
            }
        }

        /// Each day looks ahead to the end of its week, month and year: a newer point there takes
        /// its place. How many stretches with points lie between it and today is counted afresh.
        private void generations() {
            CalendarRule calendar = history.rules().calendar();
            for (LocalDate day = oldest; !day.isAfter(history.today()); day = day.plusDays(1)) {
                Optional<RestorePoint> found = any(day);
                if (found.isPresent()
                        && (isGeneration(day, calendar.daily(), 'd')
                                || isGeneration(day, calendar.weekly(), 'w')
                                || isGeneration(day, calendar.monthly(), 'm')
                                || isGeneration(day, calendar.yearly(), 'y'))) {
                    kept.add(found.get());
                }
            }
        }

        private boolean isGeneration(LocalDate day, int number, char stretch) {
            LocalDate end = end(day, stretch);
            for (LocalDate later = day.plusDays(1);
                    !later.isAfter(end) && !later.isAfter(history.today());
                    later = later.plusDays(1)) {
                if (any(later).isPresent()) {
                    return false;
                }
            }
            int newer = 0;
            LocalDate last = LocalDate.MIN;
            for (LocalDate later = end.plusDays(1);
                    !later.isAfter(history.today()) && newer < number;
                    later = later.plusDays(1)) {
                if (later.isAfter(last) && any(later).isPresent()) {
                    newer++;
                    last = end(later, stretch);
                }
            }
            return newer < number;
        }

        private static LocalDate end(LocalDate day, char stretch) {
            LocalDate end = day;
            while (!begins(end.plusDays(1), stretch)) {
                end = end.plusDays(1);
            }
            return end;
        }

        /// Whether a stretch begins on a day.
        private static boolean begins(LocalDate day, char stretch) {
            return switch (stretch) {
                case 'w' -> day.getDayOfWeek() == DayOfWeek.MONDAY;
                case 'm' -> day.getDayOfMonth() == 1;
                case 'y' -> day.getDayOfYear() == 1;
                default -> true;
            };
        }
    }

    @Test
    void bothKeepTheSamePoints() {
        long removed = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            History history = History.of(new Random(seed));
            List<Decision> decisions =
                    Retention.decide(history.holding(), history.rules(), history.today());
            Set<RestorePoint> kept =
                    decisions.stream()
                            .filter(Decision::keep)
                            .map(Decision::point)
                            .collect(Collectors.toSet());
            assertThat(decisions).hasSameSizeAs(history.holding().points());
            assertThat(kept).as("history %d", seed).isEqualTo(new Walk(history).kept());
            assertPromises(history, kept, seed);
            removed += decisions.size() - kept.size();
        }
        assertThat(removed).as("the histories do exercise removal").isGreaterThan(HISTORIES);
        System.out.printf(
                "figure: %d histories, %d points removed, each as the reference says%n",
                HISTORIES, removed);
    }

    private static void assertPromises(History history, Set<RestorePoint> kept, int seed) {
        if (!history.holding().forced() && !history.holding().points().isEmpty()) {
            assertThat(kept).as("history %d keeps a copy", seed).isNotEmpty();
        }
        if (history.holding().onServer()) {
            for (Tier tier : Tier.values()) {
                long there = ofTier(history.holding().points(), tier, history.today());
                long stays = ofTier(kept, tier, history.today());
                assertThat(stays)
                        .as("history %d, %s", seed, tier)
                        .isGreaterThanOrEqualTo(Math.min(there, history.rules().of(tier).count()));
            }
        }
    }

    private static long ofTier(
            java.util.Collection<RestorePoint> points, Tier tier, LocalDate today) {
        return points.stream()
                .filter(point -> point.tier() == tier && !point.date().isAfter(today))
                .map(RestorePoint::date)
                .distinct()
                .count();
    }

    /// Whatever the clock says for a while, a day that comes after finds every promised copy.
    @Test
    void aClockThatIsAYearWrongRemovesNoPromisedCopy() {
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            List<RestorePoint> points = Points.days("2026-12-31", 3 + random.nextInt(30));
            RetentionRules rules = Points.counts(1 + random.nextInt(7), 0, 0, true);
            LocalDate right = LocalDate.parse("2026-12-31");
            List<Decision> before = Retention.decide(Points.holding(points), rules, right);
            for (int days : new int[] {-400, 400}) {
                List<Decision> wrong =
                        Retention.decide(Points.holding(points), rules, right.plusDays(days));
                Set<RestorePoint> stays =
                        wrong.stream()
                                .filter(Decision::keep)
                                .map(Decision::point)
                                .collect(Collectors.toSet());
                assertThat(stays)
                        .containsAll(
                                before.stream()
                                        .filter(Decision::keep)
                                        .map(Decision::point)
                                        .toList());
            }
        }
    }
}
