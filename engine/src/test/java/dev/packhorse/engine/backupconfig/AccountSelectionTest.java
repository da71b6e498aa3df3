package dev.packhorse.engine.backupconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountSelectionTest {
    private static final AccountName DEMO = new AccountName("demo");

    @TempDir Path folder;

    private static AccountSelection with(ConfigKey key, String value) {
        return new AccountSelection(BackupConfig.defaults().with(Map.of(key, value)), Set.of());
    }

    @Test
    void accountWithoutAnySettingIsTakenIn() {
        AccountSelection selection = new AccountSelection(BackupConfig.defaults(), Set.of());
        assertThat(selection.leavesOut(DEMO, false, Map.of())).isEmpty();
    }

    @Test
    void eachReasonToLeaveOutIsTold() throws IOException {
        assertThat(with(ConfigKey.BACKUPACCTS, "0").leavesOut(DEMO, false, Map.of()))
                .get()
                .asString()
                .contains("backupaccts");
        AccountSelection defaults = new AccountSelection(BackupConfig.defaults(), Set.of());
        assertThat(defaults.leavesOut(DEMO, true, Map.of())).get().asString().contains("suspended");
        assertThat(defaults.leavesOut(DEMO, false, Map.of("BACKUP", "0")))
                .get()
                .asString()
                .contains("BACKUP=0");
        Path list = folder.resolve("skip");
        Files.writeString(list, "# people\n\n demo \nother\n");
        AccountSelection read = AccountSelection.read(BackupConfig.defaults(), list);
        assertThat(read.leavesOut(DEMO, false, Map.of())).get().asString().contains("userskip");
        assertThat(read.leavesOut(new AccountName("demo2"), false, Map.of())).isEmpty();
    }

    @Test
    void suspendedAccountIsTakenInWhenTheSwitchIsOn() {
        assertThat(with(ConfigKey.BACKUPSUSPENDEDACCTS, "1").leavesOut(DEMO, true, Map.of()))
                .isEmpty();
    }

    @Test
    void absentSkipListSkipsNobody() throws IOException {
        assertThat(AccountSelection.read(BackupConfig.defaults(), folder.resolve("none")).skipped())
                .isEmpty();
    }
}
