package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.queue.JobEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The statements of one transaction. One thread; [Transactions] commits it or rolls it back.
final class Transaction {
    private static final int ROWS_AT_ONCE = 500;

    private final Connection connection;
    private final List<JobEvent> moves = new ArrayList<>();
    private boolean changed;

    Transaction(Connection connection) {
        this.connection = connection;
    }

    /// Lets all statements that follow see the store as it is at the first of them; called before
    /// it. The pool gives the connection its usual way of seeing back.
    void seeOneMoment() throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    }

    /// Whether any statement changed a row.
    boolean changed() {
        return changed;
    }

    /// Notes a move that this transaction makes, to be told once it is committed.
    void moved(JobEvent move) {
        moves.add(move);
    }

    List<JobEvent> moves() {
        return moves;
    }

    /// Changes rows.
    ///
    /// @return how many
    int update(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            int rows = statement.executeUpdate();
            changed |= rows > 0;
            return rows;
        }
    }

    /// Runs an update that is aimed at one row.
    ///
    /// @return false if the row is not there (any more) as the condition wants it
    /// @throws SQLException also if it met several rows
    boolean updateOne(String sql, @Nullable Object... values) throws SQLException {
        int rows = update(sql, values);
        if (rows > 1) {
            throw new SQLException("one row was to be changed, not " + rows + ": " + sql);
        }
        return rows == 1;
    }

    /// Runs an update of a row that this transaction holds, so that nobody can have changed it.
    ///
    /// @throws SQLException also if it met no row, or several
    void updateHeld(String sql, @Nullable Object... values) throws SQLException {
        if (!updateOne(sql, values)) {
            throw new SQLException("a row was changed while it was held: " + sql);
        }
    }

    <R> List<R> list(String sql, Row<R> row, @Nullable Object... values) throws SQLException {
        List<R> list = new ArrayList<>();
        forEach(sql, row, list::add, values);
        return list;
    }

    /// The only row, empty if there is none.
    <R> Optional<R> find(String sql, Row<R> row, @Nullable Object... values) throws SQLException {
        List<R> list = list(sql, row, values);
        if (list.size() > 1) {
            throw new SQLException("one row was expected, not " + list.size() + ": " + sql);
        }
        return list.stream().findFirst();
    }

    /// Hands each row on as it is read.
    ///
    /// @return how many there were
    <R> int forEach(String sql, Row<R> row, Consumer<R> consumer, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet rows = statement.executeQuery()) {
                int count = 0;
                while (rows.next()) {
                    consumer.accept(row.read(rows));
                    count++;
                }
                return count;
            }
        }
    }

    // The SQL of this package is put together from constants and enum names; values are always
    // parameters.
    private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    /// Reads one row.
    interface Row<R> {
        R read(ResultSet row) throws SQLException;
    }
}
