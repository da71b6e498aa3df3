package dev.packhorse.engine.daemon;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.catalog.CatalogException;
import dev.packhorse.engine.catalog.Drills;
import dev.packhorse.engine.health.Proofs;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.job.DrillPlanner;
import dev.packhorse.engine.job.DrillRequests;
import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.job.VerifyPlanner;
import dev.packhorse.engine.job.VerifyRequests;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.engine.settings.VerifyKeys;
import dev.packhorse.engine.verification.VerifyBudget;
import dev.packhorse.engine.whm.functions.VerifyDesk;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What verification works with, made once for the daemon, and the bell that asks for it each day.
final class Verification {
    private static final Logger LOG = LoggerFactory.getLogger(Verification.class);
    private static final Set<JobState> UNDER_WAY = Set.of(JobState.PENDING, JobState.ACTIVE);

    private final Settings settings;
    private final JobQueue queue;
    private final PrunePlanner places;
    private final VerifyPlanner planner;
    private final VerifyRequests requests;
    private final Catalog catalog;
    private final Drills drills;
    private final DrillRequests drillRequests;
    private final InstantSource clock;

    /// The day that was asked for, so that the store need not be.
    private LocalDate rung = LocalDate.MIN;

    /// @param places knows which places there are, and which points are this server's
    Verification(
            Settings settings,
            Catalog catalog,
            Drills drills,
            JobQueue queue,
            PrunePlanner places,
            InstantSource clock,
            String node) {
        this.settings = settings;
        this.catalog = catalog;
        this.drills = drills;
        this.drillRequests = new DrillRequests(queue, node);
        this.queue = queue;
        this.places = places;
        this.clock = clock;
        this.requests = new VerifyRequests(queue, node);
        this.planner =
                new VerifyPlanner(
                        catalog,
                        new VerifyBudget(
                                settings.get(VerifyKeys.WITHIN_DAYS),
                                settings.get(VerifyKeys.MAX_BYTES).bytes(),
                                settings.get(VerifyKeys.MAX_PERCENT),
                                settings.get(VerifyKeys.MAX_TIME)),
                        places.ours(),
                        clock);
    }

    VerifyPlanner planner() {
        return planner;
    }

    DrillPlanner drills(AccountDirectory accounts) {
        return new DrillPlanner(
                catalog,
                drills,
                accounts,
                settings.get(VerifyKeys.DRILL_MAX_BYTES).bytes(),
                settings.get(VerifyKeys.DESTINATIONS).equals("on"),
                clock);
    }

    Proofs proofs(AccountDirectory accounts) {
        return new Proofs(
                catalog,
                drills,
                accounts,
                places.ours(),
                this::isDaily,
                settings.get(VerifyKeys.WITHIN_DAYS),
                settings.get(VerifyKeys.DRILL_WITHIN_DAYS));
    }

    VerifyDesk desk() {
        return new VerifyDesk(planner, requests, this::isDaily, drills, drillRequests);
    }

    /// Whether copies at a place are verified by the day.
    boolean isDaily(DestinationId place) {
        return settings.get(VerifyKeys.ENABLED).equals("on")
                && (place.isLocal() || settings.get(VerifyKeys.DESTINATIONS).equals("on"));
    }

    /// Asks for what is due: once a day, from the hour that is set, but not while a run packs. One
    /// thread.
    void ring() {
        ZonedDateTime now = clock.instant().atZone(settings.get(SettingKeys.BACKUP_ZONE));
        LocalTime from = settings.get(VerifyKeys.TIME);
        if (now.toLocalTime().isBefore(from) || now.toLocalDate().equals(rung)) {
            return;
        }
        try {
            if (queue.count(JobFilter.of(Set.of(JobKind.RUN), UNDER_WAY)) > 0) {
                return;
            }
            for (Map.Entry<DestinationId, String> place : places.places().entrySet()) {
                if (isDaily(place.getKey())) {
                    requests.ofDay(place.getKey(), place.getValue(), now.toLocalDate());
                }
            }
            if (settings.get(VerifyKeys.DRILL).equals("on")) {
                drillRequests.ofDay(settings.get(VerifyKeys.DRILL_PER_NIGHT), now.toLocalDate());
            }
            rung = now.toLocalDate();
        } catch (IOException | QueueException | CatalogException e) {
            LOG.atWarn().setCause(e).log("today's verification could not be asked for yet");
        }
    }
}
