package dev.packhorse.engine.mysql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A view, trigger, routine or event as the server describes it now.
///
/// @param kind its kind
/// @param name its name
/// @param context the session in which it was stored
/// @param statement the server's own `CREATE` statement
record StoredObject(
        DumpedObject.Kind kind, String name, DumpedObject.Context context, String statement) {
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

    boolean keepsCharset() {
        return context.charset().startsWith("utf8")
                || StandardCharsets.US_ASCII.newEncoder().canEncode(statement);
    }
}
