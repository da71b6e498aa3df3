package dev.packhorse.engine.job;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A folder that is mounted as administrators mount their backup directories: over SSH from an
/// OpenSSH server of this test's own, or through programs that swap no names, as NFS does not.
/// Needs root.
final class NetworkFolder implements AutoCloseable {
    private final Path work;
    private final Path point;
    private final int port;
    private final Process mount;
    private @Nullable Process server;

    private NetworkFolder(
            Path work, Path point, int port, @Nullable Process server, Process mount) {
        this.work = work;
        this.point = point;
        this.port = port;
        this.server = server;
        this.mount = mount;
    }

    /// Mounts a new folder over SSH.
    ///
    /// @param point where, made if it is not there
    static NetworkFolder overSsh(Path work, Path point, String... options) throws IOException {
        requirePrograms("/usr/sbin/sshd", "/usr/bin/sshfs");
        Files.createDirectories(work.resolve("share"));
        Files.createDirectories(point);
        Files.createDirectories(Path.of("/run/sshd"));
        for (String key : List.of("hostkey", "id")) {
            String file = work.resolve(key).toString();
            Shell.run(work, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file);
        }
        int port = freePort();
        Files.writeString(
                work.resolve("config"),
                String.join(
                        "\n",
                        "Port " + port,
                        "ListenAddress 127.0.0.1",
                        "HostKey " + work + "/hostkey",
                        "PidFile none",
                        "AuthorizedKeysFile " + work + "/id.pub",
                        "StrictModes no",
                        "UsePAM no",
                        "PermitRootLogin prohibit-password",
                        "Subsystem sftp internal-sftp",
                        ""));
        Process server = startServer(work, port);
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "IdentityFile=" + work + "/id",
                                "StrictHostKeyChecking=no",
                                "UserKnownHostsFile=/dev/null"));
        all.addAll(List.of(options));
        Process mount =
                start(
                        work,
                        "sshfs",
                        "-f",
                        "-p",
                        String.valueOf(port),
                        "-o",
                        String.join(",", all),
                        "root@127.0.0.1:" + work + "/share",
                        point.toString());
        return new NetworkFolder(work, point, port, server, mount).awaited();
    }

    /// Mounts a new folder through bindfs, which can give root's files to somebody else.
    static NetworkFolder bound(Path work, Path point, String... options) throws IOException {
        return through("/usr/bin/bindfs", work, point, options);
    }

    /// Mounts a new folder through mergerfs, which keeps all that NFS keeps for root.
    static NetworkFolder merged(Path work, Path point) throws IOException {
        return through("/usr/bin/mergerfs", work, point, "-o", "use_ino,inodecalc=passthrough");
    }

    private static NetworkFolder through(String program, Path work, Path point, String... options)
            throws IOException {
        requirePrograms(program);
        Files.createDirectories(work.resolve("share"));
        Files.createDirectories(point);
        List<String> command = new ArrayList<>(List.of(program, "-f"));
        command.addAll(List.of(options));
        command.addAll(List.of(work + "/share", point.toString()));
        Process mount = start(work, command.toArray(String[]::new));
        return new NetworkFolder(work, point, 0, null, mount).awaited();
    }

    private static void requirePrograms(String... programs) {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "needs /dev/fuse");
        for (String program : programs) {
            assumeTrue(Files.exists(Path.of(program)), "needs " + program);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process start(Path work, String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(work.resolve("mount.log").toFile()))
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
    }

    private static Process startServer(Path work, int port) throws IOException {
        Process server =
                start(work, "/usr/sbin/sshd", "-D", "-e", "-f", work.resolve("config").toString());
        Eventually.holds("an SSH server", () -> listens(port));
        return server;
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private NetworkFolder awaited() throws IOException {
        try {
            Eventually.holds("a mount at " + point, this::isMounted);
            return this;
        } catch (AssertionError e) {
            String said = Files.readString(work.resolve("mount.log"));
            close();
            throw new AssertionError(said, e);
        }
    }

    boolean isMounted() {
        try {
            return Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)
                    .contains(" " + point + " ");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// What the server holds, past the mount.
    Path share() {
        return work.resolve("share");
    }

    /// Ends the server and its sessions, as a cut line does.
    void cut() {
        Process ended = Objects.requireNonNull(server);
        ended.descendants().forEach(ProcessHandle::destroyForcibly);
        ended.destroyForcibly().onExit().join();
        server = null;
    }

    /// The server is back.
    void mend() throws IOException {
        server = startServer(work, port);
    }

    @Override
    public void close() throws IOException {
        if (isMounted()) {
            var _ = start(work, "fusermount3", "-u", "-z", point.toString()).onExit().join();
        }
        mount.destroyForcibly().onExit().join();
        if (server != null) {
            cut();
        }
    }
}
