package dev.packhorse.transport.server;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real server that tests talk to: a process of this JVM's own, on loopback, with a folder of its
/// own and none of this JVM's environment. It ends with the JVM at the latest.
public final class ServerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final Process process;
    private final Path log;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /// Skips the test where a program is missing; in CI the must-run list then fails the build.
    ///
    /// @param programs absolute paths
    public static void requirePrograms(String... programs) {
        for (String program : programs) {
            assumeTrue(Files.exists(Path.of(program)), "needs " + program);
        }
    }

    /// A fresh folder that every user may pass through.
    public static Path folder(String name) throws IOException {
        Path folder = Files.createTempDirectory("packhorse-" + name);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    /// A port that is free now.
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// An address of loopback of which nobody has taken a port; other JVMs look from another one
    /// on. Skips the test where the port cannot be taken at all, as one below 1024 by who is not
    /// root.
    public static String freeAddress(int port) {
        long first = ProcessHandle.current().pid();
        for (long next = first; next < first + 250; next++) {
            String host =
                    "127.%d.%d.%d"
                            .formatted(1 + (next >> 14) % 250, (next >> 7) % 128, 1 + next % 128);
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(host, port));
                return host;
            } catch (IOException _) {
                // The next one may be free.
            }
        }
        return abort("needs port " + port + " of an address of loopback");
    }

    /// Starts a server; its output goes to `NAME.log` in the folder.
    ///
    /// @param environment all that it gets besides `PATH` and `LC_ALL`
    public static ServerProcess start(
            String name, Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment()
                .put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
        return new ServerProcess(name, process, log);
    }

    /// Waits until somebody listens on a port of loopback.
    public ServerProcess awaitPort(int port) throws IOException {
        return awaitPort(InetAddress.getLoopbackAddress().getHostAddress(), port);
    }

    /// Waits until somebody listens at an address.
    public ServerProcess awaitPort(String host, int port) throws IOException {
        return await(
                "port " + port,
                () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(host, port), 1000);
                        return true;
                    } catch (IOException _) {
                        return false;
                    }
                });
    }

    /// Waits until a condition holds; fails with the server's output when it ends or takes too
    /// long.
    public ServerProcess await(String what, Condition condition) throws IOException {
        long begin = System.nanoTime();
        while (!condition.holds()) {
            if (!process.isAlive() || System.nanoTime() - begin > START_LIMIT.toNanos()) {
                throw new IOException(
                        name + " is not ready (" + what + "): " + Files.readString(log));
            }
            LockSupport.parkNanos(20_000_000);
        }
        return this;
    }

    /// What is waited for.
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    public long pid() {
        return process.pid();
    }

    public String output() throws IOException {
        return Files.readString(log);
    }

    /// Ends the server and what it started.
    @Override
    public void close() {
        end(process);
    }

    private static void end(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        children.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                children.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
        }
    }
}
