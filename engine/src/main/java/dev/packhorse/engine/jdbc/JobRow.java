package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// Reads rows of the table `job`.
final class JobRow {
    static final String COLUMNS =
            "id, kind, state, subject, owner, arguments, asked_held, priority, unique_key,"
                    + " exclusive_key, node, asked_not_before, max_attempts, created_at,"
                    + " started_at, finished_at, attempts, fence, worker, cancel_requested,"
                    + " progress, resume_mark, result, reason";
    static final String SELECT = "SELECT " + COLUMNS + " FROM job ";

    private JobRow() {}

    static Job read(ResultSet row) throws SQLException {
        return new Job(
                new JobId(row.getString("id")),
                request(row),
                JobState.valueOf(row.getString("state")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                row.getInt("attempts"),
                row.getLong("fence"),
                text(row, "worker"),
                row.getBoolean("cancel_requested"),
                row.getString("progress"),
                text(row, "resume_mark"),
                row.getString("result"),
                row.getString("reason"));
    }

    private static JobRequest request(ResultSet row) throws SQLException {
        return new JobRequest(
                JobKind.valueOf(row.getString("kind")),
                row.getString("arguments"),
                row.getString("subject"),
                row.getString("owner"),
                row.getBoolean("asked_held"),
                row.getInt("priority"),
                text(row, "unique_key"),
                text(row, "exclusive_key"),
                text(row, "node"),
                instant(row, "asked_not_before"),
                row.getInt("max_attempts"));
    }

    static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
