package dev.packhorse.engine.mysql;

import java.util.List;

/// What a database holds by the server's own account at one moment.
///
/// @param charset its default character set
/// @param collation its default collation
/// @param tables number of base tables
/// @param sequences number of sequences
/// @param views the names of its views
public record DatabaseContents(
        String charset, String collation, long tables, long sequences, List<String> views) {
    public DatabaseContents {
        views = List.copyOf(views);
    }

    static DatabaseContents of(MysqlSession session, String database) throws MysqlException {
        String what = "cannot look at database " + database;
        List<List<String>> schema =
                session.query(
                        what,
                        "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM"
                                + " information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
                        database);
        if (schema.isEmpty()) {
            throw new MysqlException("there is no database " + database);
        }
        long tables = 0;
        long sequences = 0;
        List<String> views = new java.util.ArrayList<>();
        for (List<String> row :
                session.query(
                        what,
                        "SELECT TABLE_TYPE, TABLE_NAME FROM information_schema.TABLES WHERE"
                                + " TABLE_SCHEMA = ? ORDER BY TABLE_NAME",
                        database)) {
            switch (row.get(0)) {
                case "VIEW", "SYSTEM VIEW" -> views.add(row.get(1));
                case "SEQUENCE" -> sequences++;
                default -> tables++;
            }
        }
        return new DatabaseContents(
                schema.getFirst().get(0), schema.getFirst().get(1), tables, sequences, views);
    }
}
