package dev.packhorse.engine.health;

import dev.packhorse.engine.model.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The metrics of verification and of drills.
record ProofMetrics(Proofs proofs) {
    void add(MetricList list, Instant now) throws IOException {
        proofs.places()
                .forEach((place, proof) -> {
                    proof.oldest()
                            .ifPresent(oldest ->
                                    list.gauge(
                                            "packhorse_oldest_verification_seconds",
                                            "The age of the oldest proof that a stored archive is whole",
                                            Duration.between(oldest, now).toSeconds(),
                                            "destination",
                                            place));
                    list.gauge(
                            "packhorse_damaged_copies",
                            "Stored archives that were found damaged",
                            proof.count(Verdict.DAMAGED),
                            "destination",
                            place);
                    list.gauge(
                            "packhorse_missing_copies",
                            "Stored archives that were found missing",
                            proof.count(Verdict.MISSING),
                            "destination",
                            place);
                });
        drills(list, proofs.drillAges(), now);
    }

    private static void drills(MetricList list, List<Proofs.DrillAge> ages, Instant now) {
        Optional<Instant> oldest =
                ages.stream()
                        .map(Proofs.DrillAge::provenAt)
                        .flatMap(Optional::stream)
                        .min(Comparator.naturalOrder());
        oldest.ifPresent(at ->
                list.gauge(
                        "packhorse_oldest_drill_seconds",
                        "The age of the oldest proof that an account can be restored, of accounts that have one",
                        Duration.between(at, now).toSeconds()));
        list.gauge(
                "packhorse_undrilled_accounts",
                "Accounts with a backup whose restore was never proven",
                ages.stream().filter(age -> age.provenAt().isEmpty()).count());
        list.gauge(
                "packhorse_failed_drills",
                "Accounts whose last restore that was tried showed a difference",
                ages.stream()
                        .filter(age -> age.last().filter(it -> !it.isProven()).isPresent())
                        .count());
    }
}
