package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.model.SpeedPlan;
import dev.packhorse.engine.settings.BandwidthKeys;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.transport.decorator.Pause;
import dev.packhorse.transport.decorator.SpeedLimit;
import dev.packhorse.transport.decorator.ThrottledTransport;
import dev.packhorse.transport.spi.Transport;
import java.time.InstantSource;
import java.time.LocalTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How fast archives travel: one limit for all uploads together, one for all downloads, and one for
/// the uploads to each destination that has its own. Safe for many threads.
final class Speeds {
    private final Settings settings;
    private final InstantSource clock;
    private final SpeedLimit up;
    private final SpeedLimit down;
    private final Map<String, SpeedLimit> own = new ConcurrentHashMap<>();

    Speeds(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.up = limit(settings.get(BandwidthKeys.UPLOAD));
        this.down = limit(settings.get(BandwidthKeys.DOWNLOAD));
    }

    private SpeedLimit limit(SpeedPlan plan) {
        return new SpeedLimit(plan::at, this::timeOfDay, Pause.real());
    }

    private LocalTime timeOfDay() {
        return clock.instant().atZone(settings.get(SettingKeys.BACKUP_ZONE)).toLocalTime();
    }

    /// The transport of a destination, slowed down where a limit is set.
    Transport slowed(Destination destination, Transport transport) {
        Transport slowed = transport;
        Map<String, SpeedPlan> plans = settings.get(BandwidthKeys.DESTINATIONS);
        String id = destination.id().value();
        SpeedPlan plan = plans.getOrDefault(id, plans.get(destination.name()));
        if (plan != null) {
            SpeedLimit limit = own.computeIfAbsent(id, _ -> limit(plan));
            slowed = new ThrottledTransport(slowed, limit, limit(SpeedPlan.NONE));
        }
        boolean everywhere =
                !settings.get(BandwidthKeys.UPLOAD).equals(SpeedPlan.NONE)
                        || !settings.get(BandwidthKeys.DOWNLOAD).equals(SpeedPlan.NONE);
        return everywhere ? new ThrottledTransport(slowed, up, down) : slowed;
    }
}
