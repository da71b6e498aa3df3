package dev.packhorse.engine.catalog;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The restore points of all destinations. A row exists only for an object that was whole and
/// verified when the row was written. A copy that a later verification found damaged or missing is
/// no restore point any more: only the methods that speak of copies tell of it, so that nothing
/// restores from it, takes over from it or counts it. Safe for many threads and processes. Rows are
/// added by [dev.packhorse.engine.queue.JobQueue#finish], in the transaction that ends their job,
/// or by [#adopt]. All methods throw [CatalogException] when the store fails.
public interface Catalog {
    /// Adds or replaces rows found by a rebuild; the same account, destination, tier and slot is
    /// the same point. What is known of a copy stays while its digest is the same.
    ///
    /// @return how many rows are new
    int adopt(List<RestorePoint> points);

    /// The points of an account, newest first.
    List<RestorePoint> ofAccount(AccountName account);

    /// The point of an account at a destination of a slot, of whatever tier (daily before weekly
    /// before monthly). Where nothing bears the very name and it is a date alone, the newest point
    /// of that date.
    Optional<RestorePoint> find(AccountName account, DestinationId destination, SlotName slot);

    /// The same of a date.
    default Optional<RestorePoint> find(
            AccountName account, DestinationId destination, LocalDate date) {
        return find(account, destination, SlotName.of(date));
    }

    /// Chooses among points of one account at one destination as [#find] does; others than those
    /// that are meant play no part.
    static Optional<RestorePoint> choose(List<RestorePoint> points, SlotName wanted) {
        List<RestorePoint> meant =
                points.stream().filter(point -> point.slot().isMeantBy(wanted)).toList();
        boolean named = meant.stream().anyMatch(point -> point.slot().equals(wanted));
        Optional<SlotName> slot =
                named
                        ? Optional.of(wanted)
                        : meant.stream().map(RestorePoint::slot).max(Comparator.naturalOrder());
        return slot.flatMap(chosen ->
                meant.stream()
                        .filter(point -> point.slot().equals(chosen))
                        .min(Comparator.comparing(RestorePoint::tier)));
    }

    /// Streams all points, by date, then account.
    void forEach(Consumer<RestorePoint> consumer);

    /// All copies of an account, sound or not, newest first.
    List<StoredCopy> copiesOf(AccountName account);

    /// Streams all copies, sound or not, by date, then account.
    void forEachCopy(Consumer<StoredCopy> consumer);

    /// Whether the catalog holds an archive at a place that was found damaged or missing.
    boolean isUnsound(DestinationId destination, ObjectKey archive);

    /// Notes what a verification showed.
    ///
    /// @return false if the catalog holds no such point any more, or another archive in its place
    boolean prove(RestorePoint point, Proof proof);

    /// Notes until when a place refuses to delete an archive, as the place told; empty for no lock.
    void noteLock(DestinationId destination, ObjectKey archive, Optional<Instant> until);

    /// The locks of archives at a place as far as they were told, those that are over, too.
    Map<ObjectKey, Instant> locks(DestinationId destination);

    /// Marks a point as being deleted: it is no longer listed, and a crash leaves it to be deleted
    /// again. Marking a point twice is allowed.
    ///
    /// @throws IllegalStateException if the catalog holds no such point, or another archive in its
    ///   place; then nothing may be deleted
    void markDeleting(RestorePoint point);

    /// The points marked as being deleted.
    List<RestorePoint> deleting();

    /// Drops a marked point after its object is gone; does nothing if that was done before, or if a
    /// newer archive has taken its place.
    void drop(RestorePoint point);
}
