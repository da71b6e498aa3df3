package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSource;
import java.io.IOException;
import java.util.Set;

/// The databases that a restore replaces where this server has them, by the names that they have
/// here.
///
/// @param mysql those of MySQL or MariaDB
/// @param postgres those of PostgreSQL
public record ReplacedDatabases(Set<String> mysql, Set<String> postgres) {
    public ReplacedDatabases {
        mysql = Set.copyOf(mysql);
        postgres = Set.copyOf(postgres);
    }

    /// Those that an archive has dumps of.
    ///
    /// @param source what the restore takes of the archive
    /// @throws IOException if the archive cannot be read
    public static ReplacedDatabases of(RestoreContext context, ArchiveSource source)
            throws IOException {
        return new ReplacedDatabases(
                new MysqlRestoring(context, source).replaced(),
                new PostgresRestoring(context, source).replaced());
    }

    /// Some servers do not tell names by their case; one too many costs less than one too few.
    boolean hasMysql(String database) {
        return mysql.stream().anyMatch(database::equalsIgnoreCase);
    }

    boolean hasAnyMysql() {
        return !mysql.isEmpty();
    }

    boolean hasAnyPostgres() {
        return !postgres.isEmpty();
    }

    boolean hasPostgres(String database) {
        return postgres.contains(database);
    }
}
