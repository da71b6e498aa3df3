package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancellationSource;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MysqlDumpTest {
    private final MariadbServer mariadb = MariadbServer.shared();

    @TempDir Path staging;

    private Path target() {
        return staging.resolve("dump.sql");
    }

    /// The running dump programs of this test: one that another test has just ended may still be
    /// there, and names another staging folder.
    private List<ProcessHandle> dumpPrograms() {
        return ProcessHandle.current()
                .descendants()
                .filter(child ->
                        child.info()
                                .commandLine()
                                .filter(line -> line.contains("--single-transaction"))
                                .filter(line -> line.contains(staging.toString()))
                                .isPresent())
                .toList();
    }

    /// Runs a dump in another thread, of a database one of whose tables is locked meanwhile.
    private CompletableFuture<DumpReport> blockedDump(
            MysqlSession locker, String database, MysqlSettings settings, Cancellation cancellation)
            throws IOException {
        mariadb.run(
                "CREATE DATABASE " + database,
                "CREATE TABLE " + database + ".t (a int)",
                "INSERT INTO " + database + ".t VALUES (1)");
        locker.execute("lock", "LOCK TABLES " + database + ".t WRITE");
        MysqlDump dump = new MysqlDump(MysqlServer.connect(settings));
        CompletableFuture<DumpReport> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.complete(dump.dump(database, target(), staging, cancellation));
                    } catch (IOException | RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(staging)) {
            assertThat(files).isEmpty();
        }
        assertThat(mariadb.rows("SELECT User FROM mysql.user WHERE User LIKE 'packhorse-%'"))
                .isEmpty();
        assertThat(
                        mariadb.rows(
                                "SELECT USER FROM information_schema.PROCESSLIST WHERE USER LIKE"
                                        + " 'packhorse-%'"))
                .isEmpty();
    }

    @Test
    void dumpHasNoDatabaseStatementsAndNoSandboxLine() throws IOException {
        mariadb.run("CREATE DATABASE dump_a", "CREATE TABLE dump_a.t (a int)");
        DumpReport report =
                new MysqlDump(mariadb.connect())
                        .dump("dump_a", target(), staging, Cancellation.never());
        String text = Files.readString(target());
        assertThat(text)
                .startsWith("-- MariaDB dump")
                .contains("-- Host: localhost    Database: dump_a", "CREATE TABLE `t`")
                .doesNotContain("USE `", "CREATE DATABASE", "sandbox");
        assertThat(text.stripTrailing().lines().reduce((_, last) -> last).orElse(""))
                .startsWith("-- Dump completed");
        assertThat(report.contents().tables()).isEqualTo(1);
        assertThat(report.warnings()).isEmpty();
        assertThat(Files.getPosixFilePermissions(target()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Files.delete(target());
        assertNothingIsLeft();
    }

    @Test
    void worksOverTcp() throws IOException {
        mariadb.run("CREATE DATABASE dump_tcp", "CREATE TABLE dump_tcp.t (a int)");
        DumpReport report =
                new MysqlDump(MysqlServer.connect(mariadb.tcpSettings()))
                        .dump("dump_tcp", target(), staging, Cancellation.never());
        assertThat(report.contents().tables()).isEqualTo(1);
    }

    @Test
    void brokenViewIsLeftOutAndTold() throws IOException {
        mariadb.run(
                "CREATE DATABASE dump_view",
                "CREATE TABLE dump_view.t (a int)",
                "CREATE DEFINER=gone@localhost VIEW dump_view.orphan AS SELECT 1 AS a",
                "CREATE VIEW dump_view.broken AS SELECT a FROM dump_view.t",
                "DROP TABLE dump_view.t");
        DumpReport report =
                new MysqlDump(mariadb.connect())
                        .dump("dump_view", target(), staging, Cancellation.never());
        assertThat(report.warnings()).singleElement().asString().contains("dump_view.broken");
        assertThat(Files.readString(target())).contains("VIEW `orphan`").doesNotContain("broken`");
    }

    /// A table that becomes a view before it is read would run its owner's code.
    @Test
    void theAdministratorReadsNoTableEvenWhereItAloneMayLookAtAView() throws IOException {
        mariadb.run(
                "CREATE DATABASE dump_reader",
                "CREATE TABLE dump_reader.t (a int)",
                "INSERT INTO dump_reader.t VALUES (4711)",
                "CREATE FUNCTION dump_reader.f() RETURNS int RETURN 1",
                "CREATE VIEW dump_reader.called AS SELECT dump_reader.f() AS b, 'é;' AS c",
                "SET GLOBAL log_output = 'TABLE'",
                "TRUNCATE mysql.general_log",
                "SET GLOBAL general_log = ON");
        DumpReport report;
        try {
            report =
                    new MysqlDump(mariadb.connect())
                            .dump("dump_reader", target(), staging, Cancellation.never());
        } finally {
            mariadb.run("SET GLOBAL general_log = OFF");
        }
        assertThat(report.warnings()).isEmpty();
        assertThat(Files.readString(target()))
                .contains("4711", "VIEW `called` AS select `dump_reader`.`f`() AS `b`", "'é;'")
                .endsWith("\n")
                .containsPattern("-- Dump completed on [-0-9: ]+\\n$");
        assertThat(
                        mariadb.rows(
                                "SELECT DISTINCT SUBSTRING_INDEX(user_host, '-', 2) FROM"
                                        + " mysql.general_log WHERE argument LIKE '%*!40001%'"))
                .containsExactly("packhorse-dump");
    }

    @Test
    void absentDatabaseIsNamed() {
        assertThatThrownBy(() ->
                        new MysqlDump(mariadb.connect())
                                .dump("dump_none", target(), staging, Cancellation.never()))
                .isInstanceOf(MysqlException.class)
                .hasMessageContaining("dump_none");
    }

    @Test
    void killedDumpProgramIsAFailureAfterThreeAttempts() throws IOException {
        try (MysqlSession locker = MysqlSession.open(mariadb.settings())) {
            CompletableFuture<DumpReport> dump =
                    blockedDump(locker, "dump_kill", mariadb.settings(), Cancellation.never());
            AtomicInteger killed = new AtomicInteger();
            MariadbServer.await(() -> {
                dumpPrograms()
                        .forEach(program -> {
                            if (program.destroyForcibly()) {
                                killed.incrementAndGet();
                            }
                        });
                return dump.isDone();
            });
            assertThatThrownBy(dump::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(MysqlException.class)
                    .hasMessageContaining("database dump_kill could not be dumped")
                    .hasMessageContaining("code 137");
            assertThat(killed.get()).isGreaterThanOrEqualTo(3);
        }
        assertNothingIsLeft();
    }

    @Test
    void hangingDumpIsKilledAtTheIdleLimitOnTheServerToo() throws IOException {
        try (MysqlSession locker = MysqlSession.open(mariadb.settings())) {
            CompletableFuture<DumpReport> dump =
                    blockedDump(
                            locker,
                            "dump_idle",
                            mariadb.settings()
                                    .withLimits(Duration.ofMillis(500), Duration.ofMinutes(1)),
                            Cancellation.never());
            assertThatThrownBy(dump::join)
                    .hasCauseInstanceOf(MysqlException.class)
                    .hasMessageContaining("it hung");
            assertThat(dumpPrograms()).isEmpty();
            assertNothingIsLeft();
        }
    }

    @Test
    void cancelEndsTheDumpOnTheServerToo() throws IOException {
        CancellationSource cancellation = new CancellationSource();
        try (MysqlSession locker = MysqlSession.open(mariadb.settings())) {
            CompletableFuture<DumpReport> dump =
                    blockedDump(locker, "dump_cancel", mariadb.settings(), cancellation);
            MariadbServer.await(() -> !dumpPrograms().isEmpty());
            cancellation.request();
            assertThatThrownBy(dump::join).hasCauseInstanceOf(CancelledException.class);
            assertNothingIsLeft();
        }
    }

    @Test
    void passwordsAreInNoCommandLineAndNoEnvironment() throws IOException {
        CancellationSource cancellation = new CancellationSource();
        try (MysqlSession locker = MysqlSession.open(mariadb.settings())) {
            CompletableFuture<DumpReport> dump =
                    blockedDump(locker, "dump_secret", mariadb.settings(), cancellation);
            MariadbServer.await(() -> !dumpPrograms().isEmpty());
            Path credentials = staging.resolve("dump.sql.cnf");
            assertThat(Files.getPosixFilePermissions(credentials))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            String password = OptionFile.read(credentials, "client").getOrDefault("password", "");
            assertThat(password).hasSizeGreaterThan(20);
            int looked = 0;
            try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : processes) {
                    String seen =
                            read(process.resolve("cmdline")) + read(process.resolve("environ"));
                    assertThat(seen).doesNotContain(password, MariadbServer.ADMIN_PASSWORD);
                    looked += seen.contains(credentials.toString()) ? 1 : 0;
                }
            }
            assertThat(looked).isPositive();
            cancellation.request();
            assertThatThrownBy(dump::join).hasCauseInstanceOf(CancelledException.class);
        }
    }

    /// Processes come and go.
    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }
}
