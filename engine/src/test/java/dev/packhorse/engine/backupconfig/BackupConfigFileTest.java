package dev.packhorse.engine.backupconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BackupConfigFileTest {
    private static final String REAL_SHAPE =
            """
            ---
            BACKUPACCTS: 'yes'
            BACKUPBWDATA: 'yes'
            BACKUPDAYS: 0,2,5
            BACKUPDIR: /backup
            BACKUPENABLE: 'yes'
            BACKUPSUSPENDEDACCTS: 'no'
            BACKUPTYPE: compressed
            BACKUP_DAILY_RETENTION: 4
            BACKUP_MONTHLY_DATES: 1,15
            BACKUP_MONTHLY_ENABLE: 'yes'
            BACKUP_WEEKLY_DAY: 0
            ERRORTHRESHHOLD: 3
            GZIPRSYNCOPTS: --rsyncable
            KEEPLOCAL: 1
            MAXIMUM_TIMEOUT: 2700
            POSTBACKUP: 'no'
            PREBACKUP: -1
            USEBINARYPKGACCT: 'yes'
            """;

    @TempDir Path folder;
    private Path file;
    private BackupConfigFile config;

    @BeforeEach
    void file() {
        file = folder.resolve("backups/config");
        config = new BackupConfigFile(file);
    }

    private void write(String text) throws IOException {
        Files.createDirectories(folder.resolve("backups"));
        Files.writeString(file, text);
    }

    @Test
    void absentFileGivesTheDefaults() throws IOException {
        BackupConfig read = config.read();

        assertThat(read.isOn(ConfigKey.BACKUPENABLE)).isFalse();
        assertThat(read.directory()).isEqualTo("/backup");
        assertThat(read.dailyDays())
                .containsExactlyInAnyOrder(
                        DayOfWeek.SUNDAY,
                        DayOfWeek.TUESDAY,
                        DayOfWeek.THURSDAY,
                        DayOfWeek.SATURDAY);
        assertThat(read.packTimeout()).hasHours(2);
        assertThat(read.restoreStaging()).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void theShapeThatServersHaveIsUnderstood() throws IOException {
        write(REAL_SHAPE);
        BackupConfig read = config.read();

        assertThat(read.isOn(ConfigKey.BACKUPENABLE)).isTrue();
        assertThat(read.isOn(ConfigKey.PREBACKUP)).isFalse();
        assertThat(read.text(ConfigKey.GZIPRSYNCOPTS)).isEqualTo("--rsyncable");
        assertThat(read.retention(Tier.DAILY)).isEqualTo(4);
        assertThat(read.monthlyDates()).containsExactly(1, 15);
        assertThat(read.weeklyDays()).containsExactly(DayOfWeek.SUNDAY);
        assertThat(read.foreign()).containsOnlyKeys("USEBINARYPKGACCT");
    }

    @Test
    void changingOneValueKeepsAllOthersAndForeignKeys() throws IOException {
        write(REAL_SHAPE);
        BackupConfig before = config.read();
        config.update(Map.of(ConfigKey.BACKUP_DAILY_RETENTION, "9"));

        BackupConfig after = config.read();
        assertThat(after.retention(Tier.DAILY)).isEqualTo(9);
        for (ConfigKey key : ConfigKey.values()) {
            if (key != ConfigKey.BACKUP_DAILY_RETENTION) {
                assertThat(after.text(key)).as(key.name()).isEqualTo(before.text(key));
            }
        }
        assertThat(Files.readAllLines(file))
                .startsWith("---")
                .contains(
                        "USEBINARYPKGACCT: 'yes'",
                        "BACKUPENABLE: 'yes'",
                        "BACKUPDAYS: 0,2,5",
                        "GZIPRSYNCOPTS: --rsyncable",
                        "PREBACKUP: -1",
                        "KEEPLOCAL: 1",
                        "BACKUP_DAILY_RETENTION: 9");
    }

    @ParameterizedTest
    @EnumSource(ConfigKey.class)
    void everyDefaultSurvivesTheFile(ConfigKey key) throws IOException {
        config.update(Map.of());
        assertThat(config.read().text(key)).isEqualTo(key.defaultValue());
        assertThat(key.normalise(key.defaultValue())).isEqualTo(key.defaultValue());
    }

    @Test
    void theFileIsForRootAlone() throws IOException {
        config.update(Map.of());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var entries = Files.list(file.getParent())) {
            assertThat(entries).containsExactly(file);
        }
    }

    @Test
    void bothSpellingsOfTheSuspendedSwitchAreRead() throws IOException {
        write("---\nBACKUPSUSPENDEDACCOUNTS: 'yes'\n");
        assertThat(config.read().isOn(ConfigKey.BACKUPSUSPENDEDACCTS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            textBlock =
                    """
                    "---|BACKUPENABLE: 'yes'|BACKUPDAYS: 0,9", "line 3: BACKUPDAYS must be numbers from 0 to 6"
                    "---|BACKUPENABLE: maybe", "line 2: BACKUPENABLE must be 1 or 0"
                    "---|BACKUP_MONTHLY_DATES: 32", "line 2: BACKUP_MONTHLY_DATES must be numbers from 1 to 31"
                    "---|BACKUPDIR: ../up", "line 2: BACKUPDIR must be an absolute path"
                    "---|BACKUPACCTS: 'yes'|BACKUPACCTS: 'no'", "line 3: BACKUPACCTS is there twice"
                    "---|BACKUPDIR: [a, b]", "line 2: BACKUPDIR must have one plain value"
                    "---|BACKUPDIR: &x /a|BACKUPTYPE: *x", "line 3: BACKUPTYPE must have one plain value"
                    "---|BACKUPDIR: 'open", "line "
                    "just text", "line 1: expected lines of the form KEY: value"
                    "", "line 1: expected lines of the form KEY: value"
                    """)
    void damageIsToldWithFileAndLine(String lines, String message) throws IOException {
        write(lines.replace('|', '\n'));
        assertThatThrownBy(config::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
        String before = Files.readString(file);
        assertThatThrownBy(() -> config.update(Map.of(ConfigKey.BACKUPENABLE, "1")))
                .isInstanceOf(IOException.class);
        assertThat(file).hasContent(before);
    }

    @ParameterizedTest
    @CsvSource({
        "BACKUPDAYS, 7", "BACKUPDAYS, ''", "BACKUP_MONTHLY_DATES, 0", "BACKUPTYPE, zip",
        "MIN_FREE_SPACE, 101", "BACKUP_DAILY_RETENTION, -1", "BACKUPDIR, relative", "BACKUPDIR, ''",
        "BACKUPDIR, /a/../b", "KEEPLOCAL, 2", "MAXIMUM_TIMEOUT, 99999999999"
    })
    void illegalValueChangesNothingAndIsNamed(ConfigKey key, String value) throws IOException {
        write(REAL_SHAPE);
        assertThatThrownBy(() -> config.update(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(key.apiName());
        assertThat(file).hasContent(REAL_SHAPE);
    }

    @Test
    void calendarsAreDueOnTheirDaysOnly() throws IOException {
        write(REAL_SHAPE);
        BackupConfig read = config.read();
        LocalDate sunday = LocalDate.of(2026, 11, 1);

        assertThat(read.due(sunday)).containsExactly(Tier.DAILY, Tier.MONTHLY);
        assertThat(read.due(sunday.plusDays(1))).isEmpty();
        assertThat(read.due(sunday.plusDays(2))).containsExactly(Tier.DAILY);
    }

    @Test
    void freeSpaceIsAPartOrAnAmount() throws IOException {
        BackupConfig read = config.read();
        assertThat(read.minimumFreeBytes(1_000)).isEqualTo(50);
        assertThat(
                        read.with(
                                        Map.of(
                                                ConfigKey.MIN_FREE_SPACE, "1024",
                                                ConfigKey.MIN_FREE_SPACE_UNIT, "MB"))
                                .minimumFreeBytes(1_000))
                .isEqualTo(1L << 30);
    }
}
