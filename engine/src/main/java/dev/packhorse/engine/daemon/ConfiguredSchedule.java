package dev.packhorse.engine.daemon;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.schedule.ScheduleSettings;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DayOfWeek;
import java.util.Set;
import java.util.function.Supplier;

/// The schedule: which days from the server's backup configuration, what time of day from our own
/// settings. Read afresh at each ring. A configuration that cannot be read is a failure, not a
/// schedule without slots: a slot that starts meanwhile would count as seen.
record ConfiguredSchedule(Settings settings, ServerBackups backups)
        implements Supplier<ScheduleSettings> {
    /// @throws UncheckedIOException if the backup configuration cannot be read
    @Override
    public ScheduleSettings get() {
        try {
            return of(backups.config());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the backup configuration cannot be read: " + e.getMessage(), e);
        }
    }

    private ScheduleSettings of(BackupConfig config) {
        Set<DayOfWeek> daily =
                config.isOn(ConfigKey.BACKUP_DAILY_ENABLE) ? config.dailyDays() : Set.of();
        Set<DayOfWeek> weekly =
                config.isOn(ConfigKey.BACKUP_WEEKLY_ENABLE) ? config.weeklyDays() : Set.of();
        Set<Integer> monthly =
                config.isOn(ConfigKey.BACKUP_MONTHLY_ENABLE) ? config.monthlyDates() : Set.of();
        return new ScheduleSettings(
                config.isOn(ConfigKey.BACKUPENABLE),
                daily,
                weekly,
                monthly,
                settings.get(SettingKeys.BACKUP_TIME),
                settings.get(SettingKeys.BACKUP_ZONE),
                settings.get(SettingKeys.BACKUP_CATCH_UP));
    }
}
