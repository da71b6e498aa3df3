package dev.packhorse.engine.mysql;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// A database user that exists for one dump or load and has rights on nothing else. While it is in
/// use this process holds a lock of its name on the server, so that another run can tell a left
/// over user from one at work. One thread.
final class TemporaryUser implements AutoCloseable {
    private static final String PREFIX = "packhorse-";

    private final MysqlSession session;
    private final MysqlSettings settings;
    private final String name;
    private final String host;

    private TemporaryUser(MysqlSession session, MysqlSettings settings, String name, String host) {
        this.session = session;
        this.settings = settings;
        this.name = name;
        this.host = host;
    }

    /// Makes it.
    ///
    /// @param admin the administrator's settings
    /// @param purpose a word for its name
    /// @param grants privileges with their scope, as `SELECT ON mysql.proc`
    static TemporaryUser create(MysqlSettings admin, String purpose, List<String> grants)
            throws IOException {
        MysqlSession session = MysqlSession.open(admin);
        try {
            sweep(session);
            // The address that the server sees is the same for the child, which connects likewise.
            String host =
                    session.value(
                            "cannot tell the own address",
                            "SELECT SUBSTRING_INDEX(USER(), '@', -1)");
            String name = PREFIX + purpose + "-" + randomHex();
            lock(session, name);
            String password = UserRestore.randomPassword();
            String user = SqlText.user(name, host);
            String what = "cannot make a temporary database user";
            session.execute(
                    what, "CREATE USER " + user + " IDENTIFIED BY " + SqlText.string(password));
            TemporaryUser made =
                    new TemporaryUser(session, admin.as(name, new Secret(password)), name, host);
            try {
                for (String grant : grants) {
                    session.execute(what, "GRANT " + grant + " TO " + user);
                }
                return made;
            } catch (MysqlException e) {
                made.drop();
                throw e;
            }
        } catch (IOException e) {
            session.close();
            throw e;
        }
    }

    private static String randomHex() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()).substring(4);
    }

    static void lock(MysqlSession session, String name) throws MysqlException {
        String taken = session.value("cannot lock " + name, "SELECT GET_LOCK(?, 0)", name);
        if (!taken.equals("1")) {
            throw new MysqlException("another run is at work: " + name + " is locked");
        }
    }

    /// Removes users that earlier runs left behind when they were killed.
    static void sweep(MysqlSession session) throws MysqlException {
        for (List<String> row :
                session.query(
                        "cannot look for left over users",
                        "SELECT User, Host FROM mysql.user WHERE User LIKE 'packhorse-%'")) {
            String name = row.getFirst();
            boolean ours = name.matches("packhorse-[a-z]+-[0-9a-f]{12}");
            if (ours
                    && session.value("cannot look at a lock", "SELECT IS_FREE_LOCK(?)", name)
                            .equals("1")) {
                session.execute(
                        "cannot remove the left over user " + name,
                        "DROP USER IF EXISTS " + SqlText.user(name, row.get(1)));
            }
        }
    }

    /// How to log in as this user.
    MysqlSettings settings() {
        return settings;
    }

    /// Ends what it still runs on the server and removes it.
    @Override
    public void close() throws MysqlException {
        try {
            for (String id :
                    session.column(
                            "cannot list connections",
                            "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = ?",
                            name)) {
                kill(id);
            }
            drop();
        } finally {
            session.close();
        }
    }

    private void kill(String id) throws MysqlException {
        try {
            session.execute("cannot end a connection", "KILL " + Long.parseLong(id));
        } catch (MysqlException e) {
            // 1094: it ended by itself meanwhile.
            if (e.code() != 1094) {
                throw e;
            }
        }
    }

    private void drop() throws MysqlException {
        session.execute(
                "cannot remove the temporary user " + name,
                "DROP USER IF EXISTS " + SqlText.user(name, host));
    }
}
