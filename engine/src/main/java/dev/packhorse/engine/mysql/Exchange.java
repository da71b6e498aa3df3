package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Puts freshly loaded tables in the place of a database's old ones, and can go back until all is
/// well.
///
/// Base tables can be renamed across databases, and one `RENAME TABLE` moves all old ones out and
/// all new ones in, or none. Views, triggers, routines and events cannot be moved; the old ones are
/// written into a journal before they are dropped, the new ones are created from the dump's
/// definitions behind the rename. If anything fails the tables are renamed back and the old objects
/// created anew; if this process is killed, the next run finds the journal and does the same. The
/// site misses its tables for the length of the rename, its views and routines for a little longer.
/// One thread.
final class Exchange {
    private final MysqlSession session;
    private final ServerVersion server;
    private final ExchangeNames names;

    Exchange(MysqlSession session, ServerVersion server, ExchangeNames names) {
        this.session = session;
        this.server = server;
        this.names = names;
    }

    /// Locks the database's exchange for this session and clears what an earlier run left.
    void begin() throws MysqlException {
        TemporaryUser.lock(session, names.lock());
        rollBack();
    }

    /// What is done behind the rename and may fail.
    @FunctionalInterface
    interface Finish {
        void run() throws MysqlException;
    }

    /// Exchanges the tables, lets `finish` create the objects, and removes the old tables.
    ///
    /// @throws MysqlException if anything failed; the database is as it was before, or the message
    ///   says that the next run will see to it
    void run(String database, CreateFile create, Finish finish) throws MysqlException {
        ExchangeJournal journal = new ExchangeJournal(session, names);
        try {
            boolean existed = exists(database);
            if (existed) {
                refuseForeignReferences(database);
            }
            ExchangeJournal.Entry entry = describe(database, existed);
            journal.write(entry);
            prepareDatabase(database, create, existed);
            StoredObjects.dropAll(session, server, database);
            move(entry, true);
            finish.run();
            journal.markDone();
        } catch (MysqlException e) {
            goBack(database, e);
        } catch (RuntimeException e) {
            goBack(database, new MysqlException("database " + database + ": " + e));
        }
        tidy();
    }

    private void goBack(String database, MysqlException cause) throws MysqlException {
        try {
            rollBack();
        } catch (MysqlException e) {
            MysqlException both =
                    new MysqlException(
                            cause.getMessage()
                                    + "; going back failed as well ("
                                    + e.getMessage()
                                    + "), the next run will do it; the old tables of "
                                    + database
                                    + " lie in "
                                    + names.old());
            both.addSuppressed(cause);
            throw both;
        }
        throw cause;
    }

    private ExchangeJournal.Entry describe(String database, boolean existed) throws MysqlException {
        if (!existed) {
            return new ExchangeJournal.Entry(
                    database, false, "", "", false, List.of(), tables(names.fresh()), List.of());
        }
        DatabaseContents contents = DatabaseContents.of(session, database);
        return new ExchangeJournal.Entry(
                database,
                true,
                contents.charset(),
                contents.collation(),
                false,
                tables(database),
                tables(names.fresh()),
                StoredObjects.list(session, server, database));
    }

    private void prepareDatabase(String database, CreateFile create, boolean existed)
            throws MysqlException {
        String what = "cannot make database " + database;
        session.execute(what, "CREATE DATABASE " + SqlText.name(names.old()));
        if (!existed) {
            session.execute(what, "CREATE DATABASE " + SqlText.name(database));
        }
        setCharset(database, create.charset(), create.collation());
    }

    private void setCharset(String database, String charset, String collation)
            throws MysqlException {
        if (charset.isEmpty()) {
            return;
        }
        session.execute(
                "cannot set the character set of database " + database,
                "ALTER DATABASE "
                        + SqlText.name(database)
                        + " CHARACTER SET "
                        + charset
                        + (collation.isEmpty() ? "" : " COLLATE " + collation));
    }

    /// Tables of other databases would follow the renamed tables and lose them with the old ones.
    private void refuseForeignReferences(String database) throws MysqlException {
        List<String> others =
                session.column(
                        "cannot look for references",
                        "SELECT DISTINCT CONSTRAINT_SCHEMA FROM"
                                + " information_schema.REFERENTIAL_CONSTRAINTS WHERE"
                                + " UNIQUE_CONSTRAINT_SCHEMA = ? AND CONSTRAINT_SCHEMA <> ?",
                        database,
                        database);
        if (!others.isEmpty()) {
            throw new MysqlException(
                    "database "
                            + database
                            + " cannot be replaced: foreign keys of "
                            + String.join(", ", others)
                            + " refer to it");
        }
    }

    /// Moves every table that is not yet where it should be, in one statement.
    private void move(ExchangeJournal.Entry entry, boolean forward) throws MysqlException {
        Set<String> oldHas = new HashSet<>(tables(names.old()));
        Set<String> newHas = new HashSet<>(tables(names.fresh()));
        List<String> renames = new ArrayList<>();
        if (forward) {
            for (String table : entry.oldTables()) {
                renames.add(rename(entry.database(), names.old(), table));
            }
            for (String table : entry.newTables()) {
                renames.add(rename(names.fresh(), entry.database(), table));
            }
        } else {
            for (String table : entry.newTables()) {
                if (!newHas.contains(table)) {
                    renames.add(rename(entry.database(), names.fresh(), table));
                }
            }
            for (String table : entry.oldTables()) {
                if (oldHas.contains(table)) {
                    renames.add(rename(names.old(), entry.database(), table));
                }
            }
        }
        if (renames.isEmpty()) {
            return;
        }
        // Foreign keys follow their tables; the check would only mind the moment in between. A
        // long query of the site must not hold everything up.
        session.execute(
                "cannot prepare to move tables",
                "SET SESSION foreign_key_checks = 0, lock_wait_timeout = 120");
        session.execute(
                "cannot move the tables of " + entry.database(),
                renames.stream().collect(Collectors.joining(", ", "RENAME TABLE ", "")));
    }

    private static String rename(String from, String to, String table) {
        String name = SqlText.name(table);
        return SqlText.name(from) + "." + name + " TO " + SqlText.name(to) + "." + name;
    }

    /// Goes back to before the exchange, or forward if only the tidying was left. Running it again
    /// gives the same end state.
    private void rollBack() throws MysqlException {
        Optional<ExchangeJournal.Entry> found = new ExchangeJournal(session, names).read();
        if (found.isPresent() && !found.get().done()) {
            ExchangeJournal.Entry entry = found.get();
            if (exists(entry.database())) {
                StoredObjects.dropAll(session, server, entry.database());
                move(entry, false);
                if (entry.existed()) {
                    setCharset(entry.database(), entry.charset(), entry.collation());
                    StoredObjects.createAll(session, entry.database(), entry.objects());
                } else if (tables(entry.database()).isEmpty()) {
                    drop(entry.database());
                }
            }
        }
        tidy();
    }

    private void tidy() throws MysqlException {
        // The journal goes last, since it tells whose the other two are.
        drop(names.old());
        drop(names.fresh());
        drop(names.journal());
    }

    private void drop(String database) throws MysqlException {
        session.execute("cannot remove database " + database, "SET SESSION foreign_key_checks = 0");
        session.execute(
                "cannot remove database " + database,
                "DROP DATABASE IF EXISTS " + SqlText.name(database));
    }

    private boolean exists(String database) throws MysqlException {
        return !session.column(
                        "cannot look for database " + database,
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
                        database)
                .isEmpty();
    }

    private List<String> tables(String database) throws MysqlException {
        return session.column(
                "cannot list the tables of " + database,
                "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND"
                        + " TABLE_TYPE <> 'VIEW'",
                database);
    }

    /// Whether a database is being exchanged, or waits for the recovery of an exchange.
    static boolean isUnderWay(MysqlSession session, String database) throws MysqlException {
        return new ExchangeJournal(session, ExchangeNames.of(database)).read().isPresent();
    }

    /// Goes back from every exchange whose run is gone. One that resists does not keep the others
    /// from being seen to.
    ///
    /// @return what was done and what could not be done, a sentence each
    static List<String> recover(MysqlSession session) throws MysqlException {
        Set<String> keys = new HashSet<>();
        for (String name :
                session.column(
                        "cannot look for left over databases",
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME"
                                + " LIKE 'packhorse-%'")) {
            if (name.matches("packhorse-(new|old|journal)-[0-9a-f]{16}")) {
                keys.add(name.substring(name.length() - 16));
            }
        }
        List<String> done = new ArrayList<>();
        for (String key : keys) {
            ExchangeNames names = new ExchangeNames(key);
            String free = session.value("cannot lock", "SELECT GET_LOCK(?, 0)", names.lock());
            if (free.equals("1")) {
                ServerVersion version =
                        ServerVersion.parse(
                                session.value("cannot tell the version", "SELECT VERSION()"));
                try {
                    new Exchange(session, version, names).rollBack();
                    done.add("removed what a killed restore of a database left behind: " + key);
                } catch (MysqlException e) {
                    done.add(
                            "cannot go back from the killed restore "
                                    + key
                                    + ": "
                                    + e.getMessage());
                }
                session.value("cannot unlock", "SELECT RELEASE_LOCK(?)", names.lock());
            }
        }
        return done;
    }
}
