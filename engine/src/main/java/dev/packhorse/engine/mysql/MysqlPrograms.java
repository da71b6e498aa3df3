package dev.packhorse.engine.mysql;

import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.engine.process.ProgramFinder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The command-line programs that belong to a server: those of its own family first.
final class MysqlPrograms {
    private MysqlPrograms() {}

    /// A program and its version.
    record Program(Path path, ServerVersion version) {}

    static Program client(ServerVersion server) throws MysqlException {
        return server.mariaDb() ? find("mariadb", "mysql") : find("mysql", "mariadb");
    }

    static Program dump(ServerVersion server) throws MysqlException {
        return server.mariaDb()
                ? find("mariadb-dump", "mysqldump")
                : find("mysqldump", "mariadb-dump");
    }

    private static Program find(String... names) throws MysqlException {
        try {
            Path path = ProgramFinder.system().require(names);
            return new Program(path, version(path));
        } catch (IOException e) {
            throw new MysqlException(String.valueOf(e.getMessage()));
        }
    }

    private static ServerVersion version(Path path) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ChildResult result =
                ChildProcess.of(path, List.of("--no-defaults", "--version"))
                        .withLimits(Duration.ofSeconds(30), Duration.ofSeconds(30))
                        .run(_ -> {}, answer::write);
        if (!result.succeeded()) {
            throw new IOException(path + " --version: " + result.errorSummary());
        }
        try {
            // "Ver 15.1 Distrib 10.11.19-MariaDB": the program's own number comes first.
            String text = answer.toString(StandardCharsets.UTF_8);
            return ServerVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }
}
