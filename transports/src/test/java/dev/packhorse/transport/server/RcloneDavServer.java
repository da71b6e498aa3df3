package dev.packhorse.transport.server;

import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `rclone serve webdav`, without TLS, Basic only.
public final class RcloneDavServer {
    private static final String PROGRAM = "/usr/bin/rclone";

    private static @Nullable RcloneDavServer running;

    private final int port;
    private final Path home;

    private RcloneDavServer(int port, Path home) {
        this.port = port;
        this.home = home;
    }

    /// The server, started when it is first asked for.
    public static synchronized RcloneDavServer shared() {
        ServerProcess.requirePrograms(PROGRAM);
        try {
            if (running == null) {
                running = launch();
            }
            return running;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RcloneDavServer launch() throws IOException {
        Path folder = ServerProcess.folder("rclone");
        Path home = Files.createDirectory(folder.resolve("home"));
        int port = ServerProcess.freePort();
        ServerProcess.start(
                        "rclone",
                        folder,
                        List.of(
                                PROGRAM,
                                "serve",
                                "webdav",
                                "--addr",
                                "127.0.0.1:" + port,
                                "--user",
                                "bk",
                                "--pass",
                                DavSettings.PASSWORD,
                                "--config",
                                "/dev/null",
                                home.toString()),
                        Map.of())
                .awaitPort(port);
        return new RcloneDavServer(port, home);
    }

    /// Where the user's files lie on this machine.
    public Path home() {
        return home;
    }

    public TransportSettings settings() {
        return DavSettings.fresh(port, Map.of());
    }
}
