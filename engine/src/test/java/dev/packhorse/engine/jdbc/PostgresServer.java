package dev.packhorse.engine.jdbc;

import dev.packhorse.transport.spi.Secret;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A real PostgreSQL server of the test run's own, in a temporary folder on a free port, started
/// once for all test classes. Its time zone is neither UTC nor the machine's. When the tests run as
/// root the server runs as the user `postgres`.
public final class PostgresServer implements AutoCloseable {
    public static final String USER = "packhorse";
    public static final String PASSWORD = "not-a-secret";

    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static @org.jspecify.annotations.Nullable PostgresServer running;

    private final Path bin;
    private final Path folder;
    private final int port;
    private final boolean syncs;
    private @org.jspecify.annotations.Nullable Process process;

    private PostgresServer(Path bin, Path folder, int port, boolean syncs) {
        this.bin = bin;
        this.folder = folder;
        this.port = port;
        this.syncs = syncs;
    }

    /// The server, started if it is not; the test is skipped where PostgreSQL is not installed.
    public static synchronized PostgresServer running() {
        if (running == null) {
            PostgresServer server = start(false);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            running = server;
        }
        return running;
    }

    /// Another one, of the caller's own, which syncs what it commits as servers in use do; skipped
    /// likewise.
    static PostgresServer durable() {
        return start(true);
    }

    /// Its port on the loopback address.
    public int port() {
        return port;
    }

    /// Makes an empty database.
    ///
    /// @return its URL
    String newDatabase() {
        String name = "test" + DATABASES.incrementAndGet();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("no new database", e);
        }
        return url(name);
    }

    /// How the daemon would be told to use an empty database of this server.
    StoreSettings newStore() {
        return new StoreSettings(
                newDatabase(), USER, new Secret(PASSWORD), StoreSettings.DEFAULT_POOL_SIZE);
    }

    private static Optional<Path> newestBin() {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Comparator.comparing(Path::toString));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PostgresServer start(boolean syncs) {
        Optional<Path> bin = newestBin();
        Assumptions.assumeTrue(bin.isPresent(), "no PostgreSQL server under " + VERSIONS);
        try {
            return start(bin.orElseThrow(), syncs);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the test's PostgreSQL server did not start", e);
        }
    }

    private static PostgresServer start(Path bin, boolean syncs)
            throws IOException, InterruptedException {
        Path folder =
                Files.createTempDirectory(
                        "packhorse-postgres-",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        PostgresServer server = new PostgresServer(bin, folder, freePort(), syncs);
        try {
            server.initialise();
            server.launch();
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void initialise() throws IOException, InterruptedException {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        if (isRoot()) {
            UserPrincipal owner =
                    folder.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("postgres");
            Files.setOwner(password, owner);
            Files.setOwner(folder, owner);
        }
        List<String> command = asServerUser();
        command.addAll(
                List.of(
                        bin.resolve("initdb").toString(),
                        "-D",
                        folder.resolve("data").toString(),
                        "-U",
                        USER,
                        "--auth-local=reject",
                        "--auth-host=scram-sha-256",
                        "--pwfile=" + password,
                        "-E",
                        "UTF8",
                        "--no-locale",
                        "--no-sync"));
        Process process = process(command, "initdb.log");
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("initdb failed: " + log("initdb.log"));
        }
    }

    private void launch() throws IOException, InterruptedException {
        List<String> command = asServerUser();
        command.addAll(
                List.of(
                        bin.resolve("postgres").toString(),
                        "-D",
                        folder.resolve("data").toString(),
                        "-k",
                        folder.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "TimeZone=Asia/Kathmandu",
                        "-c",
                        "fsync=" + (syncs ? "on" : "off"),
                        "-c",
                        "max_connections=200"));
        Process started = process(command, "server.log");
        process = started;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the server did not come up: " + log("server.log"));
            }
            started.waitFor(50, TimeUnit.MILLISECONDS);
        }
    }

    private boolean answers() {
        try (Connection connection = connect("postgres")) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), USER, PASSWORD);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /// Ends the server and removes its folder.
    @Override
    public void close() {
        try {
            if (process != null) {
                process.destroy();
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        } catch (IOException | InterruptedException e) {
            System.err.println("left behind: " + folder + ": " + e);
        }
    }

    private Process process(List<String> command, String log) throws IOException {
        return new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile())
                .start();
    }

    private String log(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private static List<String> asServerUser() {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        return command;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
