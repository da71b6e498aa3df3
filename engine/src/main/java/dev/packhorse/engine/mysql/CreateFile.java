package dev.packhorse.engine.mysql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The member `mysql/DB.create`: how the database itself was made.
///
/// Source: what `mysqldump --no-data --no-create-info --databases DB` prints; importers take the
/// name from the fifth word of the `Host` line.
///
/// @param charset the default character set, empty if the file does not say
/// @param collation the default collation, empty if the file does not say
public record CreateFile(String charset, String collation) {
    private static final Pattern CHARSET =
            Pattern.compile("(?i)CHARACTER SET\\s*=?\\s*([a-z0-9_]{1,64})");
    private static final Pattern COLLATION =
            Pattern.compile("(?i)COLLATE\\s*=?\\s*([a-z0-9_]{1,64})");

    /// The text for a database.
    public static String render(String database, DatabaseContents contents, ServerVersion server) {
        String name = SqlText.name(database);
        return "-- "
                + (server.mariaDb() ? "MariaDB" : "MySQL")
                + " dump of the database itself\n"
                + "--\n"
                + "-- Host: localhost    Database: "
                + database
                + "\n-- ------------------------------------------------------\n"
                + "-- Server version\t"
                + server.text().lines().findFirst().orElse("")
                + "\n\n--\n-- Current Database: "
                + name
                + "\n--\n\nCREATE DATABASE /*!32312 IF NOT EXISTS*/ "
                + name
                + " /*!40100 DEFAULT CHARACTER SET "
                + contents.charset()
                + " COLLATE "
                + contents.collation()
                + " */;\n\nUSE "
                + name
                + ";\n";
    }

    /// Takes character set and collation from the text, and nothing else.
    public static CreateFile parse(String text) {
        for (String line : text.lines().toList()) {
            if (line.startsWith("CREATE DATABASE")) {
                Matcher charset = CHARSET.matcher(line);
                Matcher collation = COLLATION.matcher(line);
                return new CreateFile(
                        charset.find() ? charset.group(1) : "",
                        collation.find() ? collation.group(1) : "");
            }
        }
        return new CreateFile("", "");
    }
}
