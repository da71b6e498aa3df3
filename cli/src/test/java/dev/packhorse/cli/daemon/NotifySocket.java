package dev.packhorse.cli.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// What systemd has for a service of type `notify`: a datagram socket, whose messages are kept.
/// Java has no such sockets, so Python listens.
final class NotifySocket implements AutoCloseable {
    private static final String LISTEN =
            """
            import socket, sys
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listener.bind(sys.argv[1])
            while True:
                sys.stdout.buffer.write(listener.recv(65536) + b"\\n\\n")
                sys.stdout.buffer.flush()
            """;

    private final Process process;
    private final Path address;
    private final Path messages;

    private NotifySocket(Process process, Path address, Path messages) {
        this.process = process;
        this.address = address;
        this.messages = messages;
    }

    static NotifySocket open(Path folder) throws IOException {
        Path address = folder.resolve("notify");
        Path messages = folder.resolve("notify.messages");
        Process process =
                new ProcessBuilder("python3", "-c", LISTEN, address.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(messages.toFile())
                        .start();
        DaemonUnderTest.await(
                Duration.ofSeconds(60), () -> !process.isAlive() || Files.exists(address));
        if (!process.isAlive()) {
            throw new IOException("nobody listens: " + Files.readString(messages));
        }
        return new NotifySocket(process, address, messages);
    }

    /// What a service is told of it.
    ///
    /// @param watchdog how often a sign of life is wanted
    Map<String, String> environment(Duration watchdog) {
        return Map.of(
                "NOTIFY_SOCKET",
                address.toString(),
                "WATCHDOG_USEC",
                Long.toString(watchdog.toNanos() / 1_000));
    }

    /// How many of the messages have such a line.
    long count(String line) {
        try {
            return Files.readString(messages).lines().filter(each -> each.startsWith(line)).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
