package dev.packhorse.engine.schedule;

import dev.packhorse.engine.model.Tier;
import java.time.LocalDate;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What should exist, kept night by night in a way of its own: shelves of dates from which the
/// oldest are taken off, one at a time. One thread.
final class Expected {
    private final Map<Tier, Integer> counts;
    private final Map<String, Map<Tier, NavigableSet<LocalDate>>> shelves = new HashMap<>();
    private final Map<Tier, NavigableSet<LocalDate>> runs = new EnumMap<>(Tier.class);
    private final Set<String> gone = new HashSet<>();

    Expected(Map<Tier, Integer> counts) {
        this.counts = counts;
    }

    void arrived(String place, String account, Tier tier, LocalDate date) {
        shelves.computeIfAbsent(place + " " + account, _ -> new EnumMap<>(Tier.class))
                .computeIfAbsent(tier, _ -> new TreeSet<>())
                .add(date);
        runs.computeIfAbsent(tier, _ -> new TreeSet<>()).add(date);
    }

    void left(String account) {
        gone.add(account);
    }

    /// A prune of a place that nothing stopped.
    void pruned(String place, LocalDate today) {
        shelves.forEach((name, tiers) -> {
            String account = name.substring(name.indexOf(' ') + 1);
            if (name.startsWith(place + " ") && !gone.contains(account)) {
                LocalDate newest = newest(tiers, today);
                tiers.forEach((tier, dates) -> takeOff(tier, dates, today, newest));
            }
        });
    }

    private static LocalDate newest(Map<Tier, NavigableSet<LocalDate>> tiers, LocalDate today) {
        LocalDate newest = LocalDate.MIN;
        for (NavigableSet<LocalDate> dates : tiers.values()) {
            LocalDate here = dates.floor(today);
            newest = here != null && here.isAfter(newest) ? here : newest;
        }
        return newest;
    }

    private void takeOff(
            Tier tier, NavigableSet<LocalDate> dates, LocalDate today, LocalDate newest) {
        NavigableSet<LocalDate> past = dates.headSet(today, true);
        LocalDate ran = runs.getOrDefault(tier, Collections.emptyNavigableSet()).floor(today);
        boolean good = !past.isEmpty() && past.last().equals(ran);
        int count = counts.getOrDefault(tier, 0);
        while (good && past.size() > count && !past.first().equals(newest)) {
            past.pollFirst();
        }
    }

    /// Every date of every shelf, as `PLACE ACCOUNT` to `TIER DATE`.
    Map<String, Set<String>> all() {
        Map<String, Set<String>> all = new TreeMap<>();
        shelves.forEach((name, tiers) -> {
            Set<String> dates = new TreeSet<>();
            tiers.forEach((tier, each) -> each.forEach(date -> dates.add(tier + " " + date)));
            all.put(name, dates);
        });
        return all;
    }
}
