package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.catalog.CatalogException;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The catalog on a [Store], in the same database as the queue, so that a job's end and its restore
/// point are one transaction.
public final class JdbcCatalog implements Catalog {
    private final Transactions transactions;
    private final String server;

    /// The catalog of the only server of a store.
    public JdbcCatalog(Store store) {
        this(store, "");
    }

    /// The catalog of one of the servers of a store: it sees its own points and no others.
    ///
    /// @param node the server's name, which plays no part in an embedded store
    public JdbcCatalog(Store store, String node) {
        this.transactions = new Transactions(store, CatalogException::new);
        this.server = store.catalogOf(node);
    }

    /// Takes over the rows of this server's archives that an earlier version wrote without saying
    /// whose they are.
    ///
    /// @return how many
    public int takeOverUnnamed() {
        return server.isEmpty()
                ? 0
                : transactions.change(
                        "take over the restore points of " + server,
                        t -> RestorePointRow.takeOverUnnamed(t, server));
    }

    @Override
    public int adopt(List<RestorePoint> points) {
        return transactions.change(
                "adopt restore points",
                t -> {
                    int added = 0;
                    for (RestorePoint point : points) {
                        added += RestorePointRow.adopt(t, server, point) ? 1 : 0;
                    }
                    return added;
                });
    }

    @Override
    public List<RestorePoint> ofAccount(AccountName account) {
        return transactions.read(
                "list the restore points of " + account,
                t ->
                        t.list(
                                RestorePointRow.SELECT
                                        + "WHERE server = ? AND account = ?"
                                        + RestorePointRow.SOUND
                                        + " ORDER BY slot_date DESC, slot_time DESC, packed_at DESC, tier",
                                RestorePointRow::read,
                                server,
                                account.value()));
    }

    @Override
    public Optional<RestorePoint> find(
            AccountName account, DestinationId destination, SlotName slot) {
        return Catalog.choose(
                transactions.read(
                        "find a restore point of " + account,
                        t ->
                                t.list(
                                        RestorePointRow.SELECT
                                                + "WHERE server = ? AND account = ? AND destination = ?"
                                                + " AND slot_date = ?"
                                                + RestorePointRow.SOUND,
                                        RestorePointRow::read,
                                        server,
                                        account.value(),
                                        destination.value(),
                                        slot.date().toString())),
                slot);
    }

    @Override
    public void forEach(Consumer<RestorePoint> consumer) {
        transactions.read(
                "list the restore points",
                t ->
                        t.forEach(
                                RestorePointRow.SELECT
                                        + "WHERE server = ?"
                                        + RestorePointRow.SOUND
                                        + " ORDER BY slot_date, account, destination, tier, slot_time",
                                RestorePointRow::read,
                                consumer,
                                server));
    }

    @Override
    public List<StoredCopy> copiesOf(AccountName account) {
        return transactions.read(
                "list the copies of " + account,
                t ->
                        t.list(
                                RestorePointRow.SELECT
                                        + "WHERE server = ? AND account = ? AND deleting = FALSE"
                                        + " ORDER BY slot_date DESC, slot_time DESC, packed_at DESC, tier",
                                RestorePointRow::readCopy,
                                server,
                                account.value()));
    }

    @Override
    public void forEachCopy(Consumer<StoredCopy> consumer) {
        transactions.read(
                "list the copies",
                t ->
                        t.forEach(
                                RestorePointRow.SELECT
                                        + "WHERE server = ? AND deleting = FALSE"
                                        + " ORDER BY slot_date, account, destination, tier, slot_time",
                                RestorePointRow::readCopy,
                                consumer,
                                server));
    }

    @Override
    public boolean isUnsound(DestinationId destination, ObjectKey archive) {
        return !transactions
                .read(
                        "look at the verdict about " + archive,
                        t ->
                                t.list(
                                        RestorePointRow.SELECT
                                                + "WHERE server = ? AND destination = ? AND archive = ?"
                                                + " AND verdict IN ('DAMAGED', 'MISSING')",
                                        RestorePointRow::read,
                                        server,
                                        destination.value(),
                                        archive.value()))
                .isEmpty();
    }

    @Override
    public boolean prove(RestorePoint point, Proof proof) {
        return transactions.change(
                "note a verification", t -> RestorePointRow.prove(t, server, point, proof));
    }

    @Override
    public void noteLock(DestinationId destination, ObjectKey archive, Optional<Instant> until) {
        transactions.change(
                "note a lock",
                t -> {
                    ObjectLockRow.put(t, destination, archive, until);
                    return true;
                });
    }

    @Override
    public Map<ObjectKey, Instant> locks(DestinationId destination) {
        return transactions.read("list the locks", t -> ObjectLockRow.of(t, destination));
    }

    @Override
    public void markDeleting(RestorePoint point) {
        boolean marked =
                transactions.change(
                        "mark a restore point",
                        t -> RestorePointRow.markDeleting(t, server, point));
        if (!marked) {
            throw new IllegalStateException(
                    "the catalog holds no archive "
                            + point.archive()
                            + " at "
                            + point.destination()
                            + " with that digest: it was replaced or dropped, do not delete it");
        }
    }

    @Override
    public List<RestorePoint> deleting() {
        return transactions.read(
                "list the restore points that are being deleted",
                t ->
                        t.list(
                                RestorePointRow.SELECT
                                        + "WHERE server = ? AND deleting = TRUE"
                                        + " ORDER BY slot_date, account, destination, tier, slot_time",
                                RestorePointRow::read,
                                server));
    }

    @Override
    public void drop(RestorePoint point) {
        transactions.change(
                "drop a restore point",
                t -> {
                    RestorePointRow.drop(t, server, point);
                    ObjectLockRow.sweep(t, point.destination(), point.archive());
                    return true;
                });
    }
}
