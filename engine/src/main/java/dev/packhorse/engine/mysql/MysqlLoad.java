package dev.packhorse.engine.mysql;

import dev.packhorse.engine.process.ChildLimitException;
import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Loads a dump that nobody vouches for, and puts it in the place of a database.
///
/// The dump is read twice. The first time nothing is done with it: what is refused is refused
/// before the server is touched. The second time its tables go through the client program into a
/// fresh database, as a user that has rights on nothing else. Then the tables are exchanged
/// ([Exchange]) and views, triggers, routines and events are created by single statements, put
/// together from checked parts, by a user that has rights on this account's databases only. Their
/// owners are users of the account; whoever else the dump names is replaced, and in the end the
/// server's own tables are asked that it is so. Safe for many threads.
public final class MysqlLoad {
    private static final byte[] SANDBOX =
            "/*M!999999\\- enable the sandbox mode */\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PRELUDE =
            """
            SET NAMES utf8mb4;
            SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
            SET SESSION foreign_key_checks = 0, unique_checks = 0;
            """
                    .getBytes(StandardCharsets.US_ASCII);

    private final MysqlServer server;

    public MysqlLoad(MysqlServer server) {
        this.server = server;
    }

    /// Makes the database what the dump says.
    ///
    /// @throws MysqlDumpRefused if the dump holds something that no dump may hold; nothing happened
    /// @throws MysqlException if the server refuses something; the database is as it was before
    /// @throws IOException if the dump cannot be read, or the run was cancelled; as above
    public LoadReport load(LoadRequest request) throws IOException {
        ExchangeNames names = ExchangeNames.of(request.database());
        try (MysqlSession session = server.open()) {
            Collations collations = Collations.of(session);
            ObjectList objects = new ObjectList();
            DumpSummary summary =
                    scan(request, collations, OutputStream.nullOutputStream(), objects);
            objects.checkSize(request.database());
            request.cancellation().check();
            Exchange exchange = new Exchange(session, server.version(), names);
            exchange.begin();
            try {
                fill(request, names, session, collations);
                count(session, names, summary);
                request.cancellation().check();
            } catch (IOException e) {
                // Nothing but the fresh database was touched.
                dropFresh(session, names, e);
                throw e instanceof ChildLimitException
                        ? new MysqlException(
                                "database " + request.database() + ": " + e.getMessage())
                        : e;
            }
            List<String> altered = new ArrayList<>();
            if (summary.isDatabaseAltered()) {
                altered.add(
                        "database "
                                + request.database()
                                + ": changes of its character set within the dump were left out");
            }
            exchange.run(
                    request.database(),
                    charset(request.create(), collations),
                    () ->
                            new ObjectRestore(server, request, altered)
                                    .create(session, objects.list));
            return new LoadReport(summary.tables().size(), summary.views().size(), altered);
        }
    }

    /// Tries whether the dump loads: its tables go into a fresh database, as [#load] would fill it,
    /// which is removed again; a killed try is swept by [MysqlServer#recover]. Views, triggers,
    /// routines and events are read and checked, not made. No database of an account is touched.
    ///
    /// @param request its `database` only gives the fresh one a name that nobody else has
    /// @return what the dump has
    /// @throws MysqlDumpRefused if the dump holds something that no dump may hold
    /// @throws MysqlException if the server refuses something, or has other tables than the dump
    /// @throws IOException if the dump cannot be read, or the run was cancelled
    public LoadReport tryOut(LoadRequest request) throws IOException {
        ExchangeNames names = ExchangeNames.of(request.database());
        try (MysqlSession session = server.open()) {
            Collations collations = Collations.of(session);
            DumpSummary summary =
                    scan(request, collations, OutputStream.nullOutputStream(), _ -> {});
            request.cancellation().check();
            TemporaryUser.lock(session, names.lock());
            try {
                fill(request, names, session, collations);
                count(session, names, summary);
            } catch (IOException e) {
                dropFresh(session, names, e);
                throw e;
            }
            session.execute(
                    "cannot remove " + names.fresh(),
                    "DROP DATABASE IF EXISTS " + SqlText.name(names.fresh()));
            return new LoadReport(summary.tables().size(), summary.views().size(), List.of());
        }
    }

    private DumpSummary scan(
            LoadRequest request,
            Collations collations,
            OutputStream tables,
            Consumer<DumpedObject> objects)
            throws IOException {
        try (InputStream dump = request.open()) {
            return new DumpScanner(
                            dump,
                            request.dumpedName(),
                            server.version(),
                            collations,
                            true,
                            tables,
                            objects)
                    .scan();
        }
    }

    private static CreateFile charset(CreateFile wanted, Collations collations) {
        return new CreateFile(wanted.charset(), collations.map(wanted.collation()));
    }

    private void fill(
            LoadRequest request, ExchangeNames names, MysqlSession session, Collations collations)
            throws IOException {
        CreateFile charset = charset(request.create(), collations);
        session.execute(
                "cannot make a database to load into",
                "CREATE DATABASE "
                        + SqlText.name(names.fresh())
                        + (charset.charset().isEmpty() ? "" : " CHARACTER SET " + charset.charset())
                        + (charset.collation().isEmpty() ? "" : " COLLATE " + charset.collation()));
        String grant =
                "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, LOCK"
                        + " TABLES ON "
                        + SqlText.name(names.fresh())
                        + ".*";
        Path credentials = request.staging().resolve(names.fresh() + ".cnf");
        try (TemporaryUser user = TemporaryUser.create(server.settings(), "load", List.of(grant))) {
            Files.deleteIfExists(credentials);
            OptionFile.writeClient(credentials, user.settings());
            runClient(request, names, credentials, collations);
        } finally {
            Files.deleteIfExists(credentials);
        }
    }

    private void runClient(
            LoadRequest request, ExchangeNames names, Path credentials, Collations collations)
            throws IOException {
        MysqlPrograms.Program program = MysqlPrograms.client(server.version());
        List<String> arguments =
                List.of(
                        "--defaults-file=" + credentials,
                        "--batch",
                        "--binary-mode",
                        "--default-character-set=binary",
                        "--local-infile=0",
                        "--max-allowed-packet=1G",
                        "--skip-reconnect",
                        "--",
                        names.fresh());
        ChildResult result =
                ChildProcess.of(program.path(), arguments)
                        .withLimits(server.settings().idleLimit(), server.settings().totalLimit())
                        .withCancellation(request.cancellation())
                        .run(
                                stdin -> {
                                    OutputStream out = new BufferedOutputStream(stdin, 64 * 1024);
                                    if (program.version().clientHasSandbox()) {
                                        out.write(SANDBOX);
                                    }
                                    out.write(PRELUDE);
                                    scan(request, collations, out, _ -> {});
                                    out.flush();
                                },
                                ChildOutput.NONE);
        if (!result.succeeded()) {
            throw new MysqlException(
                    "database "
                            + request.database()
                            + " could not be loaded: "
                            + result.errorSummary());
        }
    }

    private static void count(MysqlSession session, ExchangeNames names, DumpSummary summary)
            throws MysqlException {
        DatabaseContents loaded = DatabaseContents.of(session, names.fresh());
        if (loaded.tables() != summary.tables().size()
                || loaded.sequences() != summary.sequences().size()) {
            throw new MysqlException(
                    "the dump defines "
                            + summary.tables().size()
                            + " tables and "
                            + summary.sequences().size()
                            + " sequences, the server made "
                            + loaded.tables()
                            + " and "
                            + loaded.sequences());
        }
    }

    private static void dropFresh(MysqlSession session, ExchangeNames names, IOException cause) {
        try {
            session.execute(
                    "cannot remove " + names.fresh(),
                    "DROP DATABASE IF EXISTS " + SqlText.name(names.fresh()));
        } catch (MysqlException e) {
            // The next run's recovery removes it.
            cause.addSuppressed(e);
        }
    }

    /// Objects wait in memory until the tables are there.
    private static final class ObjectList implements Consumer<DumpedObject> {
        private final List<DumpedObject> list = new ArrayList<>();
        private final ObjectRoom room = new ObjectRoom();

        @Override
        public void accept(DumpedObject object) {
            if (room.take(object.body().length())) {
                list.add(object);
            }
        }

        void checkSize(String database) throws MysqlException {
            Optional<String> refusal = room.refusal(database);
            if (refusal.isPresent()) {
                throw new MysqlException(refusal.get());
            }
        }
    }
}
