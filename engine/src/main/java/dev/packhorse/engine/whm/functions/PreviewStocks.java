package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.backupconfig.AccountSelection;
import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Participation;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.retention.OwnNumbers;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.retention.RetentionRules;
import dev.packhorse.engine.schedule.SchedulePreview;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What is there today, for a preview of the days to come.
final class PreviewStocks {
    private final PrunePlanner planner;
    private final List<Pin> pins;
    private final BackupConfig config;
    private final AccountSelection selection;
    private final Map<AccountName, Map<DestinationId, List<RestorePoint>>> points = new HashMap<>();
    private final Catalog catalog;
    private final Map<DestinationId, Map<ObjectKey, Instant>> locks = new HashMap<>();
    private final Map<String, RetentionRules> rules = new HashMap<>();
    private final Map<Tier, LocalDate> newestRuns = new EnumMap<>(Tier.class);

    private PreviewStocks(PrunePlanner planner, List<Pin> pins, Catalog catalog)
            throws IOException {
        this.planner = planner;
        this.pins = pins;
        this.catalog = catalog;
        this.config = planner.backups().config();
        this.selection =
                AccountSelection.read(
                        config, planner.backups().root().resolve(AccountSelection.SKIP_LIST));
        catalog.forEach(this::add);
    }

    static PreviewStocks read(RetentionDesk desk, Catalog catalog) throws IOException {
        return new PreviewStocks(desk.planner(), desk.pins().all(), catalog);
    }

    private void add(RestorePoint point) {
        if (planner.ours().test(point)) {
            points.computeIfAbsent(point.account(), _ -> new HashMap<>())
                    .computeIfAbsent(point.destination(), _ -> new ArrayList<>())
                    .add(point);
            if (!point.date().isAfter(planner.guard().today())) {
                newestRuns.merge(point.tier(), point.date(), (a, b) -> a.isAfter(b) ? a : b);
            }
        }
    }

    Map<Tier, LocalDate> newestRuns() {
        return newestRuns;
    }

    /// One a place and account, of all accounts that are here or have points, or of one.
    List<SchedulePreview.Stock> of(Optional<AccountName> only) throws IOException {
        AccountDirectory now = planner.accounts().atOneMoment();
        AccountPlans plans = planner.backups().plans().atOneMoment();
        Set<AccountName> here = new HashSet<>(now.names());
        Set<AccountName> names = new TreeSet<>(here);
        names.addAll(points.keySet());
        List<SchedulePreview.Stock> stocks = new ArrayList<>();
        boolean remote = planner.places().size() > 1;
        for (Map.Entry<DestinationId, String> place : planner.places().entrySet()) {
            DestinationId id = place.getKey();
            for (AccountName name : names) {
                if (only.map(name::equals).orElse(true)) {
                    boolean receives =
                            here.contains(name) && keeps(id, remote) && takesIn(now.find(name));
                    Participation part = Participation.of(plans.of(name), id, place.getValue());
                    stocks.add(stock(name, id, part, receives, here.contains(name)));
                }
            }
        }
        return stocks;
    }

    private RetentionRules rules(DestinationId place, Optional<Plan> plan) throws IOException {
        String key = place + " " + plan.map(Plan::name).orElse("");
        RetentionRules known = rules.get(key);
        if (known == null) {
            known = planner.rules(place, plan.map(Plan::numbers).orElse(OwnNumbers.NONE));
            rules.put(key, known);
        }
        return known;
    }

    private SchedulePreview.Stock stock(
            AccountName name,
            DestinationId place,
            Participation part,
            boolean receives,
            boolean onServer)
            throws IOException {
        return new SchedulePreview.Stock(
                name,
                place,
                rules(place, part.plan()),
                points.getOrDefault(name, Map.of()).getOrDefault(place, List.of()),
                receives,
                onServer,
                pins.stream().filter(pin -> pin.account().equals(name)).toList(),
                locks.computeIfAbsent(place, catalog::locks),
                part);
    }

    /// Trees stay in the backup directory and go where trees are kept; archives leave the backup
    /// directory where the configuration says so.
    private boolean keeps(DestinationId place, boolean remote) throws IOException {
        boolean trees = config.text(ConfigKey.BACKUPTYPE).equals("incremental");
        if (place.isLocal()) {
            return trees || !remote || config.isOn(ConfigKey.KEEPLOCAL);
        }
        return !trees
                || planner.destinations()
                        .find(place)
                        .filter(each -> each.type().keepsTrees())
                        .isPresent();
    }

    private boolean takesIn(Optional<Account> found) {
        return found.filter(account ->
                        selection
                                .leavesOut(account.name(), account.suspended(), account.settings())
                                .isEmpty())
                .isPresent();
    }
}
