package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes and reads rows of the table `job_event`.
final class JobEventRow {
    private JobEventRow() {}

    /// Adds the event of a move.
    ///
    /// @param from null for the first event of a job
    static void add(
            Transaction transaction,
            JobId job,
            @Nullable JobState from,
            JobState to,
            Instant at,
            String by,
            String reason)
            throws SQLException {
        transaction.update(
                "INSERT INTO job_event (job_id, from_state, to_state, happened_at, actor, reason)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                job.value(),
                from == null ? null : from.name(),
                to.name(),
                at.toEpochMilli(),
                by,
                StoredText.reason(reason));
        transaction.moved(new JobEvent(job, Optional.ofNullable(from), to, at, by, reason));
    }

    static List<JobEvent> of(Transaction transaction, JobId job) throws SQLException {
        return transaction.list(
                "SELECT job_id, from_state, to_state, happened_at, actor, reason FROM job_event"
                        + " WHERE job_id = ? ORDER BY seq",
                JobEventRow::read,
                job.value());
    }

    private static JobEvent read(ResultSet row) throws SQLException {
        return new JobEvent(
                new JobId(row.getString("job_id")),
                JobRow.text(row, "from_state").map(JobState::valueOf),
                JobState.valueOf(row.getString("to_state")),
                Instant.ofEpochMilli(row.getLong("happened_at")),
                row.getString("actor"),
                row.getString("reason"));
    }
}
