package dev.packhorse.engine.health;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tells of proofs that are too old, and again of damage that nobody has seen to. One thread.
final class ProofAlarms {
    /// A server may be off for a night, and a verification may take one.
    private static final Duration GRACE = Duration.ofDays(2);

    /// The job that found it has told of it.
    private static final Duration AGAIN_AFTER = Duration.ofDays(1);

    private final Proofs proofs;
    private final Notices notices;
    private final Map<AccountName, Instant> firstSeen = new HashMap<>();

    ProofAlarms(Proofs proofs, Notices notices) {
        this.proofs = proofs;
        this.notices = notices;
    }

    void look(Instant now) throws IOException {
        List<String> overdue = new ArrayList<>();
        Instant limit = now.minus(Duration.ofDays(proofs.withinDays())).minus(GRACE);
        proofs.places()
                .forEach((place, proof) -> {
                    tellDamage(place, proof, now);
                    proof.oldest()
                            .filter(oldest -> proofs.isDaily(place) && oldest.isBefore(limit))
                            .ifPresent(oldest ->
                                    overdue.add(
                                            "%s: the oldest proof is of %d days ago, %d are wanted (verify.within_days)"
                                                    .formatted(
                                                            place,
                                                            Duration.between(oldest, now).toDays(),
                                                            proofs.withinDays())));
                });
        if (!overdue.isEmpty()) {
            notices.tell(Events.verificationOverdue(overdue));
        }
        if (proofs.drillDays() > 0) {
            lookAtDrills(now);
        }
    }

    private void tellDamage(String place, Proofs.PlaceProof proof, Instant now) {
        List<String> lines =
                proof.unsound().stream()
                        .filter(copy -> isOld(copy, now.minus(AGAIN_AFTER)))
                        .map(copy ->
                                copy.point().archive()
                                        + ": "
                                        + copy.proof().map(Proof::finding).orElse(""))
                        .toList();
        if (!lines.isEmpty()) {
            notices.tell(Events.copiesDamaged(place, "for days", lines));
        }
    }

    private static boolean isOld(StoredCopy copy, Instant before) {
        return copy.proof().filter(proof -> proof.at().isBefore(before)).isPresent();
    }

    /// An account that was never tried counts from when it was first seen here.
    private void lookAtDrills(Instant now) throws IOException {
        Instant limit = now.minus(Duration.ofDays(proofs.drillDays()));
        List<String> overdue = new ArrayList<>();
        for (Proofs.DrillAge age : proofs.drillAges()) {
            Instant since =
                    age.provenAt()
                            .orElseGet(() -> firstSeen.computeIfAbsent(age.account(), _ -> now));
            if (since.isBefore(limit)) {
                overdue.add(
                        age.account()
                                + age.provenAt()
                                        .map(at ->
                                                ": proven %d days ago"
                                                        .formatted(
                                                                Duration.between(at, now).toDays()))
                                        .orElse(": never proven"));
            }
        }
        if (!overdue.isEmpty()) {
            notices.tell(Events.drillsOverdue(overdue));
        }
    }
}
