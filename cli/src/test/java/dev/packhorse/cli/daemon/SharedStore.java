package dev.packhorse.cli.daemon;

import dev.packhorse.engine.jdbc.StoreSettings;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A PostgreSQL server of a test's own, below a folder, on a free port: the store that several
/// daemons share. It can be killed and started again on what it had.
final class SharedStore implements AutoCloseable {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final String PASSWORD = "not-a-secret";

    private final Path bin;
    private final Path folder;
    private final Path password;
    private final int port;
    private Process process;

    private SharedStore(Path bin, Path work) throws IOException {
        this.bin = bin;
        this.folder = Files.createDirectory(work.resolve("postgres"));
        this.password = Files.writeString(work.resolve("store.password"), PASSWORD);
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        this.port = freePort();
        run(List.of("chown", "postgres", folder.toString()));
        // The folders of a test are root's alone; the server has to pass through them.
        for (Path each : List.of(work, folder)) {
            run(List.of("chmod", "o+x", each.toString()));
        }
        Path given = Files.writeString(folder.resolve("password"), PASSWORD);
        run(List.of("chown", "postgres", given.toString()));
        run(
                asPostgres(
                        bin.resolve("initdb").toString(),
                        "-D",
                        folder.resolve("data").toString(),
                        "-U",
                        "packhorse",
                        "--auth-host=scram-sha-256",
                        "--auth-local=reject",
                        "--pwfile=" + given,
                        "--no-sync"));
        process = launch();
    }

    /// Starts one; the test is skipped where PostgreSQL is not installed, or by others than root.
    static SharedStore start(Path work) throws IOException {
        Optional<Path> bin = newestBin();
        Assumptions.assumeTrue(bin.isPresent(), "no PostgreSQL server under " + VERSIONS);
        Assumptions.assumeTrue(
                System.getProperty("user.name").equals("root"), "needs to become postgres");
        return new SharedStore(bin.orElseThrow(), work);
    }

    private static Optional<Path> newestBin() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(each -> Files.isExecutable(each.resolve("postgres")))
                    .max(java.util.Comparator.comparing(Path::toString));
        }
    }

    /// What a daemon is told to use this store.
    List<String> settings() {
        return List.of(
                "database.url=jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "database.user=packhorse",
                "database.password_file=" + password);
    }

    int port() {
        return port;
    }

    /// What a test opens the same store by.
    ///
    /// @param options what follows the URL, from `?` on
    StoreSettings store(String options) {
        return new StoreSettings(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres" + options,
                "packhorse",
                new Secret(PASSWORD),
                4);
    }

    private Process launch() throws IOException {
        Process started =
                process(
                        asPostgres(
                                bin.resolve("postgres").toString(),
                                "-D",
                                folder.resolve("data").toString(),
                                "-k",
                                folder.toString(),
                                "-p",
                                Integer.toString(port),
                                "-c",
                                "listen_addresses=127.0.0.1"));
        DaemonUnderTest.await(Duration.ofSeconds(90), () -> !started.isAlive() || answers());
        if (!started.isAlive()) {
            throw new IOException(
                    "PostgreSQL did not start: " + Files.readString(folder.resolve("log")));
        }
        return started;
    }

    private boolean answers() {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return Files.readString(folder.resolve("log")).contains("ready to accept connections");
        } catch (IOException _) {
            return false; // asked again until the deadline
        }
    }

    /// SIGKILL to the server and, as the kernel would at a power cut, to all that it started.
    void killAndRestart() throws IOException {
        kill();
        restart();
    }

    /// SIGKILL, as [#killAndRestart]. The server itself is first, and stands still while its
    /// children are listed: else it sees one end and starts others.
    void kill() throws IOException {
        run(List.of("kill", "-STOP", Long.toString(process.pid())));
        List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
        all.addAll(process.descendants().toList());
        all.forEach(ProcessHandle::destroyForcibly);
        DaemonUnderTest.await(
                Duration.ofSeconds(30), () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /// SIGQUIT: the server ends at once, with nothing brought to an end.
    void quit() throws IOException {
        run(List.of("kill", "-QUIT", Long.toString(process.pid())));
        DaemonUnderTest.await(Duration.ofSeconds(60), () -> !process.isAlive());
    }

    /// Starts it again on what it had.
    void restart() throws IOException {
        Files.delete(folder.resolve("log"));
        process = launch();
    }

    private static List<String> asPostgres(String... command) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--reuid=postgres",
                                "--regid=postgres",
                                "--init-groups"));
        all.addAll(List.of(command));
        return all;
    }

    private Process process(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private void run(List<String> command) throws IOException {
        Process one = process(command);
        try {
            if (!one.waitFor(60, TimeUnit.SECONDS) || one.exitValue() != 0) {
                throw new IOException(
                        command.getFirst() + " failed: " + Files.readString(folder.resolve("log")));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
