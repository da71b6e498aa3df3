package dev.packhorse.engine.mysql;

import dev.packhorse.engine.process.ChildLimitException;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Dumps single databases with the server's own dump program, and proves each dump: the program
/// ended well, the completion line is there, and every table, view and sequence that the server
/// counted at the start is defined in it.
///
/// The program logs in as a user that may only read this database. Safe for many threads.
public final class MysqlDump {
    private static final int ATTEMPTS = 3;
    private static final long RESTART_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final MysqlServer server;
    private final boolean rows;

    public MysqlDump(MysqlServer server) {
        this(server, true);
    }

    private MysqlDump(MysqlServer server, boolean rows) {
        this.server = server;
        this.rows = rows;
    }

    /// Dumps without rows.
    public static MysqlDump ofStructure(MysqlServer server) {
        return new MysqlDump(server, false);
    }

    /// Dumps a database, if need be from the start again when the server was restarted or tables
    /// came and went meanwhile; three attempts in all.
    ///
    /// @param database its name
    /// @param target the file to make, without `CREATE DATABASE` and `USE`; removed on failure
    /// @param staging a folder only root can enter, for the program's credentials
    /// @throws MysqlException if there is no proven dump in the end; the message names the database
    /// @throws IOException if the file cannot be written, or the run was cancelled
    public DumpReport dump(String database, Path target, Path staging, Cancellation cancellation)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(database, target, staging, cancellation);
            } catch (MysqlException e) {
                Files.deleteIfExists(target);
                cancellation.check();
                if (attempt == ATTEMPTS) {
                    throw new MysqlException(
                            "database " + database + " could not be dumped: " + e.getMessage());
                }
                awaitServer(cancellation);
            } catch (ChildLimitException e) {
                Files.deleteIfExists(target);
                throw new MysqlException(
                        "database " + database + " could not be dumped: " + e.getMessage());
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(target);
                throw e;
            }
        }
    }

    /// A server that is being restarted comes back in a while.
    private void awaitServer(Cancellation cancellation) throws IOException {
        long begin = System.nanoTime();
        while (!server.isThere() && System.nanoTime() - begin < RESTART_NANOS) {
            cancellation.check();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private DumpReport attempt(
            String database, Path target, Path staging, Cancellation cancellation)
            throws IOException {
        List<String> warnings = new ArrayList<>();
        DatabaseContents contents = look(database);
        Path credentials = staging.resolve(target.getFileName() + ".cnf");
        try (TemporaryUser user =
                TemporaryUser.create(server.settings(), "dump", grants(database))) {
            List<String> unread = brokenViews(user.settings(), database, contents);
            // What the reader may not look at the administrator may. It never reads tables, though:
            // one that becomes a view meanwhile would run code of its owner with every right.
            List<String> broken =
                    unread.isEmpty() ? unread : brokenViews(server.settings(), database, contents);
            broken.forEach(view ->
                    warnings.add(
                            "view "
                                    + database
                                    + "."
                                    + view
                                    + " is broken on the server and was left out"));
            OptionFile.writeClient(credentials, user.settings());
            run(database, target, credentials, unread, cancellation);
            HiddenViews.append(
                    server,
                    database,
                    unread.stream().filter(view -> !broken.contains(view)).toList(),
                    target);
            List<String> refused = verify(database, target, contents, broken);
            warnings.addAll(refused);
            return new DumpReport(contents, Files.size(target), warnings, refused);
        } finally {
            Files.deleteIfExists(credentials);
        }
    }

    private DatabaseContents look(String database) throws MysqlException {
        try (MysqlSession session = server.open()) {
            if (Exchange.isUnderWay(session, database)) {
                throw new MysqlException("it is being restored");
            }
            return DatabaseContents.of(session, database);
        }
    }

    private List<String> grants(String database) {
        String scope = SqlText.name(SqlText.pattern(database)) + ".*";
        List<String> grants = new ArrayList<>();
        grants.add("SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON " + scope);
        ServerVersion version = server.version();
        // Definitions of routines are hidden from all but their owners and who holds one of these.
        if (version.mariaDb() || !version.isAtLeast(8, 0, 0)) {
            grants.add("SELECT ON mysql.proc");
        } else if (version.isAtLeast(8, 0, 20)) {
            grants.add("SHOW_ROUTINE ON *.*");
        } else {
            grants.add("SELECT ON *.*");
        }
        return grants;
    }

    /// Asks for the columns of each view, as the dump program will: one that fails would end it.
    private static List<String> brokenViews(
            MysqlSettings login, String database, DatabaseContents contents) throws MysqlException {
        List<String> broken = new ArrayList<>();
        if (contents.views().isEmpty()) {
            return broken;
        }
        try (MysqlSession session = MysqlSession.open(login)) {
            for (String view : contents.views()) {
                try {
                    session.query(
                            "cannot look at view " + view,
                            "SHOW COLUMNS FROM "
                                    + SqlText.name(database)
                                    + "."
                                    + SqlText.name(view));
                } catch (MysqlException e) {
                    if (e.code() == 0) {
                        throw e;
                    }
                    broken.add(view);
                }
            }
        }
        return broken;
    }

    private void run(
            String database,
            Path target,
            Path credentials,
            List<String> leftOut,
            Cancellation cancellation)
            throws IOException {
        MysqlPrograms.Program program = MysqlPrograms.dump(server.version());
        ChildProcess child =
                ChildProcess.of(program.path(), arguments(program, database, credentials, leftOut))
                        .withLimits(server.settings().idleLimit(), server.settings().totalLimit())
                        .withCancellation(cancellation);
        ChildResult result;
        try (DumpFile file = DumpFile.create(target)) {
            result = child.run(_ -> {}, file);
        }
        if (!result.succeeded()) {
            throw new MysqlException(
                    program.path().getFileName()
                            + " ended with code "
                            + result.exitCode()
                            + ": "
                            + result.errorSummary());
        }
    }

    private List<String> arguments(
            MysqlPrograms.Program program,
            String database,
            Path credentials,
            List<String> leftOut) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--defaults-file=" + credentials);
        arguments.addAll(
                List.of(
                        "--single-transaction",
                        "--quick",
                        "--routines",
                        "--triggers",
                        "--events",
                        "--hex-blob",
                        "--default-character-set=utf8mb4",
                        "--skip-lock-tables",
                        "--no-tablespaces",
                        "--max-allowed-packet=1G"));
        if (!program.version().mariaDb()) {
            arguments.add("--set-gtid-purged=OFF");
            if (program.version().isAtLeast(8, 0, 0)) {
                arguments.add("--column-statistics=0");
            }
        }
        if (!rows) {
            arguments.add("--no-data");
        }
        for (String view : leftOut) {
            arguments.add("--ignore-table=" + database + "." + view);
        }
        arguments.add("--");
        arguments.add(database);
        return arguments;
    }

    /// @return what keeps it from being restored, a sentence each
    private List<String> verify(
            String database, Path target, DatabaseContents contents, List<String> leftOut)
            throws IOException {
        DumpSummary summary;
        ObjectRoom room = new ObjectRoom();
        try (MysqlSession session = server.open();
                InputStream dump = Files.newInputStream(target)) {
            summary =
                    new DumpScanner(
                                    dump,
                                    database,
                                    server.version(),
                                    Collations.of(session),
                                    false,
                                    OutputStream.nullOutputStream(),
                                    object -> room.take(object.body().length()))
                            .scan();
        } catch (MysqlDumpRefused e) {
            throw new MysqlException("the dump is not whole: " + e.getMessage());
        }
        if (!summary.isCompleted()) {
            throw new MysqlException("the dump is not whole: its completion line is missing");
        }
        expect("tables", contents.tables(), summary.tables().size());
        expect("sequences", contents.sequences(), summary.sequences().size());
        expect("views", contents.views().size() - (long) leftOut.size(), summary.views().size());
        return Stream.concat(
                        summary.refusals().stream().map(MysqlDumpRefused::getMessage),
                        room.refusal(database).stream())
                .map(refusal -> "database " + database + " will not restore as it is: " + refusal)
                .toList();
    }

    private static void expect(String what, long atStart, long inDump) throws MysqlException {
        if (atStart != inDump) {
            throw new MysqlException(
                    "the server has " + atStart + " " + what + ", the dump " + inDump);
        }
    }
}
