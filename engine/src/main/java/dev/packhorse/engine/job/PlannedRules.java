package dev.packhorse.engine.job;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Participation;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.retention.Decision;
import dev.packhorse.engine.retention.Holding;
import dev.packhorse.engine.retention.Retention;
import dev.packhorse.engine.retention.RetentionRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The rules of one place, for each account those of its plan. One thread.
final class PlannedRules {
    private final PrunePlanner planner;
    private final DestinationId place;
    private final String placeName;
    private final RetentionRules usual;
    private final AccountPlans plans;
    private final Map<String, RetentionRules> ofPlans = new HashMap<>();

    PlannedRules(PrunePlanner planner, DestinationId place, String placeName) throws IOException {
        this.planner = planner;
        this.place = place;
        this.placeName = placeName;
        this.usual = planner.rules(place);
        this.plans = planner.backups().plans().atOneMoment();
    }

    /// Decides about an account. Where its plan cannot be told, everything stays.
    ///
    /// @param holding with the sound points alone
    List<Decision> decide(Holding holding, List<StoredCopy> unsound) throws IOException {
        Optional<Plan> plan;
        try {
            plan = plans.of(holding.account());
        } catch (IOException e) {
            return keepAll(holding, unsound, "the account's plan is unknown: " + e.getMessage());
        }
        if (plan.isEmpty()) {
            return UnsoundCopies.decide(holding, unsound, usual, planner.guard().today());
        }
        Participation part = Participation.of(plan, place, placeName);
        return UnsoundCopies.decide(
                        holding.waitingFor(part.awaited(holding.newestRuns())),
                        unsound,
                        rules(plan.get()),
                        planner.guard().today())
                .stream()
                .map(each -> each.keep() ? each : named(each, plan.get()))
                .toList();
    }

    private RetentionRules rules(Plan plan) throws IOException {
        RetentionRules rules = ofPlans.get(plan.name());
        if (rules == null) {
            rules = planner.rules(place, plan.numbers());
            ofPlans.put(plan.name(), rules);
        }
        return rules;
    }

    private static Decision named(Decision decision, Plan plan) {
        List<String> reasons = new ArrayList<>(decision.reasons());
        reasons.add("plan " + plan.name());
        return new Decision(decision.point(), false, reasons);
    }

    private static List<Decision> keepAll(
            Holding holding, List<StoredCopy> unsound, String reason) {
        List<RestorePoint> points = new ArrayList<>(holding.points());
        unsound.forEach(copy -> points.add(copy.point()));
        return points.stream()
                .sorted(Retention.NEWEST_FIRST)
                .map(point -> new Decision(point, true, List.of(reason)))
                .toList();
    }
}
