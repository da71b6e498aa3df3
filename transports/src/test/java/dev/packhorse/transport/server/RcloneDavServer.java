package dev.packhorse.transport.server;

import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `rclone serve webdav`, without TLS, Basic only.
public final class RcloneDavServer implements AutoCloseable {
    private static final String PROGRAM = "/usr/bin/rclone";

    private static @Nullable RcloneDavServer running;

    private final String host;
    private final int port;
    private final Path home;
    private final ServerProcess process;

    private RcloneDavServer(String host, int port, Path home, ServerProcess process) {
        this.host = host;
        this.port = port;
        this.home = home;
        this.process = process;
    }

    /// The server, started when it is first asked for.
    public static synchronized RcloneDavServer shared() {
        ServerProcess.requirePrograms(PROGRAM);
        try {
            if (running == null) {
                running = launch("127.0.0.1", ServerProcess.freePort());
            }
            return running;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// One at an address of loopback, until it is closed.
    public static RcloneDavServer at(String host, int port) throws IOException {
        ServerProcess.requirePrograms(PROGRAM);
        return launch(host, port);
    }

    private static RcloneDavServer launch(String host, int port) throws IOException {
        Path folder = ServerProcess.folder("rclone");
        Path home = Files.createDirectory(folder.resolve("home"));
        ServerProcess process =
                ServerProcess.start(
                                "rclone",
                                folder,
                                List.of(
                                        PROGRAM,
                                        "serve",
                                        "webdav",
                                        "--addr",
                                        host + ":" + port,
                                        "--user",
                                        "bk",
                                        "--pass",
                                        DavSettings.PASSWORD,
                                        "--config",
                                        "/dev/null",
                                        home.toString()),
                                Map.of())
                        .awaitPort(host, port);
        return new RcloneDavServer(host, port, home, process);
    }

    /// Where the user's files lie on this machine.
    public Path home() {
        return home;
    }

    public TransportSettings settings() {
        return DavSettings.fresh(port, Map.of("host", host));
    }

    /// The shared one ends with this JVM.
    @Override
    public void close() {
        process.close();
    }
}
