package dev.packhorse.transport.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// The SFTP server of rclone, started once, ended with the JVM.
public final class RcloneSftpServer {
    public static final String USER = "rider";
    public static final String PASSWORD = "a pass 'word\"";

    private static final AtomicInteger FOLDERS = new AtomicInteger();

    private final Path folder;
    private final int port;

    private RcloneSftpServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /// The server.
    public static RcloneSftpServer shared() {
        ServerProcess.requirePrograms("/usr/bin/rclone", "/usr/bin/ssh-keygen");
        return Holder.SERVER;
    }

    private static final class Holder {
        private static final RcloneSftpServer SERVER = start();
    }

    private static RcloneSftpServer start() {
        try {
            Path folder = ServerProcess.folder("rclone-sftp");
            String key = folder.resolve("hostkey").toString();
            keygen(List.of("-q", "-t", "ed25519", "-N", "", "-f", key));
            Path data = Files.createDirectory(folder.resolve("data"));
            int port = ServerProcess.freePort();
            ServerProcess.start(
                            "rclone",
                            folder,
                            List.of(
                                    "/usr/bin/rclone",
                                    "serve",
                                    "sftp",
                                    data.toString(),
                                    "--config",
                                    folder.resolve("rclone.conf").toString(),
                                    "--addr",
                                    "127.0.0.1:" + port,
                                    "--key",
                                    key,
                                    "--user",
                                    USER,
                                    "--pass",
                                    PASSWORD,
                                    "--vfs-cache-mode",
                                    "writes"),
                            Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()))
                    .awaitPort(port);
            return new RcloneSftpServer(folder, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String keygen(List<String> arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of("/usr/bin/ssh-keygen"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public int port() {
        return port;
    }

    public String freshFolder() {
        return "place-" + FOLDERS.incrementAndGet();
    }

    /// The fingerprint of the server's key.
    public String fingerprint() throws IOException {
        String line = keygen(List.of("-l", "-f", folder.resolve("hostkey").toString()));
        int begin = line.indexOf("SHA256:");
        return line.substring(begin, line.indexOf(' ', begin));
    }
}
