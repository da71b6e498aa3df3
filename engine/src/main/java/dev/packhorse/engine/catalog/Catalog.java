package dev.packhorse.engine.catalog;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The restore points of all destinations. A row exists only for an object that was whole and
/// verified when the row was written. Safe for many threads and processes. Rows are added by
/// [dev.packhorse.engine.queue.JobQueue#finish], in the transaction that ends their job, or by
/// [#adopt]. All methods throw [CatalogException] when the store fails.
public interface Catalog {
    /// Adds or replaces rows found by a rebuild; the same account, destination, tier and date is
    /// the same point.
    ///
    /// @return how many rows are new
    int adopt(List<RestorePoint> points);

    /// The points of an account, newest first.
    List<RestorePoint> ofAccount(AccountName account);

    /// The newest point of an account at a destination on a date, of whatever tier (daily before
    /// weekly before monthly).
    Optional<RestorePoint> find(AccountName account, DestinationId destination, LocalDate date);

    /// Streams all points, by date, then account.
    void forEach(Consumer<RestorePoint> consumer);

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
