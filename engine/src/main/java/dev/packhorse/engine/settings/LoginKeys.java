package dev.packhorse.engine.settings;

import dev.packhorse.engine.auth.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The keys of the configuration about who is locked out, and whose word on addresses is taken.
public final class LoginKeys {
    private static final int MOST_FAILURES = 100;

    public static final SettingKey<List<AddressRange>> TRUSTED_PROXIES =
            ranges("http.trusted_proxies");
    public static final SettingKey<Integer> FAILURES =
            new SettingKey<>(
                    "http.lockout.failures",
                    "10",
                    "0 for never, or up to 100",
                    SettingKeys.number(0, MOST_FAILURES));
    public static final SettingKey<Duration> WINDOW =
            new SettingKey<>(
                    "http.lockout.window", "60s", "a duration, 1s to 1d", LoginKeys::atMostADay);
    public static final SettingKey<Duration> TIME =
            new SettingKey<>(
                    "http.lockout.time", "15m", "a duration, 1s to 1d", LoginKeys::atMostADay);
    public static final SettingKey<Integer> DAY_FAILURES =
            new SettingKey<>(
                    "http.lockout.day_failures",
                    "100",
                    "0 for never, or a number",
                    SettingKeys.number(0, Integer.MAX_VALUE));
    public static final SettingKey<List<AddressRange>> NEVER = ranges("http.lockout.never");

    private LoginKeys() {}

    private static SettingKey<List<AddressRange>> ranges(String name) {
        return new SettingKey<>(
                name,
                "",
                "addresses and blocks with commas between, as 192.0.2.8, 2001:db8::/32; or nothing",
                LoginKeys::addresses);
    }

    private static List<AddressRange> addresses(String text) {
        List<AddressRange> all = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            if (!each.isBlank()) {
                all.add(AddressRange.parse(each.strip()));
            }
        }
        return List.copyOf(all);
    }

    private static Duration atMostADay(String text) {
        Duration duration = SettingKeys.duration(text);
        if (!duration.isPositive() || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("is not from 1s to 1d");
        }
        return duration;
    }
}
