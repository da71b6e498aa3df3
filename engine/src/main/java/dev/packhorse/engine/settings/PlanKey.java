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
import java.util.function.BiConsumer;

/// The keys of one plan, below `plans.NAME`.
enum PlanKey {
    ACCOUNTS(
            "match.accounts",
            "names with commas between, * for any characters",
            (draft, text) -> draft.accounts = NamePattern.list(text)),
    PACKAGES(
            "match.packages",
            "names with commas between, * for any characters",
            (draft, text) -> draft.packages = NamePattern.list(text)),
    OWNERS(
            "match.owners",
            "names with commas between, * for any characters",
            (draft, text) -> draft.owners = NamePattern.list(text)),
    CALENDARS(
            "calendars",
            "none, or of daily, weekly, monthly, with commas between",
            (draft, text) -> draft.calendars = calendars(text)),
    TIMES(
            "times",
            "times of backup.time, with commas between",
            (draft, text) -> draft.times = Optional.of(DayTimes.parse(text))),
    WINDOW(
            "window",
            "nothing, or times of day as 22:00-06:00",
            (draft, text) -> draft.window = BackupWindow.parse(text)),
    LEAVE_OUT(
            "leave_out",
            "nothing, or of " + String.join(", ", Parts.WORDS.keySet()) + ", with commas between",
            (draft, text) -> draft.leftOut = Parts.of(text)),
    DESTINATIONS(
            "destinations",
            "all, none, or ids and names of destinations with commas between",
            (draft, text) -> draft.destinations = PlanDestinations.parse(text)),
    NUMBERS(
            "retention.numbers",
            "key=number key=number",
            (draft, text) -> draft.numbers = draft.numbers.withNumbers(text)),
    PLACES(
            "retention.destinations",
            "DESTINATION: key=number key=number; DESTINATION: …",
            (draft, text) -> draft.numbers = draft.numbers.withPlaces(text));

    final String word;
    final String hint;
    final BiConsumer<PlanDraft, String> reader;

    PlanKey(String word, String hint, BiConsumer<PlanDraft, String> reader) {
        this.word = word;
        this.hint = hint;
        this.reader = reader;
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
