package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.retention.ClockGuard;
import dev.packhorse.engine.retention.Decision;
import dev.packhorse.engine.retention.Holding;
import dev.packhorse.engine.retention.IncompleteArchives;
import dev.packhorse.engine.retention.MassBrake;
import dev.packhorse.engine.retention.OwnNumbers;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionPolicy;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.retention.RetentionRules;
import dev.packhorse.engine.retention.TierRule;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Makes plans of what pruning would remove, from the catalog, the configuration, the pins and the
/// brakes. Asks no destination. Safe for many threads.
///
/// @param catalog the restore points
/// @param queue whose open jobs need some of them
/// @param accounts which accounts are on this server
/// @param backups the counts of the backup configuration
/// @param destinations the names of destinations
/// @param policy our own settings
/// @param pins the pins
/// @param record what pruning remembers
/// @param guard watches the clock
/// @param ours which points are this server's to remove
public record PrunePlanner(
        Catalog catalog,
        JobQueue queue,
        AccountDirectory accounts,
        ServerBackups backups,
        DestinationStore destinations,
        RetentionPolicy policy,
        PinStore pins,
        RetentionRecord record,
        ClockGuard guard,
        Predicate<RestorePoint> ours) {
    /// The name under which the backup directory goes.
    public static final String LOCAL_NAME = "local";

    /// No upload is tried for so long.
    private static final int DAYS_ON_THE_WAY = 30;

    /// What a plan is wanted for.
    ///
    /// @param destination where
    /// @param account only this account, empty for all
    /// @param confirmed when somebody confirmed that much may go, empty if nobody did
    /// @param forced whether the last copy of the account may go
    public record Wanted(
            DestinationId destination,
            Optional<AccountName> account,
            Optional<Instant> confirmed,
            boolean forced) {}

    /// The backup directory and every destination that takes archives, each with its name.
    ///
    /// @throws IOException if the destinations cannot be read
    public Map<DestinationId, String> places() throws IOException {
        Map<DestinationId, String> places = new LinkedHashMap<>();
        places.put(DestinationId.LOCAL, LOCAL_NAME);
        for (Destination destination : destinations.contents().destinations()) {
            if (destination.takesArchives()) {
                places.put(destination.id(), destination.name());
            }
        }
        return places;
    }

    /// The rules of a destination.
    ///
    /// @throws IOException if the backup configuration cannot be read
    public RetentionRules rules(DestinationId id) throws IOException {
        return rules(id, OwnNumbers.NONE);
    }

    /// The rules of a destination for accounts with numbers of their own.
    ///
    /// @throws IOException if the backup configuration cannot be read
    public RetentionRules rules(DestinationId id, OwnNumbers own) throws IOException {
        BackupConfig config = backups.config();
        EnumMap<Tier, TierRule> counts = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            counts.put(tier, new TierRule(config.retention(tier), config.prunesAfterFailure(tier)));
        }
        return policy.rules(counts, id, name(id), own);
    }

    private String name(DestinationId id) throws IOException {
        return id.isLocal()
                ? LOCAL_NAME
                : destinations.find(id).map(Destination::name).orElse(id.value());
    }

    /// Makes a plan.
    ///
    /// @throws IOException if something that it depends on cannot be read; then nothing may be
    ///   removed
    public PrunePlan plan(Wanted wanted) throws IOException {
        CatalogView view = CatalogView.of(catalog, ours, wanted.destination(), guard.today());
        List<Decision> decisions = decisions(wanted, view);
        List<String> brakes = new ArrayList<>();
        guard.look(view.newest()).ifPresent(brakes::add);
        int removed = (int) decisions.stream().filter(each -> !each.keep()).count();
        if (wanted.confirmed().isEmpty()) {
            Optional<Integer> before = record.pointsAfterPrune(wanted.destination());
            MassBrake.check(removed, view.total(), before, policy.massPercent())
                    .ifPresent(brakes::add);
        }
        if (removed > 0) {
            adopted(wanted).ifPresent(brakes::add);
        }
        return new PrunePlan(
                wanted.destination(),
                name(wanted.destination()),
                guard.today(),
                decisions,
                view.total(),
                brakes);
    }

    /// What was taken up by a recovery nobody has decided about yet: pins may be missing, and what
    /// came since the last prune cannot be told from what was there before. Holds until a prune
    /// that somebody confirmed, however many others there were that had nothing to remove. Who
    /// confirmed before, as for a prune that is tried again, has not seen them.
    private Optional<String> adopted(Wanted wanted) throws IOException {
        return record.adopted(wanted.destination())
                .filter(at -> !RetentionRecord.decides(wanted.confirmed(), at, guard.now()))
                .map(at ->
                        "restore points were taken up from here on %s and nobody has confirmed since: look at packhorse prune --plan, then confirm with packhorse prune --confirm"
                                .formatted(at.toString().substring(0, 10)));
    }

    /// Somebody confirmed that the clock is right.
    void confirmClock() {
        guard.confirm(CatalogView.of(catalog, ours, DestinationId.LOCAL, guard.today()).newest());
    }

    private List<Decision> decisions(Wanted wanted, CatalogView view) throws IOException {
        PlannedRules rules =
                new PlannedRules(this, wanted.destination(), name(wanted.destination()));
        Set<AccountName> here = new TreeSet<>(accounts.names());
        InUse use = InUse.of(queue);
        StandIns standIns = standIns(wanted, here);
        Map<ObjectKey, Instant> locks = catalog.locks(wanted.destination());
        Map<AccountName, List<Pin>> pinned = pinned();
        List<Decision> decisions = new ArrayList<>();
        Set<AccountName> all = new TreeSet<>(view.byAccount().keySet());
        all.addAll(view.unsound().keySet());
        for (AccountName account : all) {
            if (wanted.account().map(account::equals).orElse(true)) {
                List<RestorePoint> points = view.byAccount().getOrDefault(account, List.of());
                Holding holding =
                        new Holding(
                                account,
                                points,
                                here.contains(account),
                                view.newestRuns(),
                                pinned.getOrDefault(account, List.of()),
                                needed(account, points, use, standIns),
                                locks,
                                wanted.forced());
                decisions.addAll(
                        rules.decide(holding, view.unsound().getOrDefault(account, List.of())));
            }
        }
        return decisions;
    }

    /// What jobs wait for, and what has databases that the newest lacks, while the account is here.
    private Map<ObjectKey, String> needed(
            AccountName account, List<RestorePoint> points, InUse use, StandIns standIns)
            throws IOException {
        Map<ObjectKey, String> needed = new HashMap<>(use.among(points));
        standIns.of(account, points).forEach(needed::putIfAbsent);
        return needed;
    }

    @FunctionalInterface
    private interface StandIns {
        Map<ObjectKey, String> of(AccountName account, List<RestorePoint> points)
                throws IOException;
    }

    private StandIns standIns(Wanted wanted, Set<AccountName> here) throws IOException {
        IncompleteArchives incomplete = record.incomplete();
        return (account, points) ->
                wanted.forced() || !here.contains(account)
                        ? Map.of()
                        : incomplete.standIns(account, points, guard.today());
    }

    /// Forgets which archives lacked databases where these are nowhere any more.
    void forgetIncomplete() throws IOException {
        if (record.incomplete().isEmpty()) {
            return;
        }
        Map<AccountName, NavigableSet<SlotName>> there = new HashMap<>();
        catalog.forEachCopy(copy -> {
            if (ours.test(copy.point())) {
                there.computeIfAbsent(copy.point().account(), _ -> new TreeSet<>())
                        .add(copy.point().slot());
            }
        });
        record.forgetIncomplete(there, guard.today().minusDays(DAYS_ON_THE_WAY));
    }

    private Map<AccountName, List<Pin>> pinned() throws IOException {
        Map<AccountName, List<Pin>> pinned = new LinkedHashMap<>();
        for (Pin pin : pins.all()) {
            pinned.computeIfAbsent(pin.account(), _ -> new ArrayList<>()).add(pin);
        }
        return pinned;
    }
}
