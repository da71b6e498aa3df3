package dev.packhorse.engine.backupconfig;

import dev.packhorse.engine.model.Tier;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The backup configuration at one moment: every known key with its value or its default, and the
/// keys of other tools as they stand in the file. Immutable.
public final class BackupConfig {
    private final EnumMap<ConfigKey, String> values = new EnumMap<>(ConfigKey.class);
    private final SortedMap<String, Optional<String>> foreign;

    private BackupConfig(
            Map<ConfigKey, String> given, SortedMap<String, Optional<String>> foreign) {
        for (ConfigKey key : ConfigKey.values()) {
            values.put(key, key.defaultValue());
        }
        given.forEach((key, value) -> values.put(key, checked(key, value)));
        this.foreign = Collections.unmodifiableSortedMap(new TreeMap<>(foreign));
        checkTogether();
    }

    /// The configuration of a server without the file.
    public static BackupConfig defaults() {
        return of(Map.of(), new TreeMap<>());
    }

    /// A configuration with some values given.
    ///
    /// @param given values that are not the defaults
    /// @param foreign keys that are not ours, kept as they are
    /// @throws IllegalArgumentException if a value is not legal; the message names the key
    static BackupConfig of(
            Map<ConfigKey, String> given, SortedMap<String, Optional<String>> foreign) {
        return new BackupConfig(given, foreign);
    }

    /// This configuration with some values changed.
    ///
    /// @throws IllegalArgumentException if a value is not legal; the message names the key in its
    ///   API spelling and says what is legal
    public BackupConfig with(Map<ConfigKey, String> changes) {
        Map<ConfigKey, String> all = new EnumMap<>(values);
        all.putAll(changes);
        return new BackupConfig(all, foreign);
    }

    /// A value in its normal form.
    public String text(ConfigKey key) {
        return values.getOrDefault(key, key.defaultValue());
    }

    /// Whether a switch is on.
    public boolean isOn(ConfigKey key) {
        return text(key).equals("1");
    }

    /// A value whose form [ValueForm#isNumber()].
    public int number(ConfigKey key) {
        return Integer.parseInt(text(key));
    }

    /// Keys of the file that are not ours, with their values.
    public SortedMap<String, Optional<String>> foreign() {
        return foreign;
    }

    /// The backup directory as the host sees it.
    public String directory() {
        return text(ConfigKey.BACKUPDIR);
    }

    /// Where archives fetched for a restore are put, as the host sees it; empty for the staging of
    /// the state folder.
    public Optional<String> restoreStaging() {
        return Optional.of(text(ConfigKey.REMOTE_RESTORE_STAGING_DIR))
                .filter(folder -> !folder.isEmpty());
    }

    public Set<DayOfWeek> dailyDays() {
        return weekdays(ConfigKey.BACKUPDAYS);
    }

    /// The days of the weekly calendar, normally one; on each a run is due.
    public Set<DayOfWeek> weeklyDays() {
        return weekdays(ConfigKey.BACKUP_WEEKLY_DAY);
    }

    public Set<Integer> monthlyDates() {
        return Collections.unmodifiableSet(
                new TreeSet<>(numbers(ConfigKey.BACKUP_MONTHLY_DATES).toList()));
    }

    /// Whether a calendar is on and has this day. A date that a month does not have is its last
    /// day.
    public boolean isDue(Tier tier, LocalDate day) {
        return switch (tier) {
            case DAILY ->
                    isOn(ConfigKey.BACKUP_DAILY_ENABLE) && dailyDays().contains(day.getDayOfWeek());
            case WEEKLY ->
                    isOn(ConfigKey.BACKUP_WEEKLY_ENABLE)
                            && weeklyDays().contains(day.getDayOfWeek());
            case MONTHLY ->
                    isOn(ConfigKey.BACKUP_MONTHLY_ENABLE)
                            && monthlyDates().stream()
                                    .anyMatch(date ->
                                            Math.min(date, day.lengthOfMonth())
                                                    == day.getDayOfMonth());
        };
    }

    /// The calendars that have this day, whether or not backups are enabled at all.
    public List<Tier> due(LocalDate day) {
        return Stream.of(Tier.values()).filter(tier -> isDue(tier, day)).toList();
    }

    /// How many archives of a calendar are kept for each account.
    public int retention(Tier tier) {
        return number(
                switch (tier) {
                    case DAILY -> ConfigKey.BACKUP_DAILY_RETENTION;
                    case WEEKLY -> ConfigKey.BACKUP_WEEKLY_RETENTION;
                    case MONTHLY -> ConfigKey.BACKUP_MONTHLY_RETENTION;
                });
    }

    /// Whether a calendar is pruned after a run that was not wholly good, too.
    public boolean prunesAfterFailure(Tier tier) {
        return isOn(
                switch (tier) {
                    case DAILY -> ConfigKey.FORCE_PRUNE_DAILY;
                    case WEEKLY -> ConfigKey.FORCE_PRUNE_WEEKLY;
                    case MONTHLY -> ConfigKey.FORCE_PRUNE_MONTHLY;
                });
    }

    /// How long the packing of one account may take; zero for no limit.
    public Duration packTimeout() {
        return Duration.ofSeconds(number(ConfigKey.MAXIMUM_TIMEOUT));
    }

    /// How long a restore may take; zero for no limit.
    public Duration restoreTimeout() {
        return Duration.ofSeconds(number(ConfigKey.MAXIMUM_RESTORE_TIMEOUT));
    }

    /// The bytes that must stay free on a file system of this size, 0 if none is asked for.
    public long minimumFreeBytes(long totalBytes) {
        if (!isOn(ConfigKey.CHECK_MIN_FREE_SPACE)) {
            return 0;
        }
        long amount = number(ConfigKey.MIN_FREE_SPACE);
        return inPercent() ? totalBytes / 100 * amount : amount << 20;
    }

    private boolean inPercent() {
        return text(ConfigKey.MIN_FREE_SPACE_UNIT).equals("percent");
    }

    private void checkTogether() {
        if (inPercent() && number(ConfigKey.MIN_FREE_SPACE) > 100) {
            throw new IllegalArgumentException("min_free_space must be 0 to 100 percent");
        }
        if (directory().isEmpty()) {
            throw new IllegalArgumentException("backupdir must be an absolute path, as /backup");
        }
    }

    private static String checked(ConfigKey key, String value) {
        try {
            return key.normalise(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key.apiName() + " " + e.getMessage(), e);
        }
    }

    private Stream<Integer> numbers(ConfigKey key) {
        return Stream.of(text(key).split(",", -1)).map(Integer::valueOf);
    }

    /// cPanel's week begins with Sunday as 0.
    private Set<DayOfWeek> weekdays(ConfigKey key) {
        EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        numbers(key).forEach(number -> days.add(DayOfWeek.of(number == 0 ? 7 : number)));
        return Collections.unmodifiableSet(days);
    }
}
