package dev.packhorse.engine.settings;

import dev.packhorse.engine.model.MailAddress;
import dev.packhorse.transport.spi.ByteSize;
import java.time.Duration;
import java.util.List;

/// The keys of the configuration about hooks, notifications and alarms.
public final class EventKeys {
    private static final String LEVELS = "high, medium or low";

    public static final SettingKey<Duration> HOOKS_TIME =
            new SettingKey<>(
                    "hooks.time_limit",
                    "10m",
                    "a duration of at least 1s",
                    EventKeys::positiveDuration);
    public static final SettingKey<Duration> HOOKS_CPBACKUP_TIME =
            new SettingKey<>(
                    "hooks.cpbackup_time_limit",
                    "2h",
                    "a duration of at least 1s",
                    EventKeys::positiveDuration);

    public static final SettingKey<String> MAIL_TO =
            new SettingKey<>(
                    "notify.mail.to",
                    "",
                    "addresses NAME@HOST with commas between, or nothing",
                    EventKeys::addresses);
    public static final SettingKey<String> MAIL_FROM =
            new SettingKey<>(
                    "notify.mail.from",
                    "",
                    "an address NAME@HOST, or nothing for root@HOST",
                    text -> text);
    public static final SettingKey<String> MAIL_SMTP =
            new SettingKey<>(
                    "notify.mail.smtp",
                    "",
                    "HOST:PORT, or nothing for this server's own sendmail program",
                    text -> text);
    public static final SettingKey<String> MAIL_SMTP_TLS =
            new SettingKey<>(
                    "notify.mail.smtp_tls",
                    "starttls",
                    "starttls, tls or off",
                    SettingKeys.oneOf("starttls", "tls", "off"));
    public static final SettingKey<String> MAIL_SMTP_USER =
            new SettingKey<>("notify.mail.smtp_user", "", "a user, or nothing", text -> text);
    public static final SettingKey<String> MAIL_SMTP_PASSWORD_FILE =
            new SettingKey<>(
                    "notify.mail.smtp_password_file",
                    "",
                    "a file that only root can read, or nothing",
                    SettingKeys::optionalPath);
    public static final SettingKey<String> MAIL_LEVEL = level("notify.mail.level");

    public static final SettingKey<String> SLACK_URL_FILE = urlFile("notify.slack.url_file");
    public static final SettingKey<String> SLACK_LEVEL = level("notify.slack.level");
    public static final SettingKey<String> WEBHOOK_URL_FILE = urlFile("notify.webhook.url_file");
    public static final SettingKey<String> WEBHOOK_LEVEL = level("notify.webhook.level");

    public static final SettingKey<String> PRIVATE_HOSTS =
            new SettingKey<>(
                    "notify.private_hosts",
                    "",
                    "host names with commas between, or nothing",
                    text -> text);
    public static final SettingKey<Duration> REPEAT =
            new SettingKey<>(
                    "notify.repeat", "24h", "a duration: 30m, 12h, 2d", SettingKeys::duration);
    public static final SettingKey<Duration> STALE_AFTER =
            new SettingKey<>(
                    "notify.stale_after",
                    "50h",
                    "a duration: 30h, 2d; 0s for never",
                    SettingKeys::duration);
    public static final SettingKey<ByteSize> LOW_SPACE =
            new SettingKey<>("notify.low_space", "2GiB", "a size: 512MiB, 4GiB", ByteSize::parse);

    private static final List<SettingKey<?>> ALL =
            List.of(
                    HOOKS_TIME,
                    HOOKS_CPBACKUP_TIME,
                    MAIL_TO,
                    MAIL_FROM,
                    MAIL_SMTP,
                    MAIL_SMTP_TLS,
                    MAIL_SMTP_USER,
                    MAIL_SMTP_PASSWORD_FILE,
                    MAIL_LEVEL,
                    SLACK_URL_FILE,
                    SLACK_LEVEL,
                    WEBHOOK_URL_FILE,
                    WEBHOOK_LEVEL,
                    PRIVATE_HOSTS,
                    REPEAT,
                    STALE_AFTER,
                    LOW_SPACE);

    private EventKeys() {}

    /// Every key, in the order of the shipped file.
    static List<SettingKey<?>> all() {
        return ALL;
    }

    private static SettingKey<String> level(String name) {
        return new SettingKey<>(name, "low", LEVELS, SettingKeys.oneOf("high", "medium", "low"));
    }

    private static SettingKey<String> urlFile(String name) {
        return new SettingKey<>(
                name, "", "a file that only root can read, or nothing", SettingKeys::optionalPath);
    }

    private static String addresses(String text) {
        return text.isEmpty() ? text : String.join(", ", MailAddress.list(text));
    }

    private static Duration positiveDuration(String text) {
        Duration duration = SettingKeys.duration(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("is no time at all");
        }
        return duration;
    }
}
