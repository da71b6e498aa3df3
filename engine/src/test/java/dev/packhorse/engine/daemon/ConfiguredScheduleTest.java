package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.schedule.ScheduleSettings;
import dev.packhorse.engine.schedule.SlotPlanner;
import dev.packhorse.engine.settings.SettingsLoader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredScheduleTest {
    @TempDir Path folder;

    private ScheduleSettings schedule(String lines) throws Exception {
        Path config = folder.resolve("config");
        Files.writeString(config, "---\nBACKUPENABLE: 'yes'\n" + lines);
        return new ConfiguredSchedule(
                        SettingsLoader.load(Optional.empty(), List.of()),
                        new ServerBackups(new HostRoot(folder), new BackupConfigFile(config)))
                .get();
    }

    /// Else a slot that starts meanwhile would count as seen.
    @Test
    void oneThatCannotBeReadIsNotOneThatIsOff() {
        assertThatThrownBy(() -> schedule("BACKUP_WEEKLY_ENABLE: [\n"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot be read");
    }

    private static List<LocalDate> weekly(ScheduleSettings schedule) {
        // A Sunday to the Saturday after.
        return LocalDate.parse("2026-11-22")
                .datesUntil(LocalDate.parse("2026-11-29"))
                .filter(date -> SlotPlanner.tiersDue(date, schedule).contains(Tier.WEEKLY))
                .toList();
    }

    @Test
    void everyDayOfTheWeeklyCalendarHasARun() throws Exception {
        ScheduleSettings several = schedule("BACKUP_WEEKLY_ENABLE: 1\nBACKUP_WEEKLY_DAY: 1,3,5\n");
        assertThat(weekly(several))
                .containsExactly(
                        LocalDate.parse("2026-11-23"),
                        LocalDate.parse("2026-11-25"),
                        LocalDate.parse("2026-11-27"));

        assertThat(weekly(schedule("BACKUP_WEEKLY_ENABLE: 1\nBACKUP_WEEKLY_DAY: 0\n")))
                .containsExactly(LocalDate.parse("2026-11-22"));
    }

    @Test
    void aWeeklyCalendarThatIsOffHasNone() throws Exception {
        assertThat(weekly(schedule("BACKUP_WEEKLY_ENABLE: 0\nBACKUP_WEEKLY_DAY: 1,3,5\n")))
                .isEmpty();
    }
}
