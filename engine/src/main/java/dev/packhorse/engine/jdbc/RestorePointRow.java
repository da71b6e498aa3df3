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
            " WHERE account = ? AND destination = ? AND tier = ? AND slot_date = ?"
                    + " AND slot_time = ?";

    private RestorePointRow() {}

    /// Adds the point or replaces the one with its key. A point that a job has just made is not
    /// being deleted, whatever became of the archive before it.
    static void put(Transaction transaction, RestorePoint point) throws SQLException {
        if (!replace(transaction, point, ", deleting = FALSE, " + UNVERIFIED)) {
            insert(transaction, point);
        }
    }

    /// Adds the point or replaces the one with its key; a mark of deletion stays, and so does the
    /// verdict about the same bytes.
    ///
    /// @return whether it is new
    static boolean adopt(Transaction transaction, RestorePoint point) throws SQLException {
        forgetOther(transaction, point);
        if (replace(transaction, point, "")) {
            return false;
        }
        insert(transaction, point);
        return true;
    }

    private static void forgetOther(Transaction transaction, RestorePoint point)
            throws SQLException {
        transaction.updateOne(
                "UPDATE restore_point SET "
                        + UNVERIFIED
                        + WHERE_KEY
                        + " AND (archive <> ? OR sha256 <> ?)",
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
    static boolean prove(Transaction transaction, RestorePoint point, Proof proof)
            throws SQLException {
        return transaction.updateOne(
                "UPDATE restore_point SET verified_at = ?, verdict = ?, finding = ?"
                        + WHERE_KEY
                        + " AND archive = ? AND sha256 = ? AND deleting = FALSE",
                proof.at().toEpochMilli(),
                proof.verdict().name(),
                StoredText.reason(proof.finding()),
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time(),
                point.archive().value(),
                point.sha256());
    }

    private static boolean replace(Transaction transaction, RestorePoint point, String further)
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
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time());
    }

    private static void insert(Transaction transaction, RestorePoint point) throws SQLException {
        transaction.update(
                "INSERT INTO restore_point (account, destination, tier, slot_date, slot_time, archive,"
                        + " size_bytes, sha256, packed_at, node, label, deleting)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE)",
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
    static boolean markDeleting(Transaction transaction, RestorePoint point) throws SQLException {
        return transaction.updateOne(
                "UPDATE restore_point SET deleting = TRUE"
                        + WHERE_KEY
                        + " AND archive = ? AND sha256 = ?",
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time(),
                point.archive().value(),
                point.sha256());
    }

    static void drop(Transaction transaction, RestorePoint point) throws SQLException {
        transaction.updateOne(
                "DELETE FROM restore_point"
                        + WHERE_KEY
                        + " AND archive = ? AND sha256 = ? AND deleting = TRUE",
                point.account().value(),
                point.destination().value(),
                point.tier().name(),
                point.date().toString(),
                point.slot().time(),
                point.archive().value(),
                point.sha256());
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
