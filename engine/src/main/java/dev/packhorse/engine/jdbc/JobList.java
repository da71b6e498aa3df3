package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobState;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads jobs.
final class JobList {
    private JobList() {}

    static Optional<Job> find(Transaction transaction, JobId id) throws SQLException {
        return transaction.find(JobRow.SELECT + "WHERE id = ?", JobRow::read, id.value());
    }

    /// The job, with its row locked until the end of the transaction.
    static Optional<Job> lock(Transaction transaction, JobId id) throws SQLException {
        return transaction.find(
                JobRow.SELECT + "WHERE id = ? FOR UPDATE", JobRow::read, id.value());
    }

    /// Open jobs and then ended ones, by two queries that see one moment: a job that ends meanwhile
    /// is there once.
    ///
    /// @param home the server beyond whose jobs only a filter of all servers looks, empty for none
    static void forEach(
            Transaction transaction,
            JobFilter filter,
            Optional<String> home,
            Consumer<Job> consumer)
            throws SQLException {
        int shown =
                select(transaction, filter, home, true, "priority, seq", filter.limit(), consumer);
        if (shown < filter.limit()) {
            int left = filter.limit() - shown;
            select(transaction, filter, home, false, "finished_at DESC, seq DESC", left, consumer);
        }
    }

    static long count(Transaction transaction, JobFilter filter, Optional<String> home)
            throws SQLException {
        Condition condition = condition(filter, home, states(filter, true, true));
        return transaction
                .find(
                        "SELECT COUNT(*) FROM job WHERE " + condition.sql(),
                        row -> row.getLong(1),
                        condition.values().toArray())
                .orElse(0L);
    }

    static List<Job> endedBefore(Transaction transaction, Instant instant, int limit)
            throws SQLException {
        return transaction.list(
                JobRow.SELECT + "WHERE finished_at < ? ORDER BY finished_at, seq LIMIT ?",
                JobRow::read,
                instant.toEpochMilli(),
                limit);
    }

    private static int select(
            Transaction transaction,
            JobFilter filter,
            Optional<String> home,
            boolean open,
            String order,
            int limit,
            Consumer<Job> consumer)
            throws SQLException {
        Condition condition = condition(filter, home, states(filter, open, !open));
        List<Object> values = new ArrayList<>(condition.values());
        values.add(limit);
        return transaction.forEach(
                JobRow.SELECT + "WHERE " + condition.sql() + " ORDER BY " + order + " LIMIT ?",
                JobRow::read,
                consumer,
                values.toArray());
    }

    private static List<JobState> states(JobFilter filter, boolean open, boolean ended) {
        return Stream.of(JobState.values())
                .filter(state -> filter.states().isEmpty() || filter.states().contains(state))
                .filter(state -> state.isOpen() ? open : ended)
                .toList();
    }

    private static Condition condition(
            JobFilter filter, Optional<String> home, List<JobState> states) {
        StringBuilder sql = new StringBuilder(isOneOf("state", states));
        List<Object> values = new ArrayList<>();
        if (!filter.kinds().isEmpty()) {
            sql.append(" AND ").append(isOneOf("kind", filter.kinds()));
        }
        filter.owner()
                .ifPresent(owner -> {
                    sql.append(" AND owner = ?");
                    values.add(owner);
                });
        filter.subject()
                .ifPresent(subject -> {
                    sql.append(" AND subject = ?");
                    values.add(subject);
                });
        if (home.isPresent() && !filter.everywhere()) {
            sql.append(" AND (node IS NULL OR node = ?)");
            values.add(home.get());
        }
        return new Condition(sql.toString(), values);
    }

    private static String isOneOf(String column, Collection<? extends Enum<?>> names) {
        if (names.isEmpty()) {
            return "1 = 0";
        }
        return names.stream()
                .map(name -> "'" + name.name() + "'")
                .collect(Collectors.joining(",", column + " IN (", ")"));
    }

    private record Condition(String sql, List<Object> values) {}
}
