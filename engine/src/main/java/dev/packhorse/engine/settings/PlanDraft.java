package dev.packhorse.engine.settings;

import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.BackupWindow;
import dev.packhorse.engine.plan.NamePattern;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.plan.PlanDestinations;
import dev.packhorse.engine.plan.PlanMatch;
import dev.packhorse.engine.retention.OwnNumbers;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A plan while its keys are read. What is not given leaves everything as it is without a plan.
final class PlanDraft {
    List<NamePattern> accounts = List.of();
    List<NamePattern> packages = List.of();
    List<NamePattern> owners = List.of();
    Set<Tier> calendars = EnumSet.allOf(Tier.class);
    Optional<DayTimes> times = Optional.empty();
    BackupWindow window = BackupWindow.ALWAYS;
    Set<PackSkip> leftOut = Set.of();
    PlanDestinations destinations = PlanDestinations.ALL;
    OwnNumbers numbers = OwnNumbers.NONE;

    private final Map<String, String> written = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    void take(PlanKey key, int line, String text) {
        lines.put(key.word, line);
        key.read(this, text);
        written.put(key.word, text);
    }

    /// The line of a key, or of the plan's first one.
    int line(PlanKey key) {
        return lines.getOrDefault(key.word, lines.values().stream().findFirst().orElse(0));
    }

    boolean matchesNothing() {
        return accounts.isEmpty() && packages.isEmpty() && owners.isEmpty();
    }

    Plan plan(String name) {
        return new Plan(
                name,
                new PlanMatch(accounts, packages, owners),
                calendars,
                times,
                window,
                leftOut,
                destinations,
                numbers,
                written);
    }
}
