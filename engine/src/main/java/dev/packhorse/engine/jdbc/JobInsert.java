package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.Enqueued;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.RunEnding;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// Adds jobs and slots. Two callers with the same key at the same moment both find nothing and both
/// insert; the database refuses the second, whose transaction then runs again and finds the first.
final class JobInsert {
    private JobInsert() {}

    static Enqueued enqueue(Transaction transaction, JobRequest request, Instant now)
            throws SQLException {
        Optional<JobId> open = findOpen(transaction, request);
        if (open.isPresent()) {
            return new Enqueued(open.get(), false);
        }
        JobId id = JobId.random();
        insert(transaction, id, request, now);
        JobEventRow.add(transaction, id, null, firstState(request), now, request.owner(), "");
        return new Enqueued(id, true);
    }

    static Optional<JobId> fireSlot(
            Transaction transaction, String schedule, String slot, JobRequest request, Instant now)
            throws SQLException {
        boolean fired =
                transaction
                        .find(
                                "SELECT job_id FROM slot WHERE schedule = ? AND name = ?",
                                row -> row.getString(1),
                                schedule,
                                slot)
                        .isPresent();
        if (fired) {
            return Optional.empty();
        }
        JobId job = enqueue(transaction, request, now).id();
        transaction.update(
                "INSERT INTO slot (schedule, name, fired_at, job_id) VALUES (?, ?, ?, ?)",
                schedule,
                slot,
                now.toEpochMilli(),
                job.value());
        return Optional.of(job);
    }

    static Optional<String> newestSlot(Transaction transaction, String schedule)
            throws SQLException {
        return transaction.find(
                "SELECT name FROM slot WHERE schedule = ? ORDER BY name DESC LIMIT 1",
                row -> row.getString(1),
                schedule);
    }

    private static Optional<JobId> findOpen(Transaction transaction, JobRequest request)
            throws SQLException {
        String key = ScopedKey.unique(request);
        if (key == null) {
            return Optional.empty();
        }
        return transaction.find(
                "SELECT id FROM job WHERE open_unique_key = ?",
                row -> new JobId(row.getString(1)),
                key);
    }

    private static JobState firstState(JobRequest request) {
        return request.held() ? JobState.HELD : JobState.PENDING;
    }

    private static void insert(Transaction transaction, JobId id, JobRequest request, Instant now)
            throws SQLException {
        Long notBefore = request.notBefore().map(Instant::toEpochMilli).orElse(null);
        transaction.update(
                "INSERT INTO job (id, kind, state, subject, owner, arguments, asked_held, priority,"
                        + " unique_key, open_unique_key, exclusive_key, node, asked_not_before,"
                        + " max_attempts, created_at, run_at, attempts, snoozes, fence,"
                        + " cancel_requested, progress, result, reason) VALUES (?, ?, ?, ?, ?, ?,"
                        + " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, FALSE, '{}', '{}', '')",
                id.value(),
                request.kind().name(),
                firstState(request).name(),
                request.subject(),
                request.owner(),
                StoredText.json("the arguments", request.arguments()),
                request.held(),
                request.priority(),
                request.uniqueKey().orElse(null),
                ScopedKey.unique(request),
                request.exclusiveKey().orElse(null),
                request.node().orElse(null),
                notBefore,
                request.maxAttempts(),
                now.toEpochMilli(),
                notBefore == null ? RunEnding.AT_ONCE.toEpochMilli() : notBefore);
    }
}
