package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import dev.packhorse.engine.posix.DatagramReceiver;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.run.Liveness;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the watchdog tells systemd, at the other end of its socket.
class WatchdogTest {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Liveness WELL = liveness(Duration.ZERO, 0);

    @TempDir private Path folder;
    private final AtomicInteger looks = new AtomicInteger();
    private volatile Duration sinceAlarms = Duration.ZERO;
    private int sockets;

    private static Liveness liveness(Duration sinceHeartbeat, int dead) {
        return new Liveness(sinceHeartbeat, Duration.ZERO, Duration.ZERO, 0, dead, true);
    }

    private String socket() {
        return folder.resolve("notify" + sockets).toString();
    }

    private Watchdog watchdog(Store store, Liveness liveness, Duration sinceRing) {
        ServiceNotifier notifier =
                ServiceNotifier.of(Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", "60000"));
        return new Watchdog(
                notifier,
                () -> {
                    looks.incrementAndGet();
                    return liveness;
                },
                () -> sinceRing,
                () -> sinceAlarms,
                store,
                LEASE);
    }

    /// Whether systemd was fed in the first of several looks.
    private boolean feeds(Store store, Liveness liveness, Duration sinceRing) throws Throwable {
        // A look of the one before may still be under way.
        sockets++;
        try (DatagramReceiver systemd = new DatagramReceiver(socket());
                Watchdog watchdog = watchdog(store, liveness, sinceRing)) {
            looks.set(0);
            watchdog.start();
            Eventually.holds("it looks", () -> looks.get() >= 3);
            return hasMessage(systemd);
        }
    }

    private static boolean hasMessage(DatagramReceiver systemd) throws Throwable {
        try {
            assertThat(new String(systemd.receive(), StandardCharsets.UTF_8))
                    .isEqualTo("WATCHDOG=1");
            return true;
        } catch (AssertionError e) {
            assertThat(e).hasMessage("no message has arrived");
            return false;
        }
    }

    @Test
    void feedsOnlyWhileTheDaemonLives() throws Throwable {
        try (Store store = TestStore.h2(folder)) {
            assertThat(feeds(store, WELL, Duration.ofMinutes(1))).isTrue();
            assertThat(feeds(store, liveness(Duration.ZERO, 1), Duration.ZERO)).isFalse();
            assertThat(feeds(store, liveness(LEASE.plusSeconds(1), 0), Duration.ZERO)).isFalse();
            assertThat(feeds(store, WELL, Duration.ofMinutes(7))).isFalse();
        }
    }

    @Test
    void aPoolThatTakesNoWorkIsTroubleButNoReasonForARestart() throws Throwable {
        Liveness idle = new Liveness(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0, false);
        try (Store store = TestStore.postgres()) {
            assertThat(feeds(store, idle, Duration.ZERO)).isTrue();
            try (Watchdog watchdog = watchdog(store, idle, Duration.ZERO)) {
                assertThat(watchdog.trouble()).contains("no work is taken");
            }
        }
    }

    @Test
    void alarmsThatHangAreTroubleButNoReasonForARestart() throws Throwable {
        sinceAlarms = Duration.ofMinutes(46);
        try (Store store = TestStore.h2(folder)) {
            assertThat(feeds(store, WELL, Duration.ZERO)).isTrue();
            try (Watchdog watchdog = watchdog(store, WELL, Duration.ZERO)) {
                assertThat(watchdog.trouble())
                        .hasValueSatisfying(
                                why -> assertThat(why).contains("alarms have not been looked for"));
            }
        }
    }

    @Test
    void aStoreOfItsOwnThatDoesNotAnswerIsLeftToSystemd() throws Throwable {
        Store store = TestStore.h2(folder);
        store.close();
        assertThat(feeds(store, WELL, Duration.ZERO)).isFalse();
    }

    @Test
    void aSharedStoreThatDoesNotAnswerIsTroubleButNoReasonForARestart() throws Throwable {
        Store store = TestStore.postgres();
        store.close();
        assertThat(feeds(store, WELL, Duration.ZERO)).isTrue();
        assertThat(feeds(store, liveness(LEASE.plusMinutes(2), 0), Duration.ZERO)).isTrue();
        assertThat(feeds(store, liveness(Duration.ZERO, 1), Duration.ZERO)).isFalse();
        try (Watchdog watchdog = watchdog(store, WELL, Duration.ZERO)) {
            assertThat(watchdog.trouble())
                    .hasValueSatisfying(
                            why -> assertThat(why).contains("the store does not answer"));
        }
    }
}
