package dev.packhorse.engine.daemon;

import dev.packhorse.engine.gzip.DeflateBackend;
import dev.packhorse.engine.schedule.BackupClock;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.staging.ReserveFile;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// What the status tells of this server besides its jobs.
record ServerFacts(
        Settings settings,
        Host host,
        BackupClock backupClock,
        Supplier<String> pruning,
        InstantSource clock) {
    Map<String, String> list() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("host root", host.services().root().folder().toString());
        facts.put("accounts", host.services().accounts().source());
        facts.put("mysql", host.mysql());
        facts.put("postgres", host.postgres());
        facts.put("tools", host.tools());
        facts.put("deflate", Compression.of(settings).backend().title());
        facts.put("native libraries", DeflateBackend.libraries());
        facts.put(
                "next run",
                backupClock
                        .next(clock.instant())
                        .map(slot ->
                                slot.at().atZone(settings.get(SettingKeys.BACKUP_ZONE))
                                        + " "
                                        + slot.tiers())
                        .orElse(
                                "none is scheduled: switch on backupenable with backup_config_set"));
        facts.put(
                "reserve",
                new ReserveFile(
                                settings.get(SettingKeys.STATE),
                                settings.get(SettingKeys.STATE_RESERVE))
                        .status());
        facts.put("pruning", pruning.get());
        return facts;
    }
}
