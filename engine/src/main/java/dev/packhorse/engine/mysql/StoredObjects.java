package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.List;

/// The views, triggers, routines and events of a database on the server: lists, drops and creates
/// them.
final class StoredObjects {
    private StoredObjects() {}

    /// All objects of a database, in an order in which they can be dropped: what hangs on tables
    /// first. The session's default database becomes this one.
    static List<StoredObject> list(MysqlSession session, ServerVersion server, String database)
            throws MysqlException {
        session.execute("cannot use database " + database, "USE " + SqlText.name(database));
        List<StoredObject> objects = new ArrayList<>();
        add(
                session,
                objects,
                DumpedObject.Kind.TRIGGER,
                "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?"
                        + " ORDER BY EVENT_OBJECT_TABLE, ACTION_ORDER, TRIGGER_NAME",
                database);
        add(
                session,
                objects,
                DumpedObject.Kind.EVENT,
                "SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?",
                database);
        addRoutines(session, server, objects, database);
        add(
                session,
                objects,
                DumpedObject.Kind.VIEW,
                "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND"
                        + " TABLE_TYPE = 'VIEW'",
                database);
        return objects;
    }

    private static void addRoutines(
            MysqlSession session, ServerVersion server, List<StoredObject> objects, String database)
            throws MysqlException {
        String sql =
                "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND"
                        + " ROUTINE_TYPE = ";
        List<DumpedObject.Kind> kinds = new ArrayList<>();
        if (server.mariaDb() && server.isAtLeast(10, 3, 5)) {
            kinds.add(DumpedObject.Kind.PACKAGE);
            kinds.add(DumpedObject.Kind.PACKAGE_BODY);
        }
        kinds.add(DumpedObject.Kind.FUNCTION);
        kinds.add(DumpedObject.Kind.PROCEDURE);
        for (DumpedObject.Kind kind : kinds) {
            add(session, objects, kind, sql + "'" + kind.sql() + "'", database);
        }
    }

    private static void add(
            MysqlSession session,
            List<StoredObject> objects,
            DumpedObject.Kind kind,
            String sql,
            String database)
            throws MysqlException {
        String what = "cannot list the objects of database " + database;
        for (String name : session.column(what, sql, database)) {
            objects.add(read(session, kind, name));
        }
    }

    /// Source: the columns of `SHOW CREATE ...` in the manuals of both servers.
    private static StoredObject read(MysqlSession session, DumpedObject.Kind kind, String name)
            throws MysqlException {
        List<String> row =
                session.query(
                                "cannot read " + kind.sql() + " " + name,
                                "SHOW CREATE " + kind.sql() + " " + SqlText.name(name))
                        .getFirst();
        return switch (kind) {
            case VIEW ->
                    new StoredObject(
                            kind,
                            name,
                            new DumpedObject.Context("", row.get(2), row.get(3), "SYSTEM"),
                            row.get(1));
            case EVENT ->
                    new StoredObject(
                            kind,
                            name,
                            new DumpedObject.Context(
                                    row.get(1), row.get(4), row.get(5), row.get(2)),
                            row.get(3));
            case TRIGGER, PROCEDURE, FUNCTION, PACKAGE, PACKAGE_BODY ->
                    new StoredObject(
                            kind,
                            name,
                            new DumpedObject.Context(row.get(1), row.get(3), row.get(4), "SYSTEM"),
                            row.get(2));
        };
    }

    /// Drops every view, trigger, routine and event of a database.
    static void dropAll(MysqlSession session, ServerVersion server, String database)
            throws MysqlException {
        for (StoredObject object : list(session, server, database)) {
            session.execute(
                    "cannot drop " + object.kind().sql() + " " + object.name(),
                    "DROP " + object.kind().sql() + " IF EXISTS " + SqlText.name(object.name()));
        }
    }

    /// Views may need each other, so those that fail are tried again as long as others succeed.
    static void createAll(MysqlSession session, String database, List<StoredObject> objects)
            throws MysqlException {
        session.execute("cannot use the database", "USE " + SqlText.name(database));
        ObjectCreator creator = new ObjectCreator(session);
        List<StoredObject> waiting = new ArrayList<>(objects);
        int before;
        MysqlException last = null;
        do {
            before = waiting.size();
            List<StoredObject> failed = new ArrayList<>();
            for (StoredObject object : waiting) {
                try {
                    creator.create(
                            object.kind().sql() + " " + object.name(),
                            object.context(),
                            object.keepsCharset(),
                            object.statement());
                } catch (MysqlException e) {
                    failed.add(object);
                    last = e;
                }
            }
            waiting = failed;
        } while (!waiting.isEmpty() && waiting.size() < before);
        boolean onlyViews =
                waiting.stream().allMatch(each -> each.kind() == DumpedObject.Kind.VIEW);
        // Views may have been broken before: then nobody can create them.
        if (last != null && !onlyViews) {
            throw last;
        }
    }
}
