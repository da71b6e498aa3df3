package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decides which points of an account stay at a destination. Pure: knows slot dates, no clock, no
/// file and no listing. Points that are dated after today stay and count for nothing, so that a
/// clock that was wrong for a while can neither remove good points nor push them out later.
///
/// A calendar whose rule waits for good runs is trimmed only if the account has a point of the
/// newest slot date that the calendar ran on, at this very destination. Points exist only for
/// archives that are whole and verified there, so a failed run, or an upload that did not arrive,
/// leaves all of the calendar's older points where they are. Warnings of a packing do not count as
/// failure: an account with one unreadable file would never be trimmed.
///
/// Source: cpmove-format 3.4 "Retention", functions.json `backup_config_set` (`force_prune_*`:
/// "only after a successful complete backup").
public final class Retention {
    /// The newest slot first; of one slot, daily before weekly before monthly.
    public static final Comparator<RestorePoint> NEWEST_FIRST =
            Comparator.comparing(RestorePoint::slot).reversed().thenComparing(RestorePoint::tier);

    private final Holding holding;
    private final RetentionRules rules;
    private final LocalDate today;
    private final Map<RestorePoint, List<String>> keeping = new LinkedHashMap<>();
    private final List<RestorePoint> counted = new ArrayList<>();

    private Retention(Holding holding, RetentionRules rules, LocalDate today) {
        this.holding = holding;
        this.rules = rules;
        this.today = today;
        holding.points().stream()
                .sorted(NEWEST_FIRST)
                .forEach(point -> {
                    keeping.put(point, new ArrayList<>());
                    if (point.date().isAfter(today)) {
                        keep(point, "dated after today");
                    } else {
                        counted.add(point);
                    }
                });
    }

    /// Decides about all points of a holding.
    ///
    /// @param today the date in the server's zone
    /// @return one decision a point, newest first
    public static List<Decision> decide(Holding holding, RetentionRules rules, LocalDate today) {
        return new Retention(holding, rules, today).decide();
    }

    private List<Decision> decide() {
        if (holding.onServer()) {
            for (Tier tier : Tier.values()) {
                count(tier);
            }
            for (Period period : Period.values()) {
                generations(period);
            }
        } else if (!orphanPeriodIsOver()) {
            counted.forEach(point -> keep(point, orphanReason()));
        }
        counted.forEach(this::keepForItself);
        keepLast();
        return keeping.entrySet().stream()
                .map(entry -> decision(entry.getKey(), entry.getValue()))
                .toList();
    }

    private void keep(RestorePoint point, String reason) {
        keeping.computeIfAbsent(point, _ -> new ArrayList<>()).add(reason);
    }

    /// Counts dates: every point of a date that counts stays, as far as the rules want every run of
    /// it, else the newest.
    private void count(Tier tier) {
        TierRule rule = rules.of(tier);
        List<RestorePoint> ofTier = counted.stream().filter(point -> point.tier() == tier).toList();
        Optional<String> waits = waitsForGoodRun(tier, ofTier);
        LocalDate date = LocalDate.MAX;
        int nth = 0;
        for (RestorePoint point : ofTier) {
            boolean newestOfDate = !point.date().equals(date);
            date = point.date();
            nth += newestOfDate ? 1 : 0;
            if (nth <= rule.count() && (newestOfDate || rules.keepsEveryRun(nth))) {
                keep(point, "%s %d of %d".formatted(tier.word(), nth, rule.count()));
            } else {
                waits.ifPresent(reason -> keep(point, reason));
            }
        }
    }

    /// Why nothing of a calendar goes, empty if its newest run was good.
    private Optional<String> waitsForGoodRun(Tier tier, List<RestorePoint> ofTier) {
        LocalDate ran = holding.newestRuns().get(tier);
        boolean good =
                ran == null || (!ofTier.isEmpty() && !ofTier.getFirst().date().isBefore(ran));
        return good || rules.of(tier).afterFailures()
                ? Optional.empty()
                : Optional.of("%s waits for a good run: none of %s".formatted(tier.word(), ran));
    }

    private void generations(Period period) {
        int most = rules.calendar().count(period);
        Set<String> seen = new HashSet<>();
        for (RestorePoint point : counted) {
            if (seen.size() < most && seen.add(period.of(point.date()))) {
                keep(
                        point,
                        "%s of %s (calendar, %d of %d)"
                                .formatted(
                                        period.word(), period.of(point.date()), seen.size(), most));
            }
        }
    }

    private boolean orphanPeriodIsOver() {
        return !counted.isEmpty()
                && rules.orphanDays()
                        .map(days -> counted.getFirst().date().plusDays(days).isBefore(today))
                        .orElse(false);
    }

    private String orphanReason() {
        return rules.orphanDays()
                .map(days ->
                        "account is no longer here, kept until "
                                + counted.getFirst().date().plusDays(days))
                .orElse("account is no longer here");
    }

    private void keepForItself(RestorePoint point) {
        for (Pin pin : holding.pins()) {
            if (pin.keeps(point, today)) {
                keep(point, pin.reason());
            }
        }
        lockedUntil(point)
                .filter(end -> !end.isBefore(today))
                .ifPresent(end -> keep(point, "locked until " + end));
        String use = holding.inUse().get(point.archive());
        if (use != null) {
            keep(point, use);
        }
    }

    /// The later of what the place told and of what the rules say of it.
    private Optional<LocalDate> lockedUntil(RestorePoint point) {
        Optional<LocalDate> told =
                Optional.ofNullable(holding.locked().get(point.archive()))
                        .map(end -> LocalDate.ofInstant(end, ZoneOffset.UTC));
        if (rules.lockDays() == 0) {
            return told;
        }
        LocalDate ruled = ruledLock(point);
        return told.filter(ruled::isBefore).or(() -> Optional.of(ruled));
    }

    /// The lock began when the archive arrived, which is never before its slot.
    private LocalDate ruledLock(RestorePoint point) {
        LocalDate arrived = LocalDate.ofInstant(point.packedAt(), ZoneOffset.UTC);
        LocalDate from = arrived.isAfter(point.date()) ? arrived : point.date();
        return from.plusDays(rules.lockDays());
    }

    /// The newest that counts stays: another rule may keep an older one, which is no reason to
    /// remove the better one.
    private void keepLast() {
        if (!counted.isEmpty() && !holding.forced() && isLetGo(counted.getFirst())) {
            keep(counted.getFirst(), "last good copy");
        }
    }

    private boolean isLetGo(RestorePoint point) {
        return keeping.getOrDefault(point, List.of()).isEmpty();
    }

    private Decision decision(RestorePoint point, List<String> reasons) {
        if (!reasons.isEmpty()) {
            return new Decision(point, true, reasons);
        }
        String why =
                holding.onServer()
                        ? beyond(point)
                        : "account is no longer here, and its %d days are over"
                                .formatted(rules.orphanDays().orElse(0));
        return new Decision(point, false, List.of(why));
    }

    private String beyond(RestorePoint point) {
        String rule = "%d %s".formatted(rules.of(point.tier()).count(), point.tier().word());
        boolean dateCounts =
                counted.stream()
                        .anyMatch(each ->
                                each.tier() == point.tier()
                                        && each.date().equals(point.date())
                                        && !each.equals(point)
                                        && !isLetGo(each));
        return dateCounts ? "not the newest of its date, within " + rule : "beyond " + rule;
    }
}
