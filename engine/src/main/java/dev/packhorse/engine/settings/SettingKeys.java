package dev.packhorse.engine.settings;

import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.model.QuietHours;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Every key of the configuration. `config/packhorse.yaml` explains each; a test holds the two
/// together.
public final class SettingKeys {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(s|m|h|d)");

    public static final SettingKey<Path> HOST_ROOT =
            new SettingKey<>("host.root", "/", "an absolute folder", SettingKeys::absolutePath);
    public static final SettingKey<String> HOST_ACCOUNTS =
            new SettingKey<>("host.accounts", "cpanel", "cpanel or unix", oneOf("cpanel", "unix"));
    public static final SettingKey<String> HOST_NAME =
            new SettingKey<>(
                    "host.name",
                    "",
                    "a host name, or nothing for the system's",
                    SettingKeys::hostName);
    public static final SettingKey<Integer> HOST_UNIX_UID_MIN =
            new SettingKey<>(
                    "host.unix.uid_min", "1000", "1 to 4294967293", number(1, Integer.MAX_VALUE));
    public static final SettingKey<Integer> HOST_UNIX_UID_MAX =
            new SettingKey<>(
                    "host.unix.uid_max", "59999", "1 to 4294967293", number(1, Integer.MAX_VALUE));
    public static final SettingKey<String> HOST_UNIX_DOMAINS =
            new SettingKey<>(
                    "host.unix.domains",
                    "",
                    "a YAML file of USER: DOMAIN lines, or nothing",
                    SettingKeys::optionalPath);

    public static final SettingKey<Path> STATE =
            new SettingKey<>(
                    "state", "/var/lib/packhorse", "an absolute folder", SettingKeys::absolutePath);

    public static final SettingKey<ByteSize> STATE_RESERVE =
            new SettingKey<>(
                    "state_reserve", "64MiB", "0 for none, or a size as 64MiB", ByteSize::parse);

    public static final SettingKey<String> DATABASE_URL =
            new SettingKey<>(
                    "database.url",
                    "",
                    "nothing for the embedded store, or jdbc:postgresql://HOST:PORT/DATABASE",
                    SettingKeys::databaseUrl);
    public static final SettingKey<String> DATABASE_USER =
            new SettingKey<>("database.user", "packhorse", "a database user", text -> text);
    public static final SettingKey<String> DATABASE_PASSWORD_FILE =
            new SettingKey<>(
                    "database.password_file",
                    "",
                    "a file that only root can read, or nothing",
                    SettingKeys::optionalPath);

    public static final SettingKey<HostPort> HTTP_LISTEN =
            new SettingKey<>(
                    "http.listen",
                    "127.0.0.1:8087",
                    "HOST:PORT; port 0 takes a free one",
                    HostPort::parse);
    public static final SettingKey<String> HTTP_TLS =
            new SettingKey<>(
                    "http.tls", "auto", "auto, files or off", oneOf("auto", "files", "off"));
    public static final SettingKey<String> HTTP_CERTIFICATE =
            new SettingKey<>(
                    "http.certificate", "", "a PEM file, or nothing", SettingKeys::optionalPath);
    public static final SettingKey<String> HTTP_KEY =
            new SettingKey<>("http.key", "", "a PEM file, or nothing", SettingKeys::optionalPath);

    public static final SettingKey<String> HTTP_SOCKET =
            new SettingKey<>(
                    "http.socket", "auto", "auto, off or an absolute path", SettingKeys::socket);

    public static final SettingKey<String> MYSQL =
            new SettingKey<>("mysql.enabled", "auto", "auto or off", oneOf("auto", "off"));
    public static final SettingKey<String> MYSQL_SOCKET =
            new SettingKey<>(
                    "mysql.socket",
                    "/run/mysqld/mysqld.sock",
                    "the server's socket",
                    SettingKeys::optionalPath);
    public static final SettingKey<String> MYSQL_USER =
            new SettingKey<>("mysql.user", "root", "a user with every right", text -> text);
    public static final SettingKey<String> MYSQL_PASSWORD_FILE =
            new SettingKey<>(
                    "mysql.password_file",
                    "",
                    "a file that only root can read, or nothing",
                    SettingKeys::optionalPath);

    public static final SettingKey<String> POSTGRES =
            new SettingKey<>("postgres.enabled", "auto", "auto or off", oneOf("auto", "off"));
    public static final SettingKey<String> POSTGRES_HOST =
            new SettingKey<>(
                    "postgres.host",
                    "/run/postgresql",
                    "the folder of the server's socket, or an address",
                    text -> text);
    public static final SettingKey<Integer> POSTGRES_PORT =
            new SettingKey<>("postgres.port", "5432", "1 to 65535", number(1, 65_535));
    public static final SettingKey<String> POSTGRES_USER =
            new SettingKey<>("postgres.user", "postgres", "a role with every right", text -> text);
    public static final SettingKey<String> POSTGRES_PASSWORD_FILE =
            new SettingKey<>(
                    "postgres.password_file",
                    "",
                    "a file that only root can read, or nothing",
                    SettingKeys::optionalPath);

    public static final SettingKey<DayTimes> BACKUP_TIME =
            new SettingKey<>(
                    "backup.time",
                    "02:00",
                    "a time of day, HH:MM, or several: 02:00, 14:00",
                    DayTimes::parse);
    public static final SettingKey<ZoneId> BACKUP_ZONE =
            new SettingKey<>(
                    "backup.zone",
                    "system",
                    "system, or a zone as Europe/Berlin",
                    SettingKeys::zone);
    public static final SettingKey<Duration> BACKUP_CATCH_UP =
            new SettingKey<>(
                    "backup.catch_up", "12h", "a duration: 30m, 12h, 2d", SettingKeys::duration);
    public static final SettingKey<QuietHours> BACKUP_QUIET_HOURS =
            new SettingKey<>(
                    "backup.quiet_hours",
                    "",
                    "nothing, or times of day as 08:00-18:00, 22:00-23:30",
                    QuietHours::parse);
    public static final SettingKey<Integer> BACKUP_IO_PRESSURE =
            new SettingKey<>(
                    "backup.io_pressure", "0", "0 for no limit, or 1 to 100", number(0, 100));
    public static final SettingKey<String> BACKUP_LOW_PRIORITY =
            new SettingKey<>("backup.low_priority", "off", "on or off", oneOf("on", "off"));
    public static final SettingKey<ByteSize> BACKUP_STAGING_LIMIT =
            new SettingKey<>(
                    "backup.staging_limit",
                    "0",
                    "0 for no limit, or a size as 200GiB",
                    ByteSize::parse);
    public static final SettingKey<String> BACKUP_STREAM =
            new SettingKey<>(
                    "backup.stream", "auto", "auto, always or off", oneOf("auto", "always", "off"));
    public static final SettingKey<Integer> BACKUP_COMPRESSION_THREADS =
            new SettingKey<>("backup.compression_threads", "2", "1 to 64", number(1, 64));
    public static final SettingKey<String> BACKUP_REUSE =
            new SettingKey<>("backup.reuse", "on", "on or off", oneOf("on", "off"));
    public static final SettingKey<String> BACKUP_GZIP_MEMBERS =
            new SettingKey<>("backup.gzip_members", "many", "many or one", oneOf("many", "one"));
    public static final SettingKey<String> BACKUP_COMPRESSION_LEVEL =
            new SettingKey<>(
                    "backup.compression_level",
                    "6",
                    "fast, or 1 to 9",
                    oneOf("fast", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
    public static final SettingKey<String> BACKUP_COMPRESSION_LIBRARY =
            new SettingKey<>(
                    "backup.compression_library",
                    "auto",
                    "auto, libdeflate or jdk",
                    oneOf("auto", "libdeflate", "jdk"));
    public static final SettingKey<ByteSize> BACKUP_FREE_SPACE_FLOOR =
            new SettingKey<>(
                    "backup.free_space_floor", "256MiB", "a size: 512MiB, 4GiB", ByteSize::parse);

    public static final SettingKey<String> RESTORE_SAFETY_COPY =
            new SettingKey<>("restore.safety_copy", "on", "on or off", oneOf("on", "off"));
    public static final SettingKey<String> RESTORE_SAFETY_FOLDER =
            new SettingKey<>(
                    "restore.safety_folder", "", "a folder, or nothing", SettingKeys::optionalPath);

    public static final SettingKey<Integer> WORKERS_PACK =
            new SettingKey<>("workers.pack", "2", "1 to 64", number(1, 64));
    public static final SettingKey<Integer> WORKERS_UPLOAD =
            new SettingKey<>("workers.upload", "4", "1 to 64", number(1, 64));
    public static final SettingKey<Integer> WORKERS_RESTORE =
            new SettingKey<>("workers.restore", "1", "1 to 64", number(1, 64));

    public static final SettingKey<Duration> QUEUE_LEASE =
            new SettingKey<>("queue.lease", "60s", "a duration, 3s to 30m", SettingKeys::lease);

    private static final List<SettingKey<?>> ALL =
            List.of(
                    HOST_ROOT,
                    HOST_ACCOUNTS,
                    HOST_NAME,
                    HOST_UNIX_UID_MIN,
                    HOST_UNIX_UID_MAX,
                    HOST_UNIX_DOMAINS,
                    STATE,
                    STATE_RESERVE,
                    DATABASE_URL,
                    DATABASE_USER,
                    DATABASE_PASSWORD_FILE,
                    HTTP_LISTEN,
                    HTTP_TLS,
                    HTTP_CERTIFICATE,
                    HTTP_KEY,
                    HTTP_SOCKET,
                    LoginKeys.TRUSTED_PROXIES,
                    LoginKeys.FAILURES,
                    LoginKeys.WINDOW,
                    LoginKeys.TIME,
                    LoginKeys.DAY_FAILURES,
                    LoginKeys.NEVER,
                    MYSQL,
                    MYSQL_SOCKET,
                    MYSQL_USER,
                    MYSQL_PASSWORD_FILE,
                    POSTGRES,
                    POSTGRES_HOST,
                    POSTGRES_PORT,
                    POSTGRES_USER,
                    POSTGRES_PASSWORD_FILE,
                    BACKUP_TIME,
                    BACKUP_ZONE,
                    BACKUP_CATCH_UP,
                    BACKUP_QUIET_HOURS,
                    BACKUP_IO_PRESSURE,
                    BACKUP_LOW_PRIORITY,
                    BACKUP_STAGING_LIMIT,
                    BACKUP_STREAM,
                    BACKUP_COMPRESSION_THREADS,
                    BACKUP_REUSE,
                    BACKUP_GZIP_MEMBERS,
                    BACKUP_COMPRESSION_LEVEL,
                    BACKUP_COMPRESSION_LIBRARY,
                    BACKUP_FREE_SPACE_FLOOR,
                    RetentionKeys.CALENDAR_DAILY,
                    RetentionKeys.CALENDAR_WEEKLY,
                    RetentionKeys.CALENDAR_MONTHLY,
                    RetentionKeys.CALENDAR_YEARLY,
                    RetentionKeys.EVERY_RUN,
                    RetentionKeys.ORPHANS,
                    RetentionKeys.DESTINATIONS,
                    RetentionKeys.DELETES_PER_SECOND,
                    RetentionKeys.MASS_LIMIT,
                    RESTORE_SAFETY_COPY,
                    RESTORE_SAFETY_FOLDER,
                    WORKERS_PACK,
                    WORKERS_UPLOAD,
                    WORKERS_RESTORE,
                    QUEUE_LEASE);

    private SettingKeys() {}

    /// Every key, in the order of the shipped file.
    public static List<SettingKey<?>> all() {
        return Stream.of(
                        ALL,
                        BandwidthKeys.all(),
                        EventKeys.all(),
                        VerifyKeys.all(),
                        ResellerKeys.all())
                .<SettingKey<?>>flatMap(List::stream)
                .toList();
    }

    private static Path absolutePath(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("is not an absolute path");
        }
        return path.normalize();
    }

    static String optionalPath(String text) {
        return text.isEmpty() ? text : absolutePath(text).toString();
    }

    private static String socket(String text) {
        return text.equals("auto") || text.equals("off") ? text : absolutePath(text).toString();
    }

    static Function<String, String> oneOf(String... words) {
        Set<String> legal = Set.of(words);
        return text -> {
            if (!legal.contains(text)) {
                throw new IllegalArgumentException("is none of the legal words");
            }
            return text;
        };
    }

    static Function<String, Integer> number(int smallest, int largest) {
        return text -> {
            int value;
            try {
                value = Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("is not a whole number", e);
            }
            if (value < smallest || value > largest) {
                throw new IllegalArgumentException("is out of range");
            }
            return value;
        };
    }

    private static ZoneId zone(String text) {
        return text.equals("system") ? ZoneId.systemDefault() : ZoneId.of(text);
    }

    /// Any text may be in use as a name; what needs more of it asks for more.
    private static String hostName(String text) {
        if (text.chars().anyMatch(Character::isISOControl) || (!text.isEmpty() && text.isBlank())) {
            throw new IllegalArgumentException("is no host name");
        }
        return text;
    }

    private static String databaseUrl(String text) {
        if (!text.isEmpty() && !text.startsWith("jdbc:postgresql://")) {
            throw new IllegalArgumentException("is no address of a PostgreSQL database");
        }
        return text;
    }

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is not a duration");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static Duration lease(String text) {
        Duration lease = duration(text);
        if (lease.compareTo(Duration.ofSeconds(3)) < 0) {
            throw new IllegalArgumentException("is too short");
        }
        if (lease.compareTo(Duration.ofMinutes(30)) > 0) {
            throw new IllegalArgumentException("is too long");
        }
        return lease;
    }
}
