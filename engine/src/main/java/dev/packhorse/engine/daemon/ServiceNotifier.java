package dev.packhorse.engine.daemon;

import dev.packhorse.engine.posix.UnixDatagram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells systemd how the service stands; does nothing where no service manager listens. Safe for
/// many threads. Source: sd_notify(3).
public final class ServiceNotifier {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceNotifier.class);

    private final String socket;
    private final Optional<Duration> watchdog;

    private ServiceNotifier(String socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` of the environment.
    public static ServiceNotifier of(Map<String, String> environment) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        return new ServiceNotifier(socket, watchdog(environment));
    }

    private static Optional<Duration> watchdog(Map<String, String> environment) {
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        boolean ours = pid.isEmpty() || pid.equals(Long.toString(ProcessHandle.current().pid()));
        String microseconds = environment.getOrDefault("WATCHDOG_USEC", "");
        if (!ours || !microseconds.matches("[1-9]\\d{0,17}")) {
            return Optional.empty();
        }
        return Optional.of(
                Duration.ofNanos(Math.multiplyExact(Long.parseLong(microseconds), 1_000L)));
    }

    /// How often systemd wants a sign of life, empty if it wants none.
    public Optional<Duration> watchdogInterval() {
        return socket.isEmpty() ? Optional.empty() : watchdog;
    }

    void ready(String status) {
        send("READY=1\nSTATUS=" + status);
    }

    /// Tells that the start takes longer, and why.
    ///
    /// @param atMost until when systemd hears more
    void starting(Duration atMost, String status) {
        send(
                "EXTEND_TIMEOUT_USEC=%d\nSTATUS=%s"
                        .formatted(atMost.toNanos() / 1_000, status.replace('\n', ' ')));
    }

    /// Tells people who ask systemd.
    void status(String status) {
        send("STATUS=" + status.replace('\n', ' '));
    }

    void stopping() {
        send("STOPPING=1\nSTATUS=handing running jobs back");
    }

    void alive() {
        send("WATCHDOG=1");
    }

    private void send(String message) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            UnixDatagram.send(socket, message.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("systemd could not be told how the service stands");
        }
    }
}
