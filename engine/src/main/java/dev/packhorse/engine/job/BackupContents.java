package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.plan.Plan;
import java.util.EnumSet;
import java.util.Optional;

/// What the configuration makes of an account's backup. Stateless.
final class BackupContents {
    private BackupContents() {}

    static ArchiveForm form(BackupConfig config) {
        return switch (config.text(ConfigKey.BACKUPTYPE)) {
            case "incremental" -> ArchiveForm.INCREMENTAL;
            case "uncompressed" -> ArchiveForm.UNCOMPRESSED;
            default -> ArchiveForm.COMPRESSED;
        };
    }

    /// Whether accounts are kept as trees, which are never streamed.
    static boolean isTree(BackupConfig config) {
        return form(config) == ArchiveForm.INCREMENTAL;
    }

    /// What the configuration and the account's plan leave out; exclude files count.
    static PackOptions options(BackupConfig config, Optional<Plan> plan) {
        EnumSet<PackSkip> skips = EnumSet.noneOf(PackSkip.class);
        if (!config.isOn(ConfigKey.BACKUPLOGS)) {
            skips.add(PackSkip.LOGS);
        }
        if (!config.isOn(ConfigKey.BACKUPBWDATA)) {
            skips.add(PackSkip.BANDWIDTH);
        }
        if (config.text(ConfigKey.MYSQLBACKUP).equals("dir")) {
            skips.add(PackSkip.MYSQL);
        }
        if (!config.isOn(ConfigKey.PSQLBACKUP)) {
            skips.add(PackSkip.POSTGRES);
        }
        plan.ifPresent(each -> skips.addAll(each.leftOut()));
        return PackOptions.ALL.without(skips).obeyingExcludeFiles();
    }
}
