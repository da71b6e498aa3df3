package dev.packhorse.engine.daemon;

import dev.packhorse.engine.auth.LoginGuard;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.destination.DestinationHealth;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.health.Alarms;
import dev.packhorse.engine.health.BackupAges;
import dev.packhorse.engine.health.BackupMetrics;
import dev.packhorse.engine.health.LoginMetrics;
import dev.packhorse.engine.health.Metrics;
import dev.packhorse.engine.health.Places;
import dev.packhorse.engine.health.Proofs;
import dev.packhorse.engine.health.Standing;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.job.TransferMeter;
import dev.packhorse.engine.job.UploadHandler;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.settings.EventKeys;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/// What tells people and monitoring how backups stand, made once.
final class HealthParts {
    private final Settings settings;
    private final JobQueue queue;
    private final DestinationStore destinations;
    private final Notices notices;
    private final Proofs proofs;
    private final DestinationHealth health = new DestinationHealth();
    private final TransferMeter transfers = new TransferMeter();
    private final BackupAges ages;
    private final Places places;

    HealthParts(
            Settings settings,
            HostServices services,
            JobQueue queue,
            Catalog catalog,
            ServerBackups backups,
            DestinationStore destinations,
            Notices notices,
            Proofs proofs) {
        this.settings = settings;
        this.queue = queue;
        this.destinations = destinations;
        this.notices = notices;
        this.proofs = proofs;
        this.ages =
                new BackupAges(
                        catalog,
                        services.accounts(),
                        backups,
                        settings.get(SettingKeys.BACKUP_ZONE));
        this.places = new Places(backups, settings.get(SettingKeys.STATE));
    }

    UploadHandler.Watching watching() {
        return new UploadHandler.Watching(health, notices, transfers);
    }

    Alarms alarms() {
        return new Alarms(
                ages,
                places,
                queue,
                destinations,
                notices,
                proofs,
                new Alarms.Limits(
                        settings.get(EventKeys.STALE_AFTER),
                        settings.get(EventKeys.LOW_SPACE).bytes()));
    }

    Metrics metrics(String version, LoginGuard logins) {
        return new Metrics(
                new BackupMetrics(
                        queue, destinations, health, transfers, ages, places, proofs, version),
                new LoginMetrics(logins::counts));
    }

    /// @param next when the next run begins
    Standing standing(Supplier<Optional<Instant>> next) {
        return new Standing(queue, destinations, health, ages, places, proofs, next);
    }
}
