package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.JobState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Gives what an embedded store binds to servers to the one that has it: that may have been called
/// something else when jobs were added. Called before anybody claims, when no lease is worked under
/// any more.
final class JobRebinding {
    private static final String OPEN = "('HELD', 'PENDING', 'ACTIVE')";

    private JobRebinding() {}

    /// An open job that is bound to another name.
    private record Bound(
            long seq,
            JobId id,
            JobState state,
            Optional<String> uniqueKey,
            Optional<String> exclusiveKey,
            boolean isExclusiveNow) {
        static Bound read(ResultSet row) throws SQLException {
            return new Bound(
                    row.getLong("seq"),
                    new JobId(row.getString("id")),
                    JobState.valueOf(row.getString("state")),
                    JobRow.text(row, "unique_key"),
                    JobRow.text(row, "exclusive_key"),
                    row.getString("active_exclusive_key") != null);
        }
    }

    /// Binds all jobs that may run (again) to a name, and the slots that were fired.
    ///
    /// @return how many open jobs were bound to another
    static int rebind(Transaction transaction, String node, Instant now) throws SQLException {
        List<Bound> jobs =
                transaction.list(
                        "SELECT seq, id, state, unique_key, exclusive_key, active_exclusive_key"
                                + " FROM job WHERE node <> ? AND state IN "
                                + OPEN
                                + " ORDER BY seq",
                        Bound::read,
                        node);
        for (Bound job : jobs) {
            rebind(transaction, job, node, now);
        }
        // They can be tried again.
        transaction.update(
                "UPDATE job SET node = ? WHERE node <> ? AND state IN ('FAILED', 'PARTIAL',"
                        + " 'CANCELLED')",
                node,
                node);
        rebindSlots(transaction, node);
        return jobs.size();
    }

    private static void rebind(Transaction transaction, Bound job, String node, Instant now)
            throws SQLException {
        String unique = ScopedKey.of(node, job.uniqueKey());
        if (unique != null && isTaken(transaction, "open_unique_key", unique)) {
            cancel(transaction, job, node, now);
            return;
        }
        String exclusive = job.isExclusiveNow() ? ScopedKey.of(node, job.exclusiveKey()) : null;
        if (exclusive != null && isTaken(transaction, "active_exclusive_key", exclusive)) {
            // Neither of the two is worked on any more.
            exclusive = null;
        }
        transaction.updateHeld(
                "UPDATE job SET node = ?, open_unique_key = ?, active_exclusive_key = ? WHERE seq"
                        + " = ?",
                node,
                unique,
                exclusive,
                job.seq());
    }

    private static boolean isTaken(Transaction transaction, String column, String key)
            throws SQLException {
        return transaction
                .find("SELECT id FROM job WHERE " + column + " = ?", row -> row.getString(1), key)
                .isPresent();
    }

    /// What it was to do another does, which was added under the new name.
    private static void cancel(Transaction transaction, Bound job, String node, Instant now)
            throws SQLException {
        String reason = "the server is called " + node + " now, and another job does the same";
        transaction.updateHeld(
                "UPDATE job SET node = ?, state = 'CANCELLED', worker = NULL, lease_until = NULL,"
                        + " open_unique_key = NULL, active_exclusive_key = NULL, resume_mark ="
                        + " NULL, finished_at = ?, reason = ? WHERE seq = ?",
                node,
                now.toEpochMilli(),
                StoredText.reason(reason),
                job.seq());
        JobEventRow.add(
                transaction, job.id(), job.state(), JobState.CANCELLED, now, "queue", reason);
    }

    /// Else the night that was fired under the old name would be fired again under the new one.
    private static void rebindSlots(Transaction transaction, String node) throws SQLException {
        List<String> schedules =
                transaction.list("SELECT DISTINCT schedule FROM slot", row -> row.getString(1));
        for (String schedule : schedules) {
            // No name of a server has an at sign.
            int at = schedule.lastIndexOf('@');
            String now = at < 0 ? schedule : schedule.substring(0, at + 1) + node;
            if (!now.equals(schedule)) {
                transaction.update(
                        "UPDATE slot SET schedule = ? WHERE schedule = ? AND name NOT IN"
                                + " (SELECT name FROM slot WHERE schedule = ?)",
                        now,
                        schedule,
                        now);
            }
        }
    }
}
