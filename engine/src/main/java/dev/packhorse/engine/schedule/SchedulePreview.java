package dev.packhorse.engine.schedule;

import dev.packhorse.engine.job.BackupDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.Participation;
import dev.packhorse.engine.retention.Decision;
import dev.packhorse.engine.retention.Holding;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.retention.Retention;
import dev.packhorse.engine.retention.RetentionRules;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Plays the coming days through: what would exist on each, if every run succeeded and every prune
/// followed it. Changes nothing. One thread.
public final class SchedulePreview {
    private final ScheduleSettings schedule;
    private final List<Shelf> shelves = new ArrayList<>();
    private final Map<Tier, LocalDate> newestRuns = new EnumMap<>(Tier.class);

    /// What one account has at one place, and what will become of it.
    ///
    /// @param place where
    /// @param rules what stays there
    /// @param points what is there now
    /// @param receives whether new points come
    /// @param onServer whether the account is on this server
    /// @param pins its pins
    /// @param locks until when the place refuses to delete archives, as it told
    /// @param part what of the account's runs is meant to come there
    public record Stock(
            AccountName account,
            DestinationId place,
            RetentionRules rules,
            List<RestorePoint> points,
            boolean receives,
            boolean onServer,
            List<Pin> pins,
            Map<ObjectKey, Instant> locks,
            Participation part) {
        public Stock {
            points = List.copyOf(points);
            pins = List.copyOf(pins);
        }
    }

    /// One day.
    ///
    /// @param date its date
    /// @param starts when its runs start, in order; empty if none does
    /// @param tiers what the runs make
    /// @param counts how many points exist at each place after it
    /// @param bytes how much they hold, as far as today's sizes tell
    /// @param points the points, newest first, if the preview is of one account
    public record Day(
            LocalDate date,
            List<Instant> starts,
            List<Tier> tiers,
            SortedMap<String, Integer> counts,
            long bytes,
            List<RestorePoint> points) {}

    private static final class Shelf {
        private final Stock stock;
        private List<RestorePoint> points;

        Shelf(Stock stock) {
            this.stock = stock;
            this.points = stock.points();
        }
    }

    private SchedulePreview(
            List<Stock> stocks, ScheduleSettings schedule, Map<Tier, LocalDate> newestRuns) {
        this.schedule = schedule;
        this.newestRuns.putAll(newestRuns);
        stocks.forEach(stock -> shelves.add(new Shelf(stock)));
    }

    /// Plays so many days, of which the first is today.
    ///
    /// @param newestRuns the newest slot date of each calendar so far
    /// @param now slots that have begun are over
    public static List<Day> of(
            List<Stock> stocks,
            ScheduleSettings schedule,
            Map<Tier, LocalDate> newestRuns,
            Instant now,
            int days) {
        SchedulePreview preview = new SchedulePreview(stocks, schedule, newestRuns);
        LocalDate today = LocalDate.ofInstant(now, schedule.zone());
        boolean single = stocks.stream().map(Stock::account).distinct().count() == 1;
        List<Day> played = new ArrayList<>();
        for (int i = 0; i < days; i++) {
            played.add(preview.day(today.plusDays(i), now, single));
        }
        return played;
    }

    private Day day(LocalDate date, Instant now, boolean single) {
        List<Slot> slots =
                SlotPlanner.slotsOf(date, schedule).stream()
                        .filter(slot -> slot.at().isAfter(now))
                        .toList();
        EnumSet<Tier> due = EnumSet.noneOf(Tier.class);
        for (Slot slot : slots) {
            due.addAll(slot.tiers());
            slot.tiers().forEach(tier -> newestRuns.put(tier, date));
            shelves.forEach(shelf -> run(shelf, slot));
        }
        List<Instant> starts = slots.stream().map(Slot::at).toList();
        return told(date, starts, List.copyOf(due), single);
    }

    private void run(Shelf shelf, Slot slot) {
        List<RestorePoint> all = new ArrayList<>(shelf.points);
        if (shelf.stock.receives()) {
            List<Tier> tiers = shelf.stock.part().tiersOf(slot.slot(), slot.tiers());
            all.removeIf(point -> point.slot().equals(slot.slot()) && tiers.contains(point.tier()));
            tiers.forEach(tier -> all.add(point(shelf, tier, slot)));
        }
        Holding holding =
                new Holding(
                        shelf.stock.account(),
                        all,
                        shelf.stock.onServer(),
                        shelf.stock.part().awaited(newestRuns),
                        shelf.stock.pins(),
                        Map.of(),
                        shelf.stock.locks(),
                        false);
        shelf.points =
                Retention.decide(holding, shelf.stock.rules(), slot.date()).stream()
                        .filter(Decision::keep)
                        .map(Decision::point)
                        .toList();
    }

    private static RestorePoint point(Shelf shelf, Tier tier, Slot slot) {
        long size =
                shelf.points.stream()
                        .max(Comparator.comparing(RestorePoint::slot))
                        .map(RestorePoint::sizeBytes)
                        .orElse(0L);
        return new RestorePoint(
                shelf.stock.account(),
                shelf.stock.place(),
                tier,
                slot.date(),
                BackupDirectory.archiveKey(tier, slot.slot(), shelf.stock.account(), ".tar.gz"),
                size,
                "",
                slot.at(),
                "");
    }

    private Day told(LocalDate date, List<Instant> starts, List<Tier> tiers, boolean single) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        List<RestorePoint> points = new ArrayList<>();
        long bytes = 0;
        for (Shelf shelf : shelves) {
            counts.merge(shelf.stock.place().value(), shelf.points.size(), Integer::sum);
            for (RestorePoint point : shelf.points) {
                bytes += point.sizeBytes();
            }
            if (single) {
                points.addAll(shelf.points);
            }
        }
        return new Day(date, starts, tiers, counts, bytes, List.copyOf(points));
    }
}
