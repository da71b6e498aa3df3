package dev.packhorse.engine.daemon;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.schedule.ScheduleSettings;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import java.io.IOException;
import java.time.DayOfWeek;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The schedule: which days from the server's backup configuration, what time of day from our own
/// settings. Read afresh at each ring; a damaged configuration schedules nothing and is logged.
record ConfiguredSchedule(Settings settings, ServerBackups backups)
        implements Supplier<ScheduleSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredSchedule.class);

    @Override
    public ScheduleSettings get() {
        try {
            return of(backups.config());
        } catch (IOException e) {
            LOG.atError()
                    .setCause(e)
                    .log("the backup configuration cannot be read: nothing is scheduled");
            return ScheduleSettings.off(settings.get(SettingKeys.BACKUP_ZONE));
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
