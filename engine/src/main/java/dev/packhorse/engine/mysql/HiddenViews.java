package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Views that only the administrator may look at, as those of users that are gone, and those that
/// call routines. A dump gets their definitions as the server has them, behind everything else; as
/// they may read each other, each stands for itself with its columns alone before.
final class HiddenViews {
    private static final String COMPLETION = "\n-- Dump completed";
    private static final int TAIL = 4096;

    private HiddenViews() {}

    /// Adds views to a dump.
    ///
    /// @throws MysqlException if one is gone, or the dump is not whole
    static void append(MysqlServer server, String database, List<String> views, Path dump)
            throws IOException {
        if (views.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder("\n/*!40101 SET NAMES utf8mb4 */;\n");
        try (MysqlSession session = server.open()) {
            // Names of the database in use are shown without it.
            session.execute("cannot use the database", "USE " + SqlText.name(database));
            for (String view : views) {
                sql.append(placeholder(session, view)).append(";\n");
            }
            for (String view : views) {
                sql.append("DROP VIEW ").append(SqlText.name(view)).append(";\n");
                sql.append(definition(session, view)).append(";\n");
            }
        }
        insert(dump, sql.toString());
    }

    private static String placeholder(MysqlSession session, String view) throws MysqlException {
        return session
                .query("cannot look at view " + view, "SHOW COLUMNS FROM " + SqlText.name(view))
                .stream()
                .map(column -> "1 AS " + SqlText.name(column.getFirst()))
                .collect(
                        Collectors.joining(
                                ", ", "CREATE VIEW " + SqlText.name(view) + " AS SELECT ", ""));
    }

    private static String definition(MysqlSession session, String view) throws MysqlException {
        return session.query("cannot read view " + view, "SHOW CREATE VIEW " + SqlText.name(view))
                .getFirst()
                .get(1);
    }

    /// The line that says that a dump is whole stays the last one.
    private static void insert(Path dump, String sql) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(dump.toFile(), "rw")) {
            byte[] tail = new byte[(int) Math.min(TAIL, file.length())];
            long begin = file.length() - tail.length;
            file.seek(begin);
            file.readFully(tail);
            int completion = new String(tail, StandardCharsets.ISO_8859_1).lastIndexOf(COMPLETION);
            if (completion < 0) {
                throw new MysqlException("the dump is not whole: its completion line is missing");
            }
            file.seek(begin + completion);
            file.write(sql.getBytes(StandardCharsets.UTF_8));
            file.write(tail, completion, tail.length - completion);
        }
    }
}
