package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.List;

/// Locks database users of an account, so that nobody logs in as them, and unlocks them. Sessions
/// that are open go on. Safe for many threads.
///
/// Source: the manuals on `ALTER USER … ACCOUNT LOCK`: MySQL from 5.7.6, MariaDB from 10.4.2.
public final class UserLocks {
    private final MysqlServer server;

    public UserLocks(MysqlServer server) {
        this.server = server;
    }

    /// A database user.
    ///
    /// @param user its name
    /// @param host from where it may come
    public record Login(String user, String host) {
        @Override
        public String toString() {
            return user + "@" + host;
        }
    }

    /// Whether the server can lock users at all.
    public boolean areKnown() {
        ServerVersion version = server.version();
        return version.mariaDb() ? version.isAtLeast(10, 4, 2) : version.isAtLeast(5, 7, 6);
    }

    /// The account's users that are not locked.
    ///
    /// @throws MysqlException if the server cannot be asked
    public List<Login> open(DatabaseOwnership ownership) throws MysqlException {
        List<Login> open = new ArrayList<>();
        try (MysqlSession session = server.open()) {
            for (DatabaseUser user : server.plainUsers(ownership)) {
                Login login = new Login(user.user(), user.host());
                if (!isLocked(session, login)) {
                    open.add(login);
                }
            }
        }
        return open;
    }

    private static boolean isLocked(MysqlSession session, Login login) throws MysqlException {
        return session.value("cannot read database user " + login, "SHOW CREATE USER " + sql(login))
                .contains(" ACCOUNT LOCK");
    }

    /// Locks or unlocks users; those that are so already, or are gone, are fine.
    ///
    /// @throws MysqlException if the server cannot be reached, or refuses; users before that one
    ///   are done
    public void set(List<Login> logins, boolean locked) throws MysqlException {
        try (MysqlSession session = server.open()) {
            for (Login login : logins) {
                session.execute(
                        "cannot change database user " + login,
                        "ALTER USER IF EXISTS "
                                + sql(login)
                                + " ACCOUNT "
                                + (locked ? "LOCK" : "UNLOCK"));
            }
        }
    }

    private static String sql(Login login) {
        return SqlText.user(login.user(), login.host());
    }
}
