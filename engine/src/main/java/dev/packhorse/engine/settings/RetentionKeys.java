package dev.packhorse.engine.settings;

import dev.packhorse.engine.retention.PlaceRules;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The keys of the configuration below `retention`.
public final class RetentionKeys {
    private static final Pattern DAYS = Pattern.compile("(\\d{1,5})d");

    public static final SettingKey<Integer> CALENDAR_DAILY =
            generations("retention.calendar.daily");
    public static final SettingKey<Integer> CALENDAR_WEEKLY =
            generations("retention.calendar.weekly");
    public static final SettingKey<Integer> CALENDAR_MONTHLY =
            generations("retention.calendar.monthly");
    public static final SettingKey<Integer> CALENDAR_YEARLY =
            generations("retention.calendar.yearly");
    public static final SettingKey<Optional<Integer>> ORPHANS =
            new SettingKey<>(
                    "retention.orphans",
                    "never",
                    "never, or days from 1d to 36500d",
                    RetentionKeys::orphanDays);
    public static final SettingKey<PlaceRules> DESTINATIONS =
            new SettingKey<>(
                    "retention.destinations",
                    "",
                    "DESTINATION: key=number key=number; DESTINATION: …, or nothing",
                    PlaceRules::parse);
    public static final SettingKey<Integer> DELETES_PER_SECOND =
            new SettingKey<>(
                    "retention.deletes_per_second", "20", "1 to 1000", SettingKeys.number(1, 1000));
    public static final SettingKey<Integer> MASS_LIMIT =
            new SettingKey<>(
                    "retention.mass_limit",
                    "10",
                    "a percentage, 0 to 100",
                    SettingKeys.number(0, 100));

    public static final SettingKey<Optional<Integer>> EVERY_RUN =
            new SettingKey<>(
                    "retention.every_run", "all", "all, or 0 to 10000", RetentionKeys::everyRun);

    private RetentionKeys() {}

    private static Optional<Integer> everyRun(String text) {
        return text.equals("all")
                ? Optional.empty()
                : Optional.of(SettingKeys.number(0, 10_000).apply(text));
    }

    private static SettingKey<Integer> generations(String name) {
        return new SettingKey<>(name, "0", "0 to 10000", SettingKeys.number(0, 10_000));
    }

    private static Optional<Integer> orphanDays(String text) {
        if (text.equals("never")) {
            return Optional.empty();
        }
        Matcher matcher = DAYS.matcher(text);
        int days = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        if (days < 1 || days > 36_500) {
            throw new IllegalArgumentException("is no number of days");
        }
        return Optional.of(days);
    }
}
