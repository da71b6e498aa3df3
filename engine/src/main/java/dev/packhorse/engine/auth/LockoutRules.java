package dev.packhorse.engine.auth;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/// When an address is locked out.
///
/// @param failures so many wrong logins within the window; 0 for never
/// @param window how long a wrong login counts
/// @param time how long it lasts
/// @param failuresPerDay so many wrong logins within a day lock out for a day; 0 for never
/// @param never addresses that are not locked out, whatever they send
public record LockoutRules(
        int failures,
        Duration window,
        Duration time,
        int failuresPerDay,
        List<AddressRange> never) {
    /// What the shipped configuration says.
    public static final LockoutRules USUAL =
            new LockoutRules(10, Duration.ofSeconds(60), Duration.ofMinutes(15), 100, List.of());

    /// How long gross abuse is locked out, and how long failures count towards it.
    static final Duration DAY = Duration.ofDays(1);

    public LockoutRules {
        if (failures < 0 || failuresPerDay < 0) {
            throw new IllegalArgumentException("numbers of failures are not negative");
        }
        if (!window.isPositive() || !time.isPositive()) {
            throw new IllegalArgumentException("window and time of a lock-out must be positive");
        }
        never = List.copyOf(never);
    }

    boolean spares(InetAddress address) {
        return never.stream().anyMatch(range -> range.contains(address));
    }
}
