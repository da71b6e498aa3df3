package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.RunEnding;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Ends runs: those whose worker reports, and those whose worker is gone.
final class JobFinish {
    private static final int RECLAIMED_AT_ONCE = 500;

    private JobFinish() {}

    /// Ends the run of a lease.
    ///
    /// @param server in whose catalog the points come
    static void finish(
            Transaction transaction,
            String server,
            Lease lease,
            JobOutcome outcome,
            FollowUp followUp,
            Instant now)
            throws SQLException, LeaseLostException {
        Job job = JobList.lock(transaction, lease.job().id()).orElseThrow(() -> lost(lease));
        if (job.state() != JobState.ACTIVE
                || job.fence() != lease.fence()
                || !job.worker().equals(Optional.of(lease.worker()))) {
            throw lost(lease);
        }
        end(transaction, job, RunEnding.of(job, outcome, now), now, lease.worker());
        for (RestorePoint point : followUp.restorePoints()) {
            RestorePointRow.put(transaction, server, point);
        }
        for (JobRequest request : followUp.jobs()) {
            JobInsert.enqueue(transaction, request, now);
        }
    }

    private static LeaseLostException lost(Lease lease) {
        return new LeaseLostException(lease.job().id(), lease.fence());
    }

    /// Ends the runs whose lease ran out, or was not renewed for so long that it must have.
    ///
    /// @return how many leases had run out, at most [#RECLAIMED_AT_ONCE]
    static int reclaimExpired(
            Transaction transaction, SqlDialect dialect, Instant now, SilentLeases watch)
            throws SQLException {
        Map<String, Long> active = new LinkedHashMap<>();
        transaction
                .list(
                        "SELECT id, lease_until FROM job WHERE state = 'ACTIVE' ORDER BY seq",
                        row -> Map.entry(row.getString(1), row.getLong(2)))
                .forEach(lease -> active.put(lease.getKey(), lease.getValue()));
        Map<String, Long> over = watch.among(active);
        active.forEach((id, until) -> {
            if (until < now.toEpochMilli()) {
                over.put(id, until);
            }
        });
        int reclaimed = 0;
        for (Map.Entry<String, Long> lease : over.entrySet()) {
            if (reclaimed == RECLAIMED_AT_ONCE) {
                break;
            }
            Optional<Job> job =
                    transaction.find(
                            JobRow.SELECT
                                    + "WHERE id = ? AND state = 'ACTIVE' AND lease_until = ?"
                                    + dialect.lockIfFree(),
                            JobRow::read,
                            lease.getKey(),
                            lease.getValue());
            if (job.isPresent()) {
                end(transaction, job.get(), RunEnding.ofLostLease(job.get(), now), now, "queue");
                reclaimed++;
            }
        }
        return reclaimed;
    }

    private static void end(
            Transaction transaction, Job job, RunEnding ending, Instant now, String by)
            throws SQLException {
        boolean open = ending.to().isOpen();
        transaction.updateHeld(
                "UPDATE job SET state = ?, worker = NULL, lease_until = NULL,"
                        + " active_exclusive_key = NULL, open_unique_key = ?,"
                        + " finished_at = ?, run_at = ?, attempts = attempts - ?,"
                        + " snoozes = snoozes + ?, result = ?, reason = ?, resume_mark = ?"
                        + " WHERE id = ? AND state = 'ACTIVE' AND fence = ?",
                ending.to().name(),
                open ? ScopedKey.unique(job.request()) : null,
                open ? null : now.toEpochMilli(),
                ending.runAt().toEpochMilli(),
                ending.attemptCounts() ? 0 : 1,
                ending.snoozed() ? 1 : 0,
                StoredText.json("the result", ending.result().orElse(job.result())),
                StoredText.reason(ending.reason()),
                ending.keepsMark() ? job.resumeMark().orElse(null) : null,
                job.id().value(),
                job.fence());
        JobEventRow.add(
                transaction, job.id(), JobState.ACTIVE, ending.to(), now, by, ending.reason());
    }
}
