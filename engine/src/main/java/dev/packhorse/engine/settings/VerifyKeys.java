package dev.packhorse.engine.settings;

import dev.packhorse.transport.spi.ByteSize;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;

/// The keys of the configuration about verification and restore drills.
public final class VerifyKeys {
    public static final SettingKey<String> ENABLED =
            new SettingKey<>("verify.enabled", "on", "on or off", SettingKeys.oneOf("on", "off"));
    public static final SettingKey<LocalTime> TIME =
            new SettingKey<>("verify.time", "06:00", "a time of day, HH:MM", LocalTime::parse);
    public static final SettingKey<Integer> WITHIN_DAYS =
            new SettingKey<>(
                    "verify.within_days", "30", "days, 1 to 3650", SettingKeys.number(1, 3_650));
    public static final SettingKey<ByteSize> MAX_BYTES =
            new SettingKey<>(
                    "verify.max_bytes_per_day",
                    "0",
                    "a size: 200GiB; 0 for no limit",
                    ByteSize::parse);
    public static final SettingKey<Integer> MAX_PERCENT =
            new SettingKey<>(
                    "verify.max_percent_per_day",
                    "25",
                    "a percentage, 1 to 100",
                    SettingKeys.number(1, 100));
    public static final SettingKey<Duration> MAX_TIME =
            new SettingKey<>(
                    "verify.max_time",
                    "6h",
                    "a duration: 90m, 6h; 0s for no limit",
                    SettingKeys::duration);
    public static final SettingKey<String> DESTINATIONS =
            new SettingKey<>(
                    "verify.destinations", "off", "on or off", SettingKeys.oneOf("on", "off"));
    public static final SettingKey<String> DRILL =
            new SettingKey<>("drill.enabled", "off", "on or off", SettingKeys.oneOf("on", "off"));
    public static final SettingKey<Integer> DRILL_PER_NIGHT =
            new SettingKey<>(
                    "drill.per_night", "1", "accounts, 1 to 1000", SettingKeys.number(1, 1_000));
    public static final SettingKey<ByteSize> DRILL_MAX_BYTES =
            new SettingKey<>(
                    "drill.max_bytes",
                    "2GiB",
                    "a size of an archive: 512MiB, 4GiB",
                    ByteSize::parse);
    public static final SettingKey<Integer> DRILL_WITHIN_DAYS =
            new SettingKey<>(
                    "drill.within_days",
                    "0",
                    "days, 1 to 3650, or 0 to raise no alarm",
                    SettingKeys.number(0, 3_650));

    private static final List<SettingKey<?>> ALL =
            List.of(
                    ENABLED,
                    TIME,
                    WITHIN_DAYS,
                    MAX_BYTES,
                    MAX_PERCENT,
                    MAX_TIME,
                    DESTINATIONS,
                    DRILL,
                    DRILL_PER_NIGHT,
                    DRILL_MAX_BYTES,
                    DRILL_WITHIN_DAYS);

    private VerifyKeys() {}

    /// Every key, in the order of the shipped file.
    static List<SettingKey<?>> all() {
        return ALL;
    }
}
