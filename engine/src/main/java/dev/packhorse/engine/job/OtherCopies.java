package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import java.util.Comparator;
import java.util.Optional;

/// Names what can be restored in the place of a copy that cannot.
public record OtherCopies(Catalog catalog) {
    /// Why there is nothing to restore, where a verification found the copy damaged or missing, and
    /// what there is instead; empty where there never was one.
    public Optional<String> explain(AccountName account, DestinationId place, SlotName slot) {
        return catalog.copiesOf(account).stream()
                .filter(copy -> !copy.isSound())
                .filter(copy -> copy.point().destination().equals(place))
                .filter(copy -> copy.point().slot().isMeantBy(slot))
                .findFirst()
                .map(copy ->
                        "the backup of %s of %s at %s was found damaged (%s); %s"
                                .formatted(
                                        account,
                                        slot,
                                        place,
                                        copy.proof().map(Proof::finding).orElse(""),
                                        insteadOf(copy.point())));
    }

    /// A sentence: the same archive at another place, else the nearest good copy of the account.
    String insteadOf(RestorePoint damaged) {
        Optional<RestorePoint> same =
                catalog.ofAccount(damaged.account()).stream()
                        .filter(point -> point.sha256().equals(damaged.sha256()))
                        .findFirst();
        if (same.isPresent()) {
            return "the same archive is whole at " + same.get().destination();
        }
        return catalog.ofAccount(damaged.account()).stream()
                .min(
                        Comparator.comparingLong(point ->
                                Math.abs(point.date().toEpochDay() - damaged.date().toEpochDay())))
                .map(point ->
                        "the nearest good copy is that of %s at %s"
                                .formatted(point.slot(), point.destination()))
                .orElse("there is no other copy of " + damaged.account() + ": back it up now");
    }
}
