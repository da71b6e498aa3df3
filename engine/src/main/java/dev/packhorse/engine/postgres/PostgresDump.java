package dev.packhorse.engine.postgres;

import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Dumps single databases in the tar form of `pg_dump`, and proves each: the program ended well,
/// its table of contents can be read, and names as many tables as the server counted at the start.
/// The program logs in as a role that has the rights of the account's roles and may read, nothing
/// else: a customer's database must not be read by a superuser, since reading can run code of its
/// owner. Safe for many threads.
public final class PostgresDump {
    /// The first version with the role `pg_read_all_data`.
    private static final int READS_ALL = 140_000;

    private static final int ATTEMPTS = 3;
    private static final long RESTART_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final PostgresServer server;
    private final boolean rows;

    /// @param rows false for the structure alone
    public PostgresDump(PostgresServer server, boolean rows) {
        this.server = server;
        this.rows = rows;
    }

    /// Dumps, if need be from the start again when the server was restarted or tables came and went
    /// meanwhile; three attempts in all.
    ///
    /// @param accountRoles the account's roles
    /// @param target the file to make; removed on failure
    /// @param staging a folder that only root can enter
    /// @return how many tables it holds
    /// @throws PostgresException if there is no proven dump in the end; the message names the
    ///   database
    /// @throws IOException if the file cannot be written, or the run was cancelled
    public long dump(
            String database,
            List<String> accountRoles,
            Path target,
            Path staging,
            Cancellation cancellation)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(database, accountRoles, target, staging, cancellation);
            } catch (PostgresException e) {
                Files.deleteIfExists(target);
                cancellation.check();
                if (attempt == ATTEMPTS || e.isLate()) {
                    throw new PostgresException(
                            "database " + database + " could not be dumped: " + e.getMessage());
                }
                awaitServer(cancellation);
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

    private long attempt(
            String database,
            List<String> accountRoles,
            Path target,
            Path staging,
            Cancellation cancellation)
            throws IOException {
        List<String> memberOf = new ArrayList<>(accountRoles);
        if (server.version() >= READS_ALL) {
            memberOf.add("pg_read_all_data");
        }
        List<String> arguments =
                new ArrayList<>(List.of("--format=tar", "--lock-wait-timeout=10min"));
        if (!rows) {
            arguments.add("--schema-only");
        }
        PostgresPrograms programs = server.programs();
        long tables;
        try (TemporaryRole role = TemporaryRole.create(programs, memberOf, staging);
                FileChannel file =
                        FileChannel.open(
                                target,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")))) {
            tables = server.tables(role.login(), database);
            ChildResult result =
                    programs.run(
                            role.login(),
                            "pg_dump",
                            database,
                            arguments,
                            (bytes, offset, length) ->
                                    write(file, ByteBuffer.wrap(bytes, offset, length)),
                            cancellation);
            if (!result.succeeded()) {
                throw new PostgresException(result.errorSummary());
            }
        }
        long dumped = tables(programs.contents(target, cancellation));
        if (dumped < tables) {
            throw new PostgresException(
                    "%d tables were there and %d are in the dump".formatted(tables, dumped));
        }
        return dumped;
    }

    private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /// Lines have the form `217; 1259 16386 TABLE public mules owner`, where 1259 is the catalog of
    /// tables; what tables hold, and belong to, has none.
    private static long tables(List<String> contents) {
        return contents.stream().filter(line -> line.matches("\\d+; 1259 \\d+ TABLE .*")).count();
    }
}
