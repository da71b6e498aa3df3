package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseState;
import dev.packhorse.engine.queue.RunEnding;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Gives out leases and prolongs them.
///
/// A claim looks for the first job that may run, which nobody else can take from then on: its row
/// is locked, or there is one writer at a time. Of two claimers of two jobs with one exclusive key
/// the second is refused by the database, and looks again.
final class JobClaim {
    // A wait that is longer than any that is ever asked for is none: the clock was set back.
    // The order names what the condition fixes, so that it is the index's order and nothing is
    // sorted.
    static final String FIRST =
            "SELECT j.priority, j.seq, j.fence FROM job j WHERE j.state = 'PENDING' AND j.kind = ?"
                    + " AND j.priority < ? AND (j.run_at <= ?"
                    + " OR (j.run_at > ? AND j.asked_not_before IS NULL)) AND (j.node IS NULL OR j.node = ?)"
                    + " AND NOT EXISTS (SELECT 1 FROM paused_kind p WHERE p.kind = j.kind"
                    + " AND p.server IN ('', ?))"
                    + " AND (j.exclusive_key IS NULL OR (SELECT a.seq FROM job a"
                    + " WHERE a.active_exclusive_key = "
                    + ScopedKey.EXCLUSIVE
                    + ") IS NULL)"
                    + " ORDER BY j.state, j.kind, j.priority, j.seq LIMIT 1";

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private JobClaim() {}

    /// Takes the next job that may run.
    ///
    /// @param lock the dialect's end of the SELECT
    static Optional<Lease> claim(
            Transaction transaction,
            String lock,
            String worker,
            String node,
            Set<JobKind> kinds,
            Set<JobKind> urgentOnly,
            Instant now,
            Duration leaseFor)
            throws SQLException {
        Optional<Candidate> candidate = first(transaction, lock, node, kinds, urgentOnly, now);
        if (candidate.isEmpty()) {
            return Optional.empty();
        }
        Instant until = now.plus(leaseFor);
        take(transaction, candidate.get(), worker, now, until);
        return Optional.of(lease(transaction, candidate.get(), worker, now, until));
    }

    // Kind by kind, because only then the index gives the rows in claim order: workers of a stage
    // without work would otherwise read past all that waits for the others. Only the row that is
    // taken is locked: another claimer would pass over the rest and find nothing.
    private static Optional<Candidate> first(
            Transaction transaction,
            String lock,
            String node,
            Set<JobKind> kinds,
            Set<JobKind> urgentOnly,
            Instant now)
            throws SQLException {
        SortedMap<Candidate, JobKind> waiting = new TreeMap<>(Candidate.ORDER);
        for (JobKind kind : kinds) {
            first(transaction, "", node, kind, before(kind, urgentOnly), now)
                    .ifPresent(candidate -> waiting.put(candidate, kind));
        }
        if (lock.isEmpty()) {
            return waiting.keySet().stream().findFirst();
        }
        for (JobKind kind : waiting.values()) {
            Optional<Candidate> locked =
                    first(transaction, lock, node, kind, before(kind, urgentOnly), now);
            if (locked.isPresent()) {
                return locked;
            }
        }
        return Optional.empty();
    }

    private static int before(JobKind kind, Set<JobKind> urgentOnly) {
        return urgentOnly.contains(kind) ? JobRequest.Priority.SCHEDULED : NO_LIMIT;
    }

    private static Optional<Candidate> first(
            Transaction transaction,
            String lock,
            String node,
            JobKind kind,
            int before,
            Instant now)
            throws SQLException {
        return transaction.find(
                FIRST + lock,
                row -> new Candidate(row.getInt(1), row.getLong(2), row.getLong(3)),
                kind.name(),
                before,
                now.toEpochMilli(),
                now.plus(RunEnding.LONGEST_DELAY).toEpochMilli(),
                node,
                node);
    }

    private static void take(
            Transaction transaction, Candidate candidate, String worker, Instant now, Instant until)
            throws SQLException {
        transaction.updateHeld(
                "UPDATE job j SET state = 'ACTIVE', fence = fence + 1, attempts = attempts + 1,"
                        + " worker = ?, lease_until = ?, started_at = COALESCE(started_at, ?),"
                        + " active_exclusive_key = "
                        + ScopedKey.EXCLUSIVE
                        + " WHERE seq = ? AND state = 'PENDING' AND fence = ?",
                worker,
                until.toEpochMilli(),
                now.toEpochMilli(),
                candidate.seq(),
                candidate.fence());
    }

    private static Lease lease(
            Transaction transaction, Candidate candidate, String worker, Instant now, Instant until)
            throws SQLException {
        Job job =
                transaction
                        .find(JobRow.SELECT + "WHERE seq = ?", JobRow::read, candidate.seq())
                        .orElseThrow(() -> new SQLException("a claimed job vanished"));
        JobEventRow.add(
                transaction,
                job.id(),
                JobState.PENDING,
                JobState.ACTIVE,
                now,
                worker,
                "attempt " + job.attempts());
        return new Lease(job, worker, job.fence(), until);
    }

    static LeaseState renew(Transaction transaction, Lease lease, String progress, Instant until)
            throws SQLException {
        boolean held =
                transaction.updateOne(
                        "UPDATE job SET lease_until = ?, progress = ?" + WHERE_HELD,
                        until.toEpochMilli(),
                        StoredText.json("the progress", progress),
                        lease.job().id().value(),
                        lease.worker(),
                        lease.fence());
        if (!held) {
            return LeaseState.LOST;
        }
        List<Boolean> cancelled =
                transaction.list(
                        "SELECT cancel_requested FROM job WHERE id = ?",
                        row -> row.getBoolean(1),
                        lease.job().id().value());
        return cancelled.contains(true) ? LeaseState.CANCEL_REQUESTED : LeaseState.HELD;
    }

    /// Stores or clears the resume mark.
    ///
    /// @return false if the lease is lost
    static boolean mark(Transaction transaction, Lease lease, Optional<String> resumeMark)
            throws SQLException {
        return transaction.updateOne(
                "UPDATE job SET resume_mark = ?" + WHERE_HELD,
                resumeMark.map(text -> StoredText.json("the resume mark", text)).orElse(null),
                lease.job().id().value(),
                lease.worker(),
                lease.fence());
    }

    private static final String WHERE_HELD =
            " WHERE id = ? AND state = 'ACTIVE' AND worker = ? AND fence = ?";

    private record Candidate(int priority, long seq, long fence) {
        static final Comparator<Candidate> ORDER =
                Comparator.comparingInt(Candidate::priority).thenComparingLong(Candidate::seq);
    }
}
