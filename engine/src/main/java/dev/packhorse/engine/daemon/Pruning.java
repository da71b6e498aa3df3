package dev.packhorse.engine.daemon;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.job.Adoption;
import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.retention.CalendarRule;
import dev.packhorse.engine.retention.ClockGuard;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionPolicy;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.settings.RetentionKeys;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What pruning works with, made once for the daemon.
final class Pruning {
    /// Below the state folder.
    static final String PINS_FILE = "pins.yaml";

    /// Below the state folder.
    static final String RECORD_FILE = "retention.yaml";

    private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);

    private final RetentionRecord record;
    private final PinStore pins;
    private final ClockGuard guard;
    private final RetentionPolicy policy;

    Pruning(Settings settings, Path state, InstantSource clock) {
        this.record = new RetentionRecord(state.resolve(RECORD_FILE));
        this.pins = new PinStore(state.resolve(PINS_FILE));
        this.guard = new ClockGuard(record, clock, settings.get(SettingKeys.BACKUP_ZONE));
        this.policy =
                new RetentionPolicy(
                        new CalendarRule(
                                settings.get(RetentionKeys.CALENDAR_DAILY),
                                settings.get(RetentionKeys.CALENDAR_WEEKLY),
                                settings.get(RetentionKeys.CALENDAR_MONTHLY),
                                settings.get(RetentionKeys.CALENDAR_YEARLY)),
                        settings.get(RetentionKeys.ORPHANS),
                        settings.get(RetentionKeys.DESTINATIONS),
                        settings.get(RetentionKeys.DELETES_PER_SECOND),
                        settings.get(RetentionKeys.MASS_LIMIT),
                        settings.get(RetentionKeys.EVERY_RUN));
    }

    /// @param ours which points are this server's to remove
    PrunePlanner planner(
            Catalog catalog,
            JobQueue queue,
            AccountDirectory accounts,
            ServerBackups backups,
            DestinationStore destinations,
            Predicate<RestorePoint> ours) {
        return new PrunePlanner(
                catalog, queue, accounts, backups, destinations, policy, pins, record, guard, ours);
    }

    Adoption adoption(Catalog catalog, InstantSource clock) {
        return new Adoption(catalog, pins, record, clock);
    }

    PinStore pins() {
        return pins;
    }

    RetentionRecord record() {
        return record;
    }

    /// Looks at the clock between prunes, so that a jump is not taken for time that passed.
    void look() {
        try {
            guard.look(Optional.empty());
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the record of pruning cannot be read: nothing is pruned");
        }
    }

    /// One line for the status.
    String status(PrunePlanner planner) {
        try {
            Optional<String> suspended = guard.look(Optional.empty());
            if (suspended.isPresent()) {
                return "suspended: " + suspended.get();
            }
            List<String> stopped = new ArrayList<>();
            for (Map.Entry<DestinationId, String> place : planner.places().entrySet()) {
                record.stopped(place.getKey())
                        .ifPresent(reason -> stopped.add(place.getValue() + ": " + reason));
            }
            return stopped.isEmpty()
                    ? "after each run"
                    : "stopped at " + String.join("; ", stopped);
        } catch (IOException e) {
            return "stopped: " + e.getMessage();
        }
    }
}
