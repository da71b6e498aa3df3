package dev.packhorse.engine.backupconfig;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LegacyConfigTest {
    @Test
    void whatBothSystemsKnowIsTakenOver() {
        LegacyConfig legacy =
                LegacyConfig.parse(
                        """
                        # written by hand
                        BACKUPENABLE yes
                        BACKUPDIR /backup/old
                        BACKUPDAYS 0,2,5
                        BACKUPRETDAILY 1
                        BACKUPRETWEEKLY 0
                        COMPRESSACCTS no
                        MYSQLBACKUP both
                        PREBACKUP -1
                        """);

        assertThat(legacy.values())
                .containsEntry(ConfigKey.BACKUPENABLE, "1")
                .containsEntry(ConfigKey.BACKUPDIR, "/backup/old")
                .containsEntry(ConfigKey.BACKUPDAYS, "0,2,5")
                .containsEntry(ConfigKey.BACKUP_DAILY_ENABLE, "1")
                .containsEntry(ConfigKey.BACKUP_WEEKLY_ENABLE, "0")
                .containsEntry(ConfigKey.BACKUPTYPE, "uncompressed")
                .containsEntry(ConfigKey.MYSQLBACKUP, "both")
                .containsEntry(ConfigKey.PREBACKUP, "0")
                .hasSize(8);
        assertThat(legacy.leftOut()).isEmpty();
    }

    @Test
    void incrementalBackupsOutrankCompressedOnes() {
        assertThat(LegacyConfig.parse("BACKUPINC yes\nCOMPRESSACCTS yes\n").values())
                .containsEntry(ConfigKey.BACKUPTYPE, "incremental");
    }

    @Test
    void whatIsNotTakenOverIsToldAndSecretsAreNot() {
        LegacyConfig legacy =
                LegacyConfig.parse(
                        """
                        BACKUPDAYS mondays
                        BACKUPFTPHOST ftp.example
                        BACKUPFTPPASS hunter2
                        DIEIFNOTMOUNTED yes
                        """);

        assertThat(legacy.values()).isEmpty();
        assertThat(legacy.leftOut())
                .containsExactly(
                        "BACKUPDAYS is not taken over: it must be numbers from 0 to 6 with commas"
                                + " between",
                        "the FTP server is not taken over: add it with backup_destination_add",
                        "DIEIFNOTMOUNTED is not taken over: it means nothing here");
    }
}
