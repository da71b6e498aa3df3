package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.host.HostRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupPlaceTest {
    @TempDir private Path folder;

    private BackupPlace place(Path root, Map<ConfigKey, String> changes) {
        BackupConfig config = BackupConfig.defaults().with(changes);
        return new BackupPlace(
                new ServerBackups(
                        new HostRoot(root), new BackupConfigFile(folder.resolve("config"))),
                config);
    }

    private static Map<ConfigKey, String> mount(String on, String directory) {
        return Map.of(ConfigKey.BACKUPMOUNT, on, ConfigKey.BACKUPDIR, directory);
    }

    @Test
    void aPlainFolderWillDoUnlessAMountIsAskedFor() throws Exception {
        Files.createDirectory(folder.resolve("backup"));
        place(folder, mount("0", "/backup")).requireMounted();
        assertThatThrownBy(() -> place(folder, mount("1", "/backup")).requireMounted())
                .hasMessageContaining("backupmount is on")
                .hasMessageContaining("/backup");
    }

    @Test
    void aFolderInsideAMountedFileSystemWillDo() throws Exception {
        place(Path.of("/"), mount("1", "/proc/sys")).requireMounted();
    }

    @Test
    void lessThanTheConfiguredSpaceIsRefused() throws Exception {
        BackupDirectory directory = new BackupDirectory(folder);
        Map<ConfigKey, String> all = new EnumMap<>(ConfigKey.class);
        all.put(ConfigKey.MIN_FREE_SPACE, "100");
        all.put(ConfigKey.CHECK_MIN_FREE_SPACE, "1");
        assertThatThrownBy(() -> place(folder, all).requireFree(directory))
                .hasMessageContaining("min_free_space");
        all.put(ConfigKey.CHECK_MIN_FREE_SPACE, "0");
        place(folder, all).requireFree(directory);
        all.put(ConfigKey.CHECK_MIN_FREE_SPACE, "1");
        all.put(ConfigKey.MIN_FREE_SPACE, "0");
        place(folder, all).requireFree(directory);
        assertThat(folder).exists();
    }
}
