package dev.packhorse.engine.jdbc;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The server of a shared store cannot be reached, starts, or ends: nothing is wrong with the
/// store, and a later try may find it there.
public final class StoreAwayException extends StoreException {
    private static final long serialVersionUID = 1L;

    /// Source: PostgreSQL, appendix A: connection exceptions; what is said to the next ones.
    private static final String CONNECTION = "08";

    /// Ended by an administrator, by a crash, not yet up; and too many others at the moment.
    private static final Set<String> NOT_NOW = Set.of("57P01", "57P02", "57P03", "53300");

    StoreAwayException(String message, Throwable cause) {
        super(message, cause);
    }

    /// Whether a failure to open the store is of that kind.
    static boolean isWhy(@Nullable Throwable failure) {
        for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql && sql.getSQLState() != null) {
                String state = sql.getSQLState();
                return state.startsWith(CONNECTION) || NOT_NOW.contains(state);
            }
        }
        return false;
    }
}
