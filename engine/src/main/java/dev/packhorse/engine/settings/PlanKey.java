package dev.packhorse.engine.settings;

import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.BackupWindow;
import dev.packhorse.engine.plan.NamePattern;
import dev.packhorse.engine.plan.PlanDestinations;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The keys of one plan, below `plans.NAME`.
enum PlanKey {
    ACCOUNTS("match.accounts", "names with commas between, * for any characters"),
    PACKAGES("match.packages", "names with commas between, * for any characters"),
    OWNERS("match.owners", "names with commas between, * for any characters"),
    CALENDARS("calendars", "none, or of daily, weekly, monthly, with commas between"),
    TIMES("times", "times of backup.time, with commas between"),
    WINDOW("window", "nothing, or times of day as 22:00-06:00"),
    LEAVE_OUT(
            "leave_out",
            "nothing, or of " + String.join(", ", Parts.WORDS.keySet()) + ", with commas between"),
    DESTINATIONS("destinations", "all, none, or ids and names of destinations with commas between"),
    NUMBERS("retention.numbers", "key=number key=number"),
    PLACES("retention.destinations", "DESTINATION: key=number key=number; DESTINATION: …");

    final String word;
    final String hint;

    PlanKey(String word, String hint) {
        this.word = word;
        this.hint = hint;
    }

    /// Reads a value of the key into a plan.
    ///
    /// @throws IllegalArgumentException if it is not legal; the message goes on from “is …, which”
    void read(PlanDraft draft, String text) {
        switch (this) {
            case ACCOUNTS -> draft.accounts = NamePattern.list(text);
            case PACKAGES -> draft.packages = NamePattern.list(text);
            case OWNERS -> draft.owners = NamePattern.list(text);
            case CALENDARS -> draft.calendars = calendars(text);
            case TIMES -> draft.times = Optional.of(DayTimes.parse(text));
            case WINDOW -> draft.window = BackupWindow.parse(text);
            case LEAVE_OUT -> draft.leftOut = Parts.of(text);
            case DESTINATIONS -> draft.destinations = PlanDestinations.parse(text);
            case NUMBERS -> draft.numbers = draft.numbers.withNumbers(text);
            case PLACES -> draft.numbers = draft.numbers.withPlaces(text);
        }
    }

    static Optional<PlanKey> of(String word) {
        for (PlanKey key : values()) {
            if (key.word.equals(word)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private static Set<Tier> calendars(String text) {
        Set<Tier> tiers = EnumSet.noneOf(Tier.class);
        if (text.strip().equals("none")) {
            return tiers;
        }
        for (String part : text.split(",", -1)) {
            String word = part.strip();
            if (!tiers.add(tier(word))) {
                throw new IllegalArgumentException("is naming “" + word + "” twice");
            }
        }
        return tiers;
    }

    private static Tier tier(String word) {
        for (Tier tier : Tier.values()) {
            if (tier.word().equals(word)) {
                return tier;
            }
        }
        throw new IllegalArgumentException("is not right at “" + word + "”");
    }

    /// What a plan may leave out.
    private static final class Parts {
        static final Map<String, PackSkip> WORDS = words();

        private static Map<String, PackSkip> words() {
            Map<String, PackSkip> words = new TreeMap<>();
            for (PackSkip skip :
                    new PackSkip[] {
                        PackSkip.HOME,
                        PackSkip.DATABASES,
                        PackSkip.MYSQL,
                        PackSkip.POSTGRES,
                        PackSkip.LOGS,
                        PackSkip.BANDWIDTH
                    }) {
                words.put(skip.name().toLowerCase(Locale.ROOT), skip);
            }
            return words;
        }

        static Set<PackSkip> of(String text) {
            Set<PackSkip> parts = EnumSet.noneOf(PackSkip.class);
            if (text.isBlank()) {
                return parts;
            }
            for (String part : text.split(",", -1)) {
                PackSkip skip = WORDS.get(part.strip());
                if (skip == null) {
                    throw new IllegalArgumentException("is not right at “" + part.strip() + "”");
                }
                parts.add(skip);
            }
            return parts;
        }
    }
}
