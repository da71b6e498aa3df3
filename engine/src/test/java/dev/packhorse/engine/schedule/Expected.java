package dev.packhorse.engine.schedule;

import dev.packhorse.engine.model.SlotName;
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

/// What should exist, kept night by night in a way of its own: shelves of slots from which the
/// oldest days are taken off, one at a time. One thread.
final class Expected {
    private final Terms usual;
    private final Map<String, Terms> own = new HashMap<>();
    private final Map<String, Map<Tier, NavigableSet<SlotName>>> shelves = new HashMap<>();
    private final Map<Tier, NavigableSet<LocalDate>> runs = new EnumMap<>(Tier.class);
    private final Set<String> gone = new HashSet<>();

    /// What holds for an account.
    ///
    /// @param counts how many days of each calendar stay
    /// @param awaited the calendars whose newest archive comes before an old one goes
    record Terms(Map<Tier, Integer> counts, Set<Tier> awaited) {}

    Expected(Map<Tier, Integer> counts) {
        this.usual = new Terms(counts, Set.of(Tier.values()));
    }

    /// From now on an account has terms of its own.
    void terms(String account, Terms terms) {
        own.put(account, terms);
    }

    void arrived(String place, String account, Tier tier, SlotName slot) {
        shelves.computeIfAbsent(place + " " + account, _ -> new EnumMap<>(Tier.class))
                .computeIfAbsent(tier, _ -> new TreeSet<>())
                .add(slot);
        runs.computeIfAbsent(tier, _ -> new TreeSet<>()).add(slot.date());
    }

    void left(String account) {
        gone.add(account);
    }

    /// A prune of a place that nothing stopped.
    void pruned(String place, LocalDate today) {
        shelves.forEach((name, tiers) -> {
            String account = name.substring(name.indexOf(' ') + 1);
            if (name.startsWith(place + " ") && !gone.contains(account)) {
                Terms terms = own.getOrDefault(account, usual);
                LocalDate newest = newest(tiers, today);
                tiers.forEach((tier, dates) -> takeOff(terms, tier, dates, today, newest));
            }
        });
    }

    private static LocalDate newest(Map<Tier, NavigableSet<SlotName>> tiers, LocalDate today) {
        LocalDate newest = LocalDate.MIN;
        for (NavigableSet<SlotName> slots : tiers.values()) {
            SlotName here = slots.lower(SlotName.of(today.plusDays(1)));
            newest = here != null && here.date().isAfter(newest) ? here.date() : newest;
        }
        return newest;
    }

    /// Takes whole days off.
    private void takeOff(
            Terms terms,
            Tier tier,
            NavigableSet<SlotName> slots,
            LocalDate today,
            LocalDate newest) {
        NavigableSet<SlotName> past = slots.headSet(SlotName.of(today.plusDays(1)), false);
        LocalDate ran = runs.getOrDefault(tier, Collections.emptyNavigableSet()).floor(today);
        boolean good =
                !terms.awaited().contains(tier)
                        || (!past.isEmpty() && past.last().date().equals(ran));
        int count = terms.counts().getOrDefault(tier, 0);
        while (good && days(past) > count && !past.first().date().equals(newest)) {
            LocalDate oldest = past.first().date();
            past.removeIf(slot -> slot.date().equals(oldest));
        }
    }

    private static long days(NavigableSet<SlotName> slots) {
        return slots.stream().map(SlotName::date).distinct().count();
    }

    /// Every slot of every shelf, as `PLACE ACCOUNT` to `TIER SLOT`.
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
