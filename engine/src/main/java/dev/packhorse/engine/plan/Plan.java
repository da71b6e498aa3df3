package dev.packhorse.engine.plan;

import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.retention.OwnNumbers;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What some accounts have for themselves.
///
/// @param name what it is called
/// @param match which accounts
/// @param calendars those whose scheduled runs they take part in
/// @param times at which of the day's runs their daily archive is made; empty for all
/// @param window when their scheduled backups begin
/// @param leftOut what is left out of their archives besides what the backup configuration does
/// @param destinations where their archives are sent
/// @param numbers how many of their restore points stay
/// @param written the settings as they were written, for people
public record Plan(
        String name,
        PlanMatch match,
        Set<Tier> calendars,
        Optional<DayTimes> times,
        BackupWindow window,
        Set<PackSkip> leftOut,
        PlanDestinations destinations,
        OwnNumbers numbers,
        Map<String, String> written) {
    private static final DateTimeFormatter SLOT = DateTimeFormatter.ofPattern("HHmm", Locale.ROOT);

    public Plan {
        EnumSet<Tier> tiers = EnumSet.noneOf(Tier.class);
        tiers.addAll(calendars);
        calendars = Collections.unmodifiableSet(tiers);
        leftOut = Set.copyOf(leftOut);
        written = Collections.unmodifiableMap(new LinkedHashMap<>(written));
    }

    /// Which archives a scheduled run makes of an account; none if it takes no part in it. What is
    /// due weekly and monthly is made by whichever run has it, so that times of day take none away.
    ///
    /// @param due what the run makes
    public List<Tier> tiersOf(SlotName slot, List<Tier> due) {
        List<Tier> tiers = new ArrayList<>(due);
        tiers.removeIf(
                tier -> !calendars.contains(tier) || (tier == Tier.DAILY && !isAtItsTime(slot)));
        return tiers;
    }

    /// A slot without a time is the only one of its day.
    private boolean isAtItsTime(SlotName slot) {
        return times.isEmpty()
                || !slot.hasTime()
                || times.get().times().stream().map(Plan::slotTime).anyMatch(slot.time()::equals);
    }

    private static String slotTime(LocalTime time) {
        return SLOT.format(time);
    }
}
