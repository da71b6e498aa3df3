package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.RunEnding;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What people do to jobs: activate, cancel, retry, remove, pause. Each row is moved by an update
/// that names the state it must still be in; a row that a worker was quicker to move is left.
final class JobControl {
    private JobControl() {}

    /// Moves the jobs that are in one waiting state to the other.
    ///
    /// @return how many were moved
    static int move(
            Transaction transaction,
            Set<JobId> jobs,
            JobState from,
            JobState to,
            String by,
            Instant now)
            throws SQLException {
        int moved = 0;
        // in one order, so that two callers do not wait for each other's rows
        for (JobId id : jobs.stream().sorted(Comparator.comparing(JobId::value)).toList()) {
            if (transaction.updateOne(
                    "UPDATE job SET state = ? WHERE id = ? AND state = ?",
                    to.name(),
                    id.value(),
                    from.name())) {
                JobEventRow.add(transaction, id, from, to, now, by, "");
                moved++;
            }
        }
        return moved;
    }

    /// Cancels a waiting job, or flags an active one.
    ///
    /// @return what the job was before, empty if it was not open
    static Optional<JobState> requestCancel(
            Transaction transaction, JobId id, String by, Instant now) throws SQLException {
        Optional<Job> job = JobList.lock(transaction, id);
        if (job.isEmpty() || !job.get().state().isOpen()) {
            return Optional.empty();
        }
        JobState state = job.get().state();
        if (state == JobState.ACTIVE) {
            flagActive(transaction, id, by, now);
        } else {
            cancelWaiting(transaction, id, state, by, now);
        }
        return Optional.of(state);
    }

    private static void flagActive(Transaction transaction, JobId id, String by, Instant now)
            throws SQLException {
        if (transaction.updateOne(
                "UPDATE job SET cancel_requested = TRUE"
                        + " WHERE id = ? AND cancel_requested = FALSE",
                id.value())) {
            JobEventRow.add(
                    transaction,
                    id,
                    JobState.ACTIVE,
                    JobState.ACTIVE,
                    now,
                    by,
                    "cancellation requested");
        }
    }

    private static void cancelWaiting(
            Transaction transaction, JobId id, JobState from, String by, Instant now)
            throws SQLException {
        transaction.updateHeld(
                "UPDATE job SET state = 'CANCELLED', cancel_requested = TRUE, finished_at = ?,"
                        + " open_unique_key = NULL, resume_mark = NULL, reason = ? WHERE id = ?",
                now.toEpochMilli(),
                "cancelled by " + by,
                id.value());
        JobEventRow.add(transaction, id, from, JobState.CANCELLED, now, by, "");
    }

    /// Puts an ended job back to pending.
    ///
    /// @return false if it is in no state to be retried, or another open job has its unique key
    static boolean retry(Transaction transaction, JobId id, String by, Instant now)
            throws SQLException {
        Optional<Job> job = JobList.lock(transaction, id);
        if (job.isEmpty() || !isRetryable(job.get().state())) {
            return false;
        }
        String key = ScopedKey.unique(job.get().request());
        if (key != null && isTaken(transaction, key)) {
            return false;
        }
        transaction.updateHeld(
                "UPDATE job SET state = 'PENDING', attempts = 0, run_at = ?, started_at = NULL,"
                        + " finished_at = NULL, cancel_requested = FALSE, progress = '{}',"
                        + " result = '{}', reason = '', open_unique_key = ? WHERE id = ?",
                RunEnding.AT_ONCE.toEpochMilli(),
                key,
                id.value());
        JobEventRow.add(transaction, id, job.get().state(), JobState.PENDING, now, by, "retry");
        return true;
    }

    private static boolean isRetryable(JobState state) {
        return switch (state) {
            case FAILED, PARTIAL, CANCELLED -> true;
            case HELD, PENDING, ACTIVE, SUCCEEDED -> false;
        };
    }

    private static boolean isTaken(Transaction transaction, String key) throws SQLException {
        return transaction
                .find("SELECT id FROM job WHERE open_unique_key = ?", row -> row.getString(1), key)
                .isPresent();
    }

    /// Removes the rows, as far as they are still as they were read.
    static int remove(Transaction transaction, List<Job> jobs) throws SQLException {
        int removed = 0;
        for (Job job : jobs) {
            if (job.state() != JobState.ACTIVE
                    && transaction.updateOne(
                            "DELETE FROM job WHERE id = ? AND state = ? AND fence = ?",
                            job.id().value(),
                            job.state().name(),
                            job.fence())) {
                transaction.update("DELETE FROM job_event WHERE job_id = ?", job.id().value());
                removed++;
            }
        }
        return removed;
    }

    /// Pauses a kind at a server, or lets it go on there; that also ends a pause of all servers.
    ///
    /// @param server empty for all servers
    static void setPaused(
            Transaction transaction,
            String server,
            JobKind kind,
            boolean paused,
            String by,
            Instant now)
            throws SQLException {
        if (!paused) {
            transaction.update(
                    "DELETE FROM paused_kind WHERE kind = ? AND server IN ('', ?)",
                    kind.name(),
                    server);
        } else if (!isPausedBy(transaction, server, kind)) {
            transaction.update(
                    "INSERT INTO paused_kind (server, kind, paused_at, actor) VALUES (?, ?, ?, ?)",
                    server,
                    kind.name(),
                    now.toEpochMilli(),
                    by);
        }
    }

    /// Whether the very server paused it: another may end the pause of all.
    private static boolean isPausedBy(Transaction transaction, String server, JobKind kind)
            throws SQLException {
        return transaction
                .find(
                        "SELECT kind FROM paused_kind WHERE kind = ? AND server = ?",
                        row -> row.getString(1),
                        kind.name(),
                        server)
                .isPresent();
    }

    /// The kinds that a server takes no jobs of.
    static Set<JobKind> paused(Transaction transaction, String server) throws SQLException {
        return new TreeSet<>(
                transaction.list(
                        "SELECT kind FROM paused_kind WHERE server IN ('', ?)",
                        row -> JobKind.valueOf(row.getString(1)),
                        server));
    }
}
