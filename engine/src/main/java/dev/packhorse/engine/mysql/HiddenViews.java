package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Views that only the administrator may look at, as those of users that are gone. A dump gets
/// their definitions as the server has them, behind everything else.
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
                sql.append(
                                session.query(
                                                "cannot read view " + view,
                                                "SHOW CREATE VIEW " + SqlText.name(view))
                                        .getFirst()
                                        .get(1))
                        .append(";\n");
            }
        }
        insert(dump, sql.toString());
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
