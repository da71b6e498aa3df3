package dev.packhorse.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A MariaDB server of this JVM's own: in a folder of its own, on a free port, without any of the
/// machine's settings; started once, ended with the JVM.
public final class MariadbServer {
    /// Has everything that may go wrong in an option file.
    public static final String ADMIN_PASSWORD = "ad min\\ \"quoted\" #1 'x'";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Optional<MariadbServer> SHARED = startIfPresent();

    private final Path folder;
    private final Process process;
    private final int port;

    private MariadbServer(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /// The server. A test on a machine without MariaDB is skipped.
    public static MariadbServer shared() {
        assumeTrue(SHARED.isPresent(), "needs mariadbd");
        return SHARED.orElseThrow();
    }

    /// A further server, ended with the JVM. A test on a machine without MariaDB is skipped.
    public static MariadbServer another() {
        Optional<MariadbServer> started = startIfPresent();
        assumeTrue(started.isPresent(), "needs mariadbd");
        return started.orElseThrow();
    }

    public Path socket() {
        return folder.resolve("s.sock");
    }

    public MysqlSettings settings() {
        return MysqlSettings.socket(socket(), "root", new Secret(ADMIN_PASSWORD));
    }

    MysqlSettings tcpSettings() {
        return settingsAt(address());
    }

    /// Where it listens.
    public HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    /// The same by way of something that stands before it.
    public MysqlSettings settingsAt(HostPort address) {
        return MysqlSettings.tcp(address, "root", new Secret(ADMIN_PASSWORD));
    }

    public MysqlServer connect() throws MysqlException {
        return MysqlServer.connect(settings());
    }

    /// Runs statements as the administrator, the first one before the others.
    public void run(String... statements) throws MysqlException {
        runAs(settings(), statements);
    }

    void runAs(MysqlSettings login, String... statements) throws MysqlException {
        try (MysqlSession session = MysqlSession.open(login)) {
            for (String statement : statements) {
                session.execute("test statement", statement);
            }
        }
    }

    /// The rows of a query, columns joined by `|`.
    public List<String> rows(String sql) throws MysqlException {
        try (MysqlSession session = MysqlSession.open(settings())) {
            return session.query("test query", sql).stream()
                    .map(row -> String.join("|", row))
                    .toList();
        }
    }

    /// Whether somebody can log in.
    public boolean logsIn(String user, String password) {
        try {
            runAs(settings().as(user, new Secret(password)), "SELECT 1");
            return true;
        } catch (MysqlException e) {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(1045);
            return false;
        }
    }

    /// Everything on the server that a refused dump must leave alone.
    public List<String> census() throws MysqlException {
        List<String> found = new ArrayList<>();
        found.addAll(
                rows(
                        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_ROWS FROM information_schema.TABLES"
                                + " WHERE TABLE_SCHEMA NOT IN ('information_schema',"
                                + " 'performance_schema', 'sys') AND TABLE_SCHEMA <> 'mysql' OR"
                                + " TABLE_SCHEMA LIKE 'packhorse-%' ORDER BY 1, 2"));
        found.addAll(rows("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY 1"));
        found.addAll(rows("SELECT User, Host, Priv FROM mysql.global_priv ORDER BY 1, 2"));
        found.addAll(rows("SELECT * FROM mysql.db ORDER BY Host, Db, User"));
        found.addAll(
                rows("SELECT db, name, definer FROM mysql.proc WHERE db <> 'sys' ORDER BY 1, 2"));
        found.addAll(rows("SELECT @@general_log, @@general_log_file, @@max_connections"));
        return found;
    }

    public static void await(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).as("waiting").isLessThan(START_LIMIT.toNanos());
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    private static Optional<MariadbServer> startIfPresent() {
        Optional<Path> server = ProgramFinder.system().find("mariadbd");
        Optional<Path> install = ProgramFinder.system().find("mariadb-install-db");
        if (server.isEmpty() || install.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(start(server.get(), install.get()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MariadbServer start(Path server, Path install) throws IOException {
        Path folder = Files.createTempDirectory("packhorse-mariadb");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        // Servers clear their temporary folder of what looks like theirs.
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        List<String> further = new ArrayList<>();
        further.add("--tmpdir=" + temporary);
        if (Identity.ofProcess().isRoot()) {
            UserPrincipal mysql =
                    folder.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("mysql");
            Files.setOwner(folder, mysql);
            Files.setOwner(temporary, mysql);
            further.add("--user=mysql");
        }
        int port = freePort();
        String data = "--datadir=" + folder.resolve("data");
        Process installing =
                process(
                        folder,
                        "install.log",
                        List.of(
                                install.toString(),
                                "--no-defaults",
                                data,
                                "--auth-root-authentication-method=normal",
                                "--skip-test-db"),
                        further);
        assertThat(installing.onExit().join().exitValue()).as("see " + folder).isZero();
        Process process =
                process(
                        folder,
                        "server.log",
                        List.of(
                                server.toString(),
                                "--no-defaults",
                                data,
                                "--socket=" + folder.resolve("s.sock"),
                                "--pid-file=" + folder.resolve("pid"),
                                "--bind-address=127.0.0.1",
                                "--port=" + port,
                                "--skip-log-bin",
                                "--innodb-flush-log-at-trx-commit=0",
                                "--max-allowed-packet=128M"),
                        further);
        MariadbServer started = new MariadbServer(folder, process, port);
        Runtime.getRuntime().addShutdownHook(new Thread(started::stop));
        MysqlSettings first =
                MysqlSettings.socket(folder.resolve("s.sock"), "root", new Secret(""));
        await(() -> MysqlServer.probe(first).server().isPresent());
        started.runAs(
                first,
                "ALTER USER root@localhost IDENTIFIED BY " + SqlText.string(ADMIN_PASSWORD),
                "CREATE USER IF NOT EXISTS root@'127.0.0.1' IDENTIFIED BY "
                        + SqlText.string(ADMIN_PASSWORD),
                "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION");
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process process(
            Path folder, String log, List<String> command, List<String> further)
            throws IOException {
        List<String> line = new ArrayList<>(command);
        line.addAll(further);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        return builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile())
                .start();
    }

    private void stop() {
        process.destroyForcibly();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
