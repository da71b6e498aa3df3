package dev.packhorse.engine.system;

import dev.packhorse.engine.mysql.DumpReport;
import dev.packhorse.engine.mysql.MysqlDump;
import dev.packhorse.engine.mysql.MysqlException;
import dev.packhorse.engine.mysql.MysqlServer;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;

/// Dumps of every database of the server, those of its users included, `mysql/NAME.sql.gz` each. A
/// copy of the files of a running server is worth nothing, so dumps take the place of the folder
/// that cPanel copies.
public final class DatabaseDumps {
    private static final String FOLDER = "mysql";
    private static final String ENDING = ".sql.gz";

    private final MysqlServer server;
    private final MysqlDump dump;

    public DatabaseDumps(MysqlServer server) {
        this.server = server;
        this.dump = new MysqlDump(server);
    }

    /// What became of a server's databases.
    ///
    /// @param warnings a sentence each, among them what could not be dumped
    /// @param gaps the databases that could not be dumped; one whose name no file can have never
    ///   was
    public record Dumped(List<String> warnings, DumpGaps gaps) {
        public Dumped {
            warnings = List.copyOf(warnings);
        }
    }

    /// Where the dump of a database lies in a system backup.
    public static Path file(Path backup, String database) {
        return backup.resolve(FOLDER).resolve(database + ENDING);
    }

    /// The databases of which a system backup has dumps.
    public static Set<String> in(Path backup) throws IOException {
        Path folder = backup.resolve(FOLDER);
        Set<String> databases = new TreeSet<>();
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return databases;
        }
        try (DirectoryStream<Path> dumps = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path dump : dumps) {
                String name = String.valueOf(dump.getFileName());
                databases.add(name.substring(0, name.length() - ENDING.length()));
            }
        }
        return databases;
    }

    /// Dumps all.
    ///
    /// @param target a folder that root alone can enter; `mysql` is made in it
    /// @param staging a folder that root alone can enter, for one dump at a time
    /// @throws IOException if the server is gone, a dump cannot be written, or the run was
    ///   cancelled
    public Dumped write(Path target, Path staging, Cancellation cancellation) throws IOException {
        Files.createDirectory(
                target.resolve(FOLDER),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        List<String> warnings = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (String database : server.allDatabases()) {
            if (database.indexOf('/') >= 0 || database.startsWith(".")) {
                warnings.add("database " + database + " has a name that no file can have");
                continue;
            }
            Path plain = staging.resolve("dump.sql");
            Optional<DumpReport> report = dump(database, plain, staging, cancellation, warnings);
            if (report.isPresent()) {
                warnings.addAll(report.get().warnings());
                pack(plain, file(target, database));
                Files.delete(plain);
            } else {
                leftOut.add(database);
            }
        }
        return new Dumped(warnings, DumpGaps.of(leftOut));
    }

    /// One that cannot be dumped, as with a crashed table, does not cost the others.
    private Optional<DumpReport> dump(
            String database,
            Path plain,
            Path staging,
            Cancellation cancellation,
            List<String> warnings)
            throws IOException {
        try {
            return Optional.of(dump.dump(database, plain, staging, cancellation));
        } catch (MysqlException e) {
            if (!server.isThere()) {
                throw e;
            }
            warnings.add(e.getMessage() + ": it is left out");
            return Optional.empty();
        }
    }

    private static void pack(Path plain, Path target) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                target,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")));
                InputStream in = Files.newInputStream(plain)) {
            GZIPOutputStream out = new GZIPOutputStream(Channels.newOutputStream(channel), 1 << 16);
            in.transferTo(out);
            out.finish();
            channel.force(true);
        }
    }
}
