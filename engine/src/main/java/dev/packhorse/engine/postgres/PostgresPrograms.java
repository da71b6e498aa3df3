package dev.packhorse.engine.postgres;

import dev.packhorse.engine.process.ChildInput;
import dev.packhorse.engine.process.ChildLimitException;
import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Runs the server's programs: as the administrator, or as a role with a password of its own, which
/// reaches them through a file that only root can read. Safe for many threads.
final class PostgresPrograms {
    private static final char FIELD = '\u001f';
    private static final char RECORD = '\u001e';
    private static final int MOST_ANSWER = 64 << 20;

    /// Whoever owns a database may set a path of names, a role and an encoding for all who connect
    /// to it. Names of ours must find the system's own, never a function of a customer's, which
    /// would have every right of the administrator.
    private static final String PRELUDE =
            """
            SET search_path = pg_catalog, pg_temp;
            SET ROLE NONE;
            SET client_encoding = 'UTF8';
            SET standard_conforming_strings = on;
            SET client_min_messages = error;
            """;

    private static final List<String> PSQL =
            List.of(
                    "--no-psqlrc",
                    "--quiet",
                    "--tuples-only",
                    "--no-align",
                    "--field-separator=" + FIELD,
                    "--record-separator=" + RECORD,
                    "--set=ON_ERROR_STOP=1",
                    "--file=-");

    private final PostgresSettings settings;

    PostgresPrograms(PostgresSettings settings) {
        this.settings = settings;
    }

    /// A role that logs in with a password, from a folder that only root can enter.
    record Login(String role, Secret password, Path staging) {}

    private static Path require(String name) throws PostgresException {
        return ProgramFinder.system()
                .find(name)
                .orElseThrow(() ->
                        new PostgresException("there is no program " + name + " on this server"));
    }

    /// Runs SQL of ours as the administrator; the first error ends it, and what it changed within a
    /// transaction is undone.
    ///
    /// @return the rows of all its queries
    /// @throws PostgresException if the server cannot be reached or refuses
    List<List<String>> sql(String database, String sql) throws IOException {
        return answer(sql, (input, output) -> asAdministrator(database, input, output));
    }

    /// The same as a role with a password.
    List<List<String>> sql(Login login, String database, String sql) throws IOException {
        return answer(
                sql,
                (input, output) ->
                        as(
                                login,
                                "psql",
                                settings.passwordHost(),
                                database,
                                PSQL,
                                input,
                                output,
                                Cancellation.never()));
    }

    /// A run of `psql`.
    @FunctionalInterface
    private interface Psql {
        ChildResult run(ChildInput input, ChildOutput output) throws IOException;
    }

    private static List<List<String>> answer(String sql, Psql psql) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChildResult result =
                psql.run(
                        in -> in.write((PRELUDE + sql).getBytes(StandardCharsets.UTF_8)),
                        (bytes, offset, length) -> {
                            if (out.size() + length > MOST_ANSWER) {
                                throw new PostgresException("the server's answer has no end");
                            }
                            out.write(bytes, offset, length);
                        });
        if (!result.succeeded()) {
            throw new PostgresException("psql: " + result.errorSummary());
        }
        return rows(out.toString(StandardCharsets.UTF_8));
    }

    private static List<List<String>> rows(String answer) {
        List<List<String>> rows = new ArrayList<>();
        for (String record : answer.split(String.valueOf(RECORD), -1)) {
            // Only ends of lines: separators count as blanks, too, and an empty last field has one.
            String line = record.replaceAll("^[\\r\\n]+|[\\r\\n]+$", "");
            if (!line.isEmpty()) {
                rows.add(List.of(line.split(String.valueOf(FIELD), -1)));
            }
        }
        return rows;
    }

    private ChildResult asAdministrator(String database, ChildInput input, ChildOutput output)
            throws IOException {
        if (settings.isPeer()) {
            List<String> all = new ArrayList<>(becomeServerUser(require("psql")));
            all.addAll(connection(settings.host(), settings.user(), database));
            all.addAll(PSQL);
            return run(process(require("setpriv"), all, Cancellation.never()), input, output);
        }
        Path staging =
                Files.createTempDirectory(
                        "packhorse-postgres-",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        try {
            Login login = new Login(settings.user(), settings.password(), staging);
            return as(
                    login,
                    "psql",
                    settings.host(),
                    database,
                    PSQL,
                    input,
                    output,
                    Cancellation.never());
        } finally {
            Files.deleteIfExists(staging);
        }
    }

    private List<String> becomeServerUser(Path program) {
        return List.of(
                "--reuid=" + settings.user(),
                "--regid=" + settings.user(),
                "--init-groups",
                program.toString());
    }

    /// Runs a program as a role with a password.
    ///
    /// @return how it ended, whatever the exit code
    ChildResult run(
            Login login,
            String program,
            String database,
            List<String> arguments,
            ChildOutput output,
            Cancellation cancellation)
            throws IOException {
        return as(
                login,
                program,
                settings.passwordHost(),
                database,
                arguments,
                ChildInput.NONE,
                output,
                cancellation);
    }

    private ChildResult as(
            Login login,
            String program,
            String host,
            String database,
            List<String> arguments,
            ChildInput input,
            ChildOutput output,
            Cancellation cancellation)
            throws IOException {
        Path passwords = login.staging().resolve("pgpass-" + UUID.randomUUID());
        try {
            Files.createFile(
                    passwords,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(passwords, "*:*:*:*:" + escaped(login.password()) + "\n");
            List<String> all = new ArrayList<>(connection(host, login.role(), database));
            all.addAll(arguments);
            ChildProcess process =
                    process(require(program), all, cancellation)
                            .withEnvironment("PGPASSFILE", passwords.toString());
            return run(process, input, output);
        } finally {
            Files.deleteIfExists(passwords);
        }
    }

    /// Source: PostgreSQL's manual, "The Password File".
    private static String escaped(Secret password) {
        return password.reveal().replace("\\", "\\\\").replace(":", "\\:");
    }

    private List<String> connection(String host, String role, String database) {
        return List.of(
                "--host=" + host,
                "--port=" + settings.port(),
                "--username=" + role,
                "--no-password",
                "--dbname=" + database);
    }

    private ChildProcess process(Path program, List<String> arguments, Cancellation cancellation) {
        return ChildProcess.of(program, arguments)
                .withEnvironment("PGCONNECT_TIMEOUT", "15")
                // For what runs before the first statement, as a trigger on logins.
                .withEnvironment("PGOPTIONS", "-c search_path=pg_catalog,pg_temp")
                .withLimits(settings.idleLimit(), settings.totalLimit())
                .withCancellation(cancellation);
    }

    private static ChildResult run(ChildProcess process, ChildInput input, ChildOutput output)
            throws IOException {
        try {
            return process.run(input, output);
        } catch (ChildLimitException e) {
            throw new PostgresException(String.valueOf(e.getMessage()), true);
        }
    }

    /// The table of contents of a dump, a line an entry, comments left out.
    ///
    /// @throws PostgresException if the file is no whole dump
    List<String> contents(Path dump, Cancellation cancellation) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChildResult result =
                run(
                        process(
                                require("pg_restore"),
                                List.of("--list", "--format=tar", dump.toString()),
                                cancellation),
                        ChildInput.NONE,
                        (bytes, offset, length) -> {
                            if (out.size() + length > MOST_ANSWER) {
                                throw new PostgresException("its table of contents has no end");
                            }
                            out.write(bytes, offset, length);
                        });
        if (!result.succeeded()) {
            throw new PostgresException("this is no whole dump: " + result.errorSummary());
        }
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith(";"))
                .toList();
    }

    /// Whether a program is on this server.
    static Optional<String> missing() {
        for (String program : List.of("psql", "pg_dump", "pg_restore")) {
            if (ProgramFinder.system().find(program).isEmpty()) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }
}
