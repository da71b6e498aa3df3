package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is needed to go back from a half-done exchange, kept in a database of the same server, so
/// that it is there whatever becomes of this machine's files. The row of `exchange` is written
/// last: without it nothing was begun.
final class ExchangeJournal {
    private final MysqlSession session;
    private final String database;

    ExchangeJournal(MysqlSession session, ExchangeNames names) {
        this.session = session;
        this.database = SqlText.name(names.journal());
    }

    /// ??
    ///
    /// @param database the database that is replaced
    /// @param existed whether it was there before
    /// @param charset its character set before
    /// @param collation its collation before
    /// @param done whether the exchange is complete and only the tidying is left
    /// @param oldTables its tables before
    /// @param newTables the tables that replace them
    /// @param objects its views, triggers, routines and events before
    record Entry(
            String database,
            boolean existed,
            String charset,
            String collation,
            boolean done,
            List<String> oldTables,
            List<String> newTables,
            List<StoredObject> objects) {}

    void write(Entry entry) throws MysqlException {
        String what = "cannot write the journal of the exchange";
        session.execute(what, "CREATE DATABASE " + database + " CHARACTER SET utf8mb4");
        session.execute(
                what,
                "CREATE TABLE "
                        + database
                        + ".moved (name VARCHAR(64) COLLATE utf8mb4_bin, is_new TINYINT)"
                        + " ENGINE=InnoDB");
        session.execute(
                what,
                "CREATE TABLE "
                        + database
                        + ".object (nr INT PRIMARY KEY, kind VARCHAR(20), name VARCHAR(64),"
                        + " sql_mode TEXT, charset VARCHAR(64), collation VARCHAR(64), time_zone"
                        + " VARCHAR(64), statement LONGTEXT) ENGINE=InnoDB");
        session.execute(
                what,
                "CREATE TABLE "
                        + database
                        + ".exchange (name VARCHAR(64), existed TINYINT, charset VARCHAR(64),"
                        + " collation VARCHAR(64), done TINYINT) ENGINE=InnoDB");
        session.execute(what, "START TRANSACTION");
        for (String table : entry.oldTables()) {
            session.update(what, "INSERT INTO " + database + ".moved VALUES (?, 0)", table);
        }
        for (String table : entry.newTables()) {
            session.update(what, "INSERT INTO " + database + ".moved VALUES (?, 1)", table);
        }
        writeObjects(what, entry.objects());
        session.update(
                what,
                "INSERT INTO " + database + ".exchange VALUES (?, ?, ?, ?, 0)",
                entry.database(),
                entry.existed() ? "1" : "0",
                entry.charset(),
                entry.collation());
        session.execute(what, "COMMIT");
    }

    private void writeObjects(String what, List<StoredObject> objects) throws MysqlException {
        for (int i = 0; i < objects.size(); i++) {
            StoredObject object = objects.get(i);
            session.update(
                    what,
                    "INSERT INTO " + database + ".object VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    String.valueOf(i),
                    object.kind().name(),
                    object.name(),
                    object.context().sqlMode(),
                    object.context().charset(),
                    object.context().collation(),
                    object.context().timeZone(),
                    object.statement());
        }
    }

    void markDone() throws MysqlException {
        session.update(
                "cannot complete the journal of the exchange",
                "UPDATE " + database + ".exchange SET done = 1");
    }

    /// Empty if nothing was begun.
    Optional<Entry> read() throws MysqlException {
        String what = "cannot read the journal of an exchange";
        List<List<String>> rows;
        try {
            rows = session.query(what, "SELECT * FROM " + database + ".exchange");
        } catch (MysqlException e) {
            // 1049 no such database, 1146 no such table
            if (e.code() == 1049 || e.code() == 1146) {
                return Optional.empty();
            }
            throw e;
        }
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<String> row = rows.getFirst();
        return Optional.of(
                new Entry(
                        row.get(0),
                        row.get(1).equals("1"),
                        row.get(2),
                        row.get(3),
                        row.get(4).equals("1"),
                        moved(what, "0"),
                        moved(what, "1"),
                        objects(what)));
    }

    private List<String> moved(String what, String isNew) throws MysqlException {
        return session.column(
                what, "SELECT name FROM " + database + ".moved WHERE is_new = ?", isNew);
    }

    private List<StoredObject> objects(String what) throws MysqlException {
        List<StoredObject> objects = new ArrayList<>();
        for (List<String> row :
                session.query(what, "SELECT * FROM " + database + ".object ORDER BY nr")) {
            objects.add(
                    new StoredObject(
                            DumpedObject.Kind.valueOf(row.get(1)),
                            row.get(2),
                            new DumpedObject.Context(
                                    row.get(3), row.get(4), row.get(5), row.get(6)),
                            row.get(7)));
        }
        return objects;
    }
}
