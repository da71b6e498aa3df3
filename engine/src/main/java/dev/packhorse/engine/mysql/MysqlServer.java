package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A MariaDB or MySQL server that could be reached as its administrator when it was asked. Safe for
/// many threads; every call uses a connection of its own, so that a restarted server is no problem.
public final class MysqlServer {
    private static final Logger LOG = LoggerFactory.getLogger(MysqlServer.class);

    private final MysqlSettings settings;
    private final ServerVersion version;

    private MysqlServer(MysqlSettings settings, ServerVersion version) {
        this.settings = settings;
        this.version = version;
    }

    /// The answer to whether there is a server.
    ///
    /// @param server the server, empty if it cannot be used
    /// @param reason what it is or why there is none, for people
    public record Probe(Optional<MysqlServer> server, String reason) {}

    /// Looks for the server. Never throws: that there is none is an answer.
    public static Probe probe(MysqlSettings settings) {
        try {
            MysqlServer server = connect(settings);
            return new Probe(Optional.of(server), server.version.text());
        } catch (MysqlException e) {
            return new Probe(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    /// Connects.
    ///
    /// @throws MysqlException if it cannot be reached or refuses the login
    public static MysqlServer connect(MysqlSettings settings) throws MysqlException {
        try (MysqlSession session = MysqlSession.open(settings)) {
            String text = session.value("cannot tell the version", "SELECT VERSION()");
            return new MysqlServer(settings, ServerVersion.parse(text));
        } catch (IllegalArgumentException e) {
            throw new MysqlException("the database server has no version: " + e.getMessage());
        }
    }

    /// Whether the server answers now.
    public boolean isThere() {
        return probe(settings).server().isPresent();
    }

    public ServerVersion version() {
        return version;
    }

    MysqlSettings settings() {
        return settings;
    }

    MysqlSession open() throws MysqlException {
        return MysqlSession.open(settings);
    }

    /// The account's databases, sorted.
    ///
    /// @throws MysqlException if the server cannot be asked
    public List<String> databases(DatabaseOwnership ownership) throws MysqlException {
        try (MysqlSession session = open()) {
            return session
                    .column(
                            "cannot list databases",
                            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA")
                    .stream()
                    .filter(ownership::owns)
                    .sorted()
                    .toList();
        }
    }

    /// Every database but the server's views of itself, sorted.
    ///
    /// @throws MysqlException if the server cannot be asked
    public List<String> allDatabases() throws MysqlException {
        try (MysqlSession session = open()) {
            return session
                    .column(
                            "cannot list databases",
                            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME"
                                    + " NOT IN (?, ?, ?)",
                            "information_schema",
                            "performance_schema",
                            "sys")
                    .stream()
                    .sorted()
                    .toList();
        }
    }

    /// What a database holds now.
    ///
    /// @throws MysqlException if there is no such database, or the server cannot be asked
    public DatabaseContents contents(String database) throws MysqlException {
        try (MysqlSession session = open()) {
            return DatabaseContents.of(session, database);
        }
    }

    /// What of a database a server of this version could not take, a sentence each.
    ///
    /// @throws MysqlException if the server cannot be asked
    public List<String> objections(String database, DumpTarget target) throws MysqlException {
        if (target.takesAllOf(version)) {
            return List.of();
        }
        try (MysqlSession session = open()) {
            return target.objections(session, database);
        }
    }

    /// Users, as `user@host`, that own views, triggers, routines or events of a database.
    ///
    /// @throws MysqlException if the server cannot be asked
    public List<String> objectOwners(String database) throws MysqlException {
        try (MysqlSession session = open()) {
            return ObjectRestore.owners(session, database);
        }
    }

    /// The account's database users with what they may do on databases, its namesake first. Grants
    /// that an archive cannot hold are told to `notes`.
    ///
    /// @throws MysqlException if the server cannot be asked
    public List<GrantFile.UserGrants> users(DatabaseOwnership ownership, List<String> notes)
            throws MysqlException {
        try (MysqlSession session = open()) {
            List<GrantFile.UserGrants> users = new ArrayList<>();
            for (DatabaseUser user : UserReader.read(session, version, ownership)) {
                users.add(new GrantFile.UserGrants(user, grants(session, user, notes)));
            }
            return users;
        }
    }

    /// The account's database users without their grants.
    List<DatabaseUser> plainUsers(DatabaseOwnership ownership) throws MysqlException {
        try (MysqlSession session = open()) {
            return UserReader.read(session, version, ownership);
        }
    }

    private static List<Grant> grants(MysqlSession session, DatabaseUser user, List<String> notes)
            throws MysqlException {
        List<Grant> grants = new ArrayList<>();
        for (String line :
                session.column(
                        "cannot read the grants of " + user,
                        "SHOW GRANTS FOR " + SqlText.user(user.user(), user.host()))) {
            if (line.startsWith("SET DEFAULT ROLE")) {
                continue;
            }
            try {
                GrantStatement statement = GrantParser.parse(line);
                grants.addAll(statement.grants());
                if (statement.withGrantOption()) {
                    notes.add("database user " + user + " may grant its rights on; not packed");
                }
            } catch (IllegalArgumentException e) {
                notes.add("a grant of database user " + user + " is not packed: " + e.getMessage());
            }
        }
        return grants;
    }

    /// Makes users as an archive says, with their grants on whole databases.
    ///
    /// @return users that came back otherwise than they were
    /// @throws MysqlException if the server refuses something
    public List<String> restoreUsers(String account, List<GrantFile.UserGrants> users)
            throws MysqlException {
        try (MysqlSession session = open()) {
            UserRestore restore = new UserRestore(session, version, account);
            for (GrantFile.UserGrants user : users) {
                restore.apply(user);
            }
            return restore.altered();
        }
    }

    /// Gives users their grants on single tables and routines; to be called when those are there.
    ///
    /// @return grants that could not be given
    /// @throws MysqlException if the server cannot be reached
    public List<String> restoreNarrowGrants(String account, List<GrantFile.UserGrants> users)
            throws MysqlException {
        try (MysqlSession session = open()) {
            UserRestore restore = new UserRestore(session, version, account);
            users.forEach(restore::applyNarrowGrants);
            return restore.altered();
        }
    }

    /// Removes the account's databases and database users for good.
    ///
    /// @return how many databases there were
    /// @throws MysqlException if the server cannot be asked or refuses; what was removed before is
    ///   gone
    public int dropAll(DatabaseOwnership ownership) throws MysqlException {
        recover();
        List<String> databases = databases(ownership);
        List<DatabaseUser> users = plainUsers(ownership);
        try (MysqlSession session = open()) {
            for (String database : databases) {
                session.execute(
                        "cannot remove database " + database,
                        "DROP DATABASE IF EXISTS " + SqlText.name(database));
            }
            for (DatabaseUser user : users) {
                session.execute(
                        "cannot remove database user " + user,
                        "DROP USER IF EXISTS " + SqlText.user(user.user(), user.host()));
            }
        }
        return databases.size();
    }

    /// Rolls back exchanges of databases that a killed run left half-done, and removes what such
    /// runs left behind. Cheap when there is nothing; runs that are at work are left alone.
    ///
    /// What cannot be rolled back is told to the program's log, and its database is not dumped.
    ///
    /// @throws MysqlException if the server cannot be asked
    public void recover() throws MysqlException {
        try (MysqlSession session = open()) {
            TemporaryUser.sweep(session);
            for (String done : Exchange.recover(session)) {
                LOG.warn("{}", done);
            }
        }
    }
}
