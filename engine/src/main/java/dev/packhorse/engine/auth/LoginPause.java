package dev.packhorse.engine.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// How long an answer to wrong credentials is held back: longer with each failure of the last
/// minute from the same address. Good credentials are never held back, so strangers cannot lock
/// anybody out. An IPv6 address counts as its /64 network. Safe for many threads.
public final class LoginPause {
    /// What the daemon uses as the shortest pause; longer than a password hash takes.
    public static final Duration DEFAULT_SHORTEST = Duration.ofMillis(250);

    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final int MOST_DOUBLINGS = 3;
    private static final int MOST_ADDRESSES = 10_000;

    private final Duration shortest;
    private final InstantSource clock;

    /// Guarded by `this`; oldest first, so that the map stays bounded.
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    public LoginPause(Duration shortest, InstantSource clock) {
        this.shortest = shortest;
        this.clock = clock;
    }

    /// Counts a failure and says how long its answer takes.
    public synchronized Duration afterFailure(InetAddress from) {
        Instant now = clock.instant();
        String key = key(from);
        Failures before = failures.remove(key);
        int count =
                before != null && before.last().plus(WINDOW).isAfter(now) ? before.count() + 1 : 1;
        failures.put(key, new Failures(count, now));
        if (failures.size() > MOST_ADDRESSES) {
            failures.remove(failures.keySet().iterator().next());
        }
        return shortest.multipliedBy(1L << Math.min(count - 1, MOST_DOUBLINGS));
    }

    private static String key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of()
                .formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }

    private record Failures(int count, Instant last) {}
}
