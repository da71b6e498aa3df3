package dev.packhorse.engine.retention;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import java.time.LocalDate;
import java.util.Optional;

/// Keeps points of an account of one date or slot, whatever the rules say.
///
/// @param account whose
/// @param slot which; a date alone means every point of that date
/// @param destination only there; empty for every destination
/// @param until the last day on which it holds; empty for ever
public record Pin(
        AccountName account,
        SlotName slot,
        Optional<DestinationId> destination,
        Optional<LocalDate> until) {
    /// A pin of every point of a date.
    public Pin(
            AccountName account,
            LocalDate date,
            Optional<DestinationId> destination,
            Optional<LocalDate> until) {
        this(account, SlotName.of(date), destination, until);
    }

    /// Whether this point is one that it is for.
    public boolean isOf(RestorePoint point) {
        return account.equals(point.account())
                && point.slot().isMeantBy(slot)
                && destination.map(point.destination()::equals).orElse(true);
    }

    /// Whether it keeps this point on a day.
    public boolean keeps(RestorePoint point, LocalDate today) {
        return isOf(point) && !until.map(today::isAfter).orElse(false);
    }

    String reason() {
        return until.map(day -> "pinned until " + day).orElse("pinned");
    }
}
