package dev.packhorse.engine.settings;

import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads the keys below `plans`: plans in the order in which they are written.
final class PlanReader {
    private static final String SECTION = "plans";
    private static final Pattern KEY =
            Pattern.compile("plans\\.([A-Za-z0-9][A-Za-z0-9_-]{0,31})\\.(.+)");
    private static final int MOST = 200;

    private final List<ConfigProblem> problems;
    private final Map<String, PlanDraft> drafts = new LinkedHashMap<>();
    private String place = "";

    PlanReader(List<ConfigProblem> problems) {
        this.problems = problems;
    }

    /// Whether a key is one of plans.
    static boolean reads(String name) {
        return name.equals(SECTION) || name.startsWith(SECTION + ".");
    }

    void set(String from, int line, String name, String text) {
        place = from;
        if (name.equals(SECTION) && text.isBlank()) {
            return;
        }
        Matcher matcher = KEY.matcher(name);
        Optional<PlanKey> key = matcher.matches() ? PlanKey.of(matcher.group(2)) : Optional.empty();
        if (key.isEmpty()) {
            complain(line, name, "is not a setting of a plan", "they are " + words());
            return;
        }
        PlanDraft draft = drafts.computeIfAbsent(matcher.group(1), _ -> new PlanDraft());
        try {
            draft.take(key.get(), line, text);
        } catch (RuntimeException e) {
            complain(
                    line,
                    name,
                    "is “" + text + "”, which " + SettingsLoader.reason(e),
                    "give " + key.get().hint);
        }
    }

    private static String words() {
        return Stream.of(PlanKey.values())
                .map(key -> "plans.NAME." + key.word)
                .collect(Collectors.joining(", "));
    }

    /// The plans, after checks of what belongs together.
    ///
    /// @param times the runs of a day
    List<Plan> plans(DayTimes times) {
        List<Plan> plans = new ArrayList<>();
        if (drafts.size() > MOST) {
            complain(0, SECTION, "has more than " + MOST + " plans", "match several names by one");
        }
        drafts.forEach((name, draft) -> {
            if (draft.matchesNothing()) {
                complain(
                        draft.line(PlanKey.ACCOUNTS),
                        SECTION + "." + name,
                        "matches no account",
                        "give match.accounts, match.packages or match.owners");
            } else if (areOther(draft, times)) {
                complain(
                        draft.line(PlanKey.TIMES),
                        SECTION + "." + name + "." + PlanKey.TIMES.word,
                        "has a time at which no run starts",
                        "give times of backup.time");
            } else {
                plans.add(draft.plan(name));
            }
        });
        return List.copyOf(plans);
    }

    private static boolean areOther(PlanDraft draft, DayTimes times) {
        return draft.times.filter(own -> !times.times().containsAll(own.times())).isPresent();
    }

    private void complain(int line, String key, String message, String hint) {
        problems.add(new ConfigProblem(place, line, key, message, hint));
    }
}
