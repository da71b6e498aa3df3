package dev.packhorse.engine.jdbc;

import java.sql.SQLException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The server of a shared store cannot be reached, starts, or ends: nothing is wrong with the
/// store, and a later try may find it there.
public final class StoreAwayException extends StoreException {
    private static final long serialVersionUID = 1L;

    /// Not reached, or cut. Others of the class are refusals: a login without its password, or
    /// encryption that the server does not have.
    ///
    /// Source: PostgreSQL, appendix A: connection exceptions; its driver's use of them
    private static final Set<String> CONNECTION = Set.of("08000", "08001", "08003", "08006");

    /// Ended by an administrator, by a crash, not yet up; and too many others at the moment.
    private static final Set<String> NOT_NOW = Set.of("57P01", "57P02", "57P03", "53300");

    StoreAwayException(String message, Throwable cause) {
        super(message, cause);
    }

    /// Whether the line is there, and the server's certificate is not the right one.
    private static boolean isUntrusted(SQLException failure) {
        for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    /// Whether a failure to open the store is of that kind.
    static boolean isWhy(@Nullable Throwable failure) {
        for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql && sql.getSQLState() != null) {
                String state = sql.getSQLState();
                return NOT_NOW.contains(state) || (CONNECTION.contains(state) && !isUntrusted(sql));
            }
        }
        return false;
    }
}
