package dev.packhorse.engine.daemon;

import dev.packhorse.engine.http.HttpSettings;
import dev.packhorse.engine.model.MailAddress;
import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.ConfigProblem;
import dev.packhorse.engine.settings.EventKeys;
import dev.packhorse.engine.settings.SettingKey;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.transport.spi.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is wrong with settings each of which is right by itself: they do not fit each other, or not
/// this server. The start refuses by it and `packhorse config check` asks it, so that a check that
/// passes is not followed by a daemon that stays down.
public final class ConfigCheck {
    private static final Set<PosixFilePermission> OF_OTHERS =
            EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    private static final List<SettingKey<String>> SECRET_FILES =
            List.of(
                    SettingKeys.DATABASE_PASSWORD_FILE,
                    SettingKeys.MYSQL_PASSWORD_FILE,
                    SettingKeys.POSTGRES_PASSWORD_FILE,
                    EventKeys.MAIL_SMTP_PASSWORD_FILE,
                    EventKeys.SLACK_URL_FILE,
                    EventKeys.WEBHOOK_URL_FILE);

    private final Settings settings;
    private final List<ConfigProblem> problems = new ArrayList<>();

    /// Makes what a setting is for, and so tries it.
    @FunctionalInterface
    private interface Trial {
        void run() throws IOException;
    }

    private ConfigCheck(Settings settings) {
        this.settings = settings;
    }

    /// What keeps the daemon from starting, whatever the files hold that it names.
    ///
    /// @throws ConfigException with every complaint
    public static void refuseUnfit(Settings settings) throws ConfigException {
        ConfigCheck check = new ConfigCheck(settings);
        check.settingsThatMustFit();
        check.end();
    }

    /// The same, and the files that settings name: those of a disk that is mounted late must not
    /// keep a daemon down.
    ///
    /// @throws ConfigException with every complaint
    public static void refuseUnfitAndFiles(Settings settings) throws ConfigException {
        ConfigCheck check = new ConfigCheck(settings);
        check.settingsThatMustFit();
        check.files();
        check.end();
    }

    private void end() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private void settingsThatMustFit() {
        attempt(SettingKeys.HTTP_LISTEN, () -> HttpParts.settings(settings));
        attempt(SettingKeys.HOST_NAME, this::channels);
        attempt(SettingKeys.BACKUP_COMPRESSION_LIBRARY, () -> Compression.of(settings));
        if (settings.get(SettingKeys.HOST_ACCOUNTS).equals("unix")
                && settings.get(SettingKeys.HOST_UNIX_UID_MIN)
                        > settings.get(SettingKeys.HOST_UNIX_UID_MAX)) {
            complain(
                    SettingKeys.HOST_UNIX_UID_MIN,
                    "is larger than " + SettingKeys.HOST_UNIX_UID_MAX.name(),
                    "give the smallest and the largest number of an account's user");
        }
    }

    /// Who gets no mail may have anything in the settings of mail.
    private void channels() throws IOException {
        String host = Host.name(settings);
        int before = problems.size();
        if (!settings.get(EventKeys.MAIL_TO).isEmpty()) {
            sender(host);
            server();
        }
        if (problems.size() == before) {
            EventParts.channels(settings, host);
        }
    }

    private void sender(String host) {
        String from = settings.get(EventKeys.MAIL_FROM);
        String used = from.isEmpty() ? "root@" + host : from;
        if (!MailAddress.isValid(used)) {
            complain(
                    EventKeys.MAIL_FROM,
                    from.isEmpty()
                            ? "is not set, and “" + used + "” is not an address"
                            : "is “" + used + "”, which is not an address",
                    "give an address NAME@HOST");
        }
    }

    private void server() {
        String server = settings.get(EventKeys.MAIL_SMTP);
        if (!server.isEmpty() && !isServer(server)) {
            complain(
                    EventKeys.MAIL_SMTP,
                    "is “" + server + "”, which is not HOST:PORT",
                    "give " + EventKeys.MAIL_SMTP.hint());
        }
    }

    private static boolean isServer(String text) {
        try {
            return HostPort.parse(text).port() != 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private void files() {
        for (SettingKey<String> key : SECRET_FILES) {
            String file = settings.get(key);
            if (!file.isEmpty() && isUsed(key)) {
                secret(key, Path.of(file));
            }
        }
        attempt(SettingKeys.HTTP_CERTIFICATE, this::servedFiles);
    }

    /// A secret of what is switched off is not needed, and may be gone.
    private boolean isUsed(SettingKey<String> secret) {
        if (secret.equals(SettingKeys.DATABASE_PASSWORD_FILE)) {
            return !settings.get(SettingKeys.DATABASE_URL).isEmpty();
        }
        if (secret.equals(SettingKeys.MYSQL_PASSWORD_FILE)) {
            return !settings.get(SettingKeys.MYSQL).equals("off");
        }
        if (secret.equals(SettingKeys.POSTGRES_PASSWORD_FILE)) {
            return !settings.get(SettingKeys.POSTGRES).equals("off");
        }
        if (secret.equals(EventKeys.MAIL_SMTP_PASSWORD_FILE)) {
            return !settings.get(EventKeys.MAIL_TO).isEmpty()
                    && !settings.get(EventKeys.MAIL_SMTP).isEmpty();
        }
        return true;
    }

    private void servedFiles() throws IOException {
        HttpSettings http;
        try {
            http = HttpParts.settings(settings);
        } catch (IllegalArgumentException _) {
            return; // told already
        }
        http.checkFiles();
        String socket = settings.get(SettingKeys.HTTP_SOCKET);
        Optional<Path> folder =
                socket.startsWith("/")
                        ? Optional.ofNullable(Path.of(socket).getParent())
                        : Optional.empty();
        if (folder.filter(Files::isDirectory).isPresent() && isOpen(folder.get())) {
            complain(
                    SettingKeys.HTTP_SOCKET,
                    "lies in a folder that others may enter",
                    "chmod 700 " + folder.get());
        }
    }

    private void secret(SettingKey<?> key, Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            if (isOpen(file)) {
                complain(
                        key,
                        "is " + file + ", which others can read or write",
                        "chmod 600 " + file);
            } else if (Files.readString(file).isBlank()) {
                complain(key, "is " + file + ", which holds nothing", "write one line into it");
            }
        } catch (NoSuchFileException _) {
            complain(key, "is " + file + ", which is no file", "write the secret into it");
        } catch (IOException e) {
            complain(key, "is " + file + ", which cannot be read", e.getClass().getSimpleName());
        }
    }

    private static boolean isOpen(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
    }

    /// @param key what is complained of if the message begins with no setting's name
    private void attempt(SettingKey<?> key, Trial trial) {
        try {
            trial.run();
        } catch (IllegalArgumentException | IOException e) {
            String message = String.valueOf(e.getMessage());
            SettingKeys.all().stream()
                    .filter(each -> message.startsWith(each.name() + " "))
                    .findFirst()
                    .ifPresentOrElse(
                            each -> complain(each, message.substring(each.name().length() + 1), ""),
                            () -> complain(key, "cannot be used: " + message, ""));
        }
    }

    private void complain(SettingKey<?> key, String message, String hint) {
        problems.add(settings.problem(key, message, hint));
    }
}
