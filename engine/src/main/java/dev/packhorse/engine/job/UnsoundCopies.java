package dev.packhorse.engine.job;

import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.retention.Decision;
import dev.packhorse.engine.retention.Holding;
import dev.packhorse.engine.retention.Retention;
import dev.packhorse.engine.retention.RetentionRules;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Decides about an account of which some copies were found damaged or missing. These are counted
/// by no rule, so that none of them takes the place of a good one; and they stay as long as a good
/// one in their place would, since much of a damaged archive may still be of use.
final class UnsoundCopies {
    private UnsoundCopies() {}

    /// All decisions, newest first.
    ///
    /// @param holding with the sound points alone
    static List<Decision> decide(
            Holding holding, List<StoredCopy> unsound, RetentionRules rules, LocalDate today) {
        List<Decision> decisions = new ArrayList<>(Retention.decide(holding, rules, today));
        if (unsound.isEmpty()) {
            return decisions;
        }
        Map<RestorePoint, StoredCopy> copies = new HashMap<>();
        unsound.forEach(copy -> copies.put(copy.point(), copy));
        List<RestorePoint> together = new ArrayList<>(holding.points());
        together.addAll(copies.keySet());
        for (Decision asIfGood : Retention.decide(holding.with(together), rules, today)) {
            StoredCopy copy = copies.get(asIfGood.point());
            if (copy != null) {
                decisions.add(told(asIfGood, copy));
            }
        }
        decisions.sort((a, b) -> Retention.NEWEST_FIRST.compare(a.point(), b.point()));
        return decisions;
    }

    private static Decision told(Decision asIfGood, StoredCopy copy) {
        String verdict =
                copy.proof().map(each -> each.verdict().name()).orElse("").toLowerCase(Locale.ROOT);
        List<String> reasons = new ArrayList<>();
        reasons.add("counts for nothing: it is " + verdict);
        reasons.addAll(asIfGood.reasons());
        return new Decision(asIfGood.point(), asIfGood.keep(), reasons);
    }
}
