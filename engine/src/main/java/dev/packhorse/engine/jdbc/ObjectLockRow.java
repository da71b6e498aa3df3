package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.transport.spi.ObjectKey;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Writes and reads rows of the table `object_lock`.
final class ObjectLockRow {
    private ObjectLockRow() {}

    private record Locked(ObjectKey archive, Instant until) {}

    static void put(
            Transaction transaction,
            DestinationId destination,
            ObjectKey archive,
            Optional<Instant> until)
            throws SQLException {
        if (until.isEmpty()) {
            transaction.updateOne(
                    "DELETE FROM object_lock WHERE destination = ? AND archive = ?",
                    destination.value(),
                    archive.value());
            return;
        }
        long millis = until.get().toEpochMilli();
        boolean there =
                transaction.updateOne(
                        "UPDATE object_lock SET locked_until = ? WHERE destination = ? AND archive = ?",
                        millis,
                        destination.value(),
                        archive.value());
        if (!there) {
            transaction.update(
                    "INSERT INTO object_lock (destination, archive, locked_until) VALUES (?, ?, ?)",
                    destination.value(),
                    archive.value(),
                    millis);
        }
    }

    /// Removes the lock of an archive that no restore point has any more.
    static void sweep(Transaction transaction, DestinationId destination, ObjectKey archive)
            throws SQLException {
        transaction.updateOne(
                "DELETE FROM object_lock WHERE destination = ? AND archive = ? AND NOT EXISTS"
                        + " (SELECT 1 FROM restore_point p WHERE p.destination = object_lock.destination"
                        + " AND p.archive = object_lock.archive)",
                destination.value(),
                archive.value());
    }

    static Map<ObjectKey, Instant> of(Transaction transaction, DestinationId destination)
            throws SQLException {
        Map<ObjectKey, Instant> locks = new HashMap<>();
        transaction
                .list(
                        "SELECT archive, locked_until FROM object_lock WHERE destination = ?",
                        row ->
                                new Locked(
                                        new ObjectKey(row.getString("archive")),
                                        Instant.ofEpochMilli(row.getLong("locked_until"))),
                        destination.value())
                .forEach(lock -> locks.put(lock.archive(), lock.until()));
        return locks;
    }
}
