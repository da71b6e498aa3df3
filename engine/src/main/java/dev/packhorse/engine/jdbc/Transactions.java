package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.queue.JobEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// Runs work in transactions of the store: the whole of it takes place, durably, or nothing does.
/// Safe for many threads.
final class Transactions {
    /// Collisions in a row before a transaction gives up. Each means that another transaction went
    /// through, so reaching this is a fault and not a busy hour.
    private static final int TRIES = 50;

    private final Store store;
    private final BiFunction<String, Throwable, ? extends RuntimeException> failure;
    private final Consumer<JobEvent> told;

    /// Transactions of one store.
    ///
    /// @param failure makes the caller's exception of a message and its cause
    Transactions(Store store, BiFunction<String, Throwable, ? extends RuntimeException> failure) {
        this(store, failure, _ -> {});
    }

    /// The same.
    ///
    /// @param told what a transaction moved, after it was settled
    Transactions(
            Store store,
            BiFunction<String, Throwable, ? extends RuntimeException> failure,
            Consumer<JobEvent> told) {
        this.store = store;
        this.failure = failure;
        this.told = told;
    }

    /// Runs the work and returns after its changes are on stable storage. The work may run several
    /// times, each time in a new transaction.
    ///
    /// @param what the work in words, for the exception
    <R, X extends Exception> R change(String what, Work<R, X> work) throws X {
        try {
            Done<R> done = commit(store.dialect().writing(), work);
            if (done.changed()) {
                settle();
            }
            done.moves().forEach(told);
            return done.result();
        } catch (SQLException e) {
            throw failure.apply(what + ": " + e.getMessage(), e);
        }
    }

    /// Runs the work of a call whose answer is a promise, and returns after everything it saw is on
    /// stable storage, even if it changed nothing: what it found may be a change of somebody else's
    /// that is committed and not yet on its way to the disk.
    <R, X extends Exception> R promise(String what, Work<R, X> work) throws X {
        try {
            Done<R> done = commit(store.dialect().writing(), work);
            settle();
            done.moves().forEach(told);
            return done.result();
        } catch (SQLException e) {
            throw failure.apply(what + ": " + e.getMessage(), e);
        }
    }

    /// Runs work that only reads, beside whoever writes.
    ///
    /// @throws IllegalStateException if it changed a row; nothing is committed then
    <R> R read(String what, Work<R, RuntimeException> work) {
        try {
            return commit(Optional.empty(), unchanging(work)).result();
        } catch (SQLException e) {
            throw failure.apply(what + ": " + e.getMessage(), e);
        }
    }

    private static <R> Work<R, RuntimeException> unchanging(Work<R, RuntimeException> work) {
        return transaction -> {
            R result = work.run(transaction);
            if (transaction.changed()) {
                throw new IllegalStateException("a transaction that reads has changed rows");
            }
            return result;
        };
    }

    private void settle() throws SQLException {
        try {
            store.dialect().settle();
        } catch (SQLException e) {
            // After a failed sync the kernel may have dropped the pages: a later sync proves
            // nothing.
            store.fail(e);
            throw e;
        }
    }

    private <R, X extends Exception> Done<R> commit(Optional<Lock> lock, Work<R, X> work)
            throws SQLException, X {
        for (int attempt = 1; ; attempt++) {
            lock.ifPresent(Lock::lock);
            try (Connection connection = store.connection()) {
                return attempt(connection, work);
            } catch (CollisionException e) {
                if (attempt == TRIES) {
                    throw e.error();
                }
            } catch (SQLException e) {
                if (store.dialect().isFatal(e)) {
                    store.fail(e);
                }
                throw e;
            } finally {
                lock.ifPresent(Lock::unlock);
            }
        }
    }

    private <R, X extends Exception> Done<R> attempt(Connection connection, Work<R, X> work)
            throws SQLException, X, CollisionException {
        Transaction transaction = new Transaction(connection);
        boolean finished = false;
        try {
            R result = work.run(transaction);
            finished = true;
            connection.commit();
            return new Done<>(result, transaction.changed(), transaction.moves());
        } catch (SQLException e) {
            // A failed commit may have taken place: running it again could do the work twice.
            if (!finished && store.dialect().isCollision(e)) {
                rollBack(connection, e);
                throw new CollisionException(e);
            }
            rollBack(connection, e);
            throw e;
        } catch (Throwable e) {
            rollBack(connection, e);
            throw e;
        }
    }

    private static void rollBack(Connection connection, Throwable reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    /// Work on a transaction.
    interface Work<R, X extends Exception> {
        R run(Transaction transaction) throws SQLException, X;
    }

    private record Done<R>(R result, boolean changed, List<JobEvent> moves) {}

    private static final class CollisionException extends Exception {
        private static final long serialVersionUID = 1L;
        private final SQLException error;

        CollisionException(SQLException error) {
            super(error);
            this.error = error;
        }

        SQLException error() {
            return error;
        }
    }
}
