package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.transport.spi.ObjectKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/// Writes and reads rows of the table `restore_point`.
final class RestorePointRow {
    static final String SELECT =
            "SELECT account, destination, tier, slot_date, archive, size_bytes, sha256, packed_at,"
                    + " node, label, verified_at, verdict, finding FROM restore_point ";

    /// Follows a condition: what is being deleted, and what was found damaged, is no restore point.
    static final String SOUND = " AND deleting = FALSE AND (verdict IS NULL OR verdict = 'GOOD')";

    /// Nothing is known of an archive that has just been stored but that it was whole then.
    private static final String UNVERIFIED = "verified_at = NULL, verdict = NULL, finding = NULL";

    private static final String WHERE_KEY =
            " WHERE server = ? AND account = ? AND destination = ? AND tier = ? AND slot_date = ?"
                    + " AND slot_time = ?";

    private RestorePointRow() {}

    /// Adds the point or replaces the one with its key. A point that a job has just made is not
    /// being deleted, whatever became of the archive before it.
    static void put(Transaction transaction, String server, RestorePoint point)
            throws SQLException {
        if (!replace(transaction, server, point, ", deleting = FALSE, " + UNVERIFIED)) {
            insert(transaction, server, point);
        }
    }

    /// Adds the point or replaces the one with its key; a mark of deletion stays, and so does the
    /// verdict about the same bytes.
    ///
    /// @return whether it is new
    static boolean adopt(Transaction transaction, String server, RestorePoint point)
            throws SQLException {
        forgetOther(transaction, server, point);
        if (replace(transaction, server, point, "")) {
            return false;
        }
        insert(transaction, server, point);
        return true;
    }

    private static void forgetOther(Transaction transaction, String server, RestorePoint point)
            throws SQLException {
        transaction.updateOne(
                "UPDATE restore_point SET "
                        + UNVERIFIED
                        + WHERE_KEY
                        + " AND (archive <> ? OR sha256 <> ?)",
                server,
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time(),
                point.archive().value(),
                point.sha256());
    }

    /// Notes a verification.
    ///
    /// @return false if the catalog holds no such point, or another archive in its place
    static boolean prove(Transaction transaction, String server, RestorePoint point, Proof proof)
            throws SQLException {
        return transaction.updateOne(
                "UPDATE restore_point SET verified_at = ?, verdict = ?, finding = ?"
                        + WHERE_KEY
                        + " AND archive = ? AND sha256 = ? AND deleting = FALSE",
                proof.at().toEpochMilli(),
                proof.verdict().name(),
                StoredText.reason(proof.finding()),
                server,
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time(),
                point.archive().value(),
                point.sha256());
    }

    private static boolean replace(
            Transaction transaction, String server, RestorePoint point, String further)
            throws SQLException {
        return transaction.updateOne(
                "UPDATE restore_point SET archive = ?, size_bytes = ?, sha256 = ?, packed_at = ?,"
                        + " node = ?, label = ?"
                        + further
                        + WHERE_KEY,
                point.archive().value(),
                point.sizeBytes(),
                point.sha256(),
                point.packedAt().toEpochMilli(),
                point.node(),
                point.label(),
                server,
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time());
    }

    private static void insert(Transaction transaction, String server, RestorePoint point)
            throws SQLException {
        transaction.update(
                "INSERT INTO restore_point (server, account, destination, tier, slot_date, slot_time, archive,"
                        + " size_bytes, sha256, packed_at, node, label, deleting)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE)",
                server,
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time(),
                point.archive().value(),
                point.sizeBytes(),
                point.sha256(),
                point.packedAt().toEpochMilli(),
                point.node(),
                point.label());
    }

    /// Marks a point as being deleted.
    ///
    /// @return false if the catalog holds no such point, or another archive in its place
    static boolean markDeleting(Transaction transaction, String server, RestorePoint point)
            throws SQLException {
        return transaction.updateOne(
                "UPDATE restore_point SET deleting = TRUE"
                        + WHERE_KEY
                        + " AND archive = ? AND sha256 = ?",
                server,
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time(),
                point.archive().value(),
                point.sha256());
    }

    static void drop(Transaction transaction, String server, RestorePoint point)
            throws SQLException {
        transaction.updateOne(
                "DELETE FROM restore_point"
                        + WHERE_KEY
                        + " AND archive = ? AND sha256 = ? AND deleting = TRUE",
                server,
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time(),
                point.archive().value(),
                point.sha256());
    }

    /// Rows without a server become those of the server that packed them, unless it has such a
    /// point.
    static int takeOverUnnamed(Transaction transaction, String server) throws SQLException {
        return transaction.update(
                "UPDATE restore_point SET server = ? WHERE server = '' AND node = ?"
                        + " AND NOT EXISTS (SELECT 1 FROM restore_point o WHERE o.server = ?"
                        + " AND o.account = restore_point.account"
                        + " AND o.destination = restore_point.destination"
                        + " AND o.tier = restore_point.tier"
                        + " AND o.slot_date = restore_point.slot_date"
                        + " AND o.slot_time = restore_point.slot_time)",
                server,
                server,
                server);
    }

    static StoredCopy readCopy(ResultSet row) throws SQLException {
        String verdict = row.getString("verdict");
        return new StoredCopy(
                read(row),
                verdict == null
                        ? Optional.empty()
                        : Optional.of(
                                new Proof(
                                        Instant.ofEpochMilli(row.getLong("verified_at")),
                                        Verdict.valueOf(verdict),
                                        row.getString("finding"))));
    }

    static RestorePoint read(ResultSet row) throws SQLException {
        return new RestorePoint(
                new AccountName(row.getString("account")),
                new DestinationId(row.getString("destination")),
                Tier.valueOf(row.getString("tier")),
                LocalDate.parse(row.getString("slot_date")),
                new ObjectKey(row.getString("archive")),
                row.getLong("size_bytes"),
                row.getString("sha256"),
                Instant.ofEpochMilli(row.getLong("packed_at")),
                row.getString("node"),
                row.getString("label"));
    }
}
