package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.posix.DatagramReceiver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceNotifierTest {
    @TempDir private Path folder;

    private ServiceNotifier notifier(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("NOTIFY_SOCKET", folder.resolve("notify").toString());
        return ServiceNotifier.of(environment);
    }

    @Test
    void tellsHowTheServiceStands() throws Throwable {
        ServiceNotifier notifier = notifier(Map.of());
        try (DatagramReceiver systemd = new DatagramReceiver(folder.resolve("notify").toString())) {
            notifier.starting(Duration.ofSeconds(90), "waiting\nREADY=1");
            notifier.ready("serving");
            notifier.alive();
            notifier.stopping();
            assertThat(text(systemd))
                    .isEqualTo("EXTEND_TIMEOUT_USEC=90000000\nSTATUS=waiting READY=1");
            assertThat(text(systemd)).isEqualTo("READY=1\nSTATUS=serving");
            assertThat(text(systemd)).isEqualTo("WATCHDOG=1");
            assertThat(text(systemd)).startsWith("STOPPING=1\nSTATUS=");
        }
    }

    private static String text(DatagramReceiver systemd) throws Throwable {
        return new String(systemd.receive(), StandardCharsets.UTF_8);
    }

    @Test
    void withoutAServiceManagerNothingIsSaid() {
        ServiceNotifier none = ServiceNotifier.of(Map.of("WATCHDOG_USEC", "1000000"));
        none.ready("serving");
        assertThat(none.watchdogInterval()).isEmpty();
        // One that listens no more stops nothing.
        notifier(Map.of()).alive();
    }

    @Test
    void theWatchdogIsOursOnlyIfItNamesUs() {
        String self = Long.toString(ProcessHandle.current().pid());
        Duration second = Duration.ofSeconds(1);
        assertThat(notifier(Map.of("WATCHDOG_USEC", "1000000")).watchdogInterval())
                .contains(second);
        assertThat(
                        notifier(Map.of("WATCHDOG_USEC", "1000000", "WATCHDOG_PID", self))
                                .watchdogInterval())
                .contains(second);
        assertThat(
                        notifier(Map.of("WATCHDOG_USEC", "1000000", "WATCHDOG_PID", "1"))
                                .watchdogInterval())
                .isEmpty();
        for (String odd : new String[] {"", "0", "-5", "soon"}) {
            assertThat(notifier(Map.of("WATCHDOG_USEC", odd)).watchdogInterval()).isEmpty();
        }
    }
}
