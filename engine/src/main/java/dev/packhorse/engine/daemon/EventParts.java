package dev.packhorse.engine.daemon;

import dev.packhorse.engine.hook.HookLimits;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.hook.HookScript;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.job.RunEvents;
import dev.packhorse.engine.job.RunScripts;
import dev.packhorse.engine.notify.Channel;
import dev.packhorse.engine.notify.ChannelName;
import dev.packhorse.engine.notify.Importance;
import dev.packhorse.engine.notify.MailText;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.notify.NotifyHandler;
import dev.packhorse.engine.notify.PostCheck;
import dev.packhorse.engine.notify.SendmailChannel;
import dev.packhorse.engine.notify.SmtpChannel;
import dev.packhorse.engine.notify.WebChannel;
import dev.packhorse.engine.notify.WebPost;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.run.Backoff;
import dev.packhorse.engine.session.RunLogs;
import dev.packhorse.engine.settings.EventKeys;
import dev.packhorse.engine.settings.SettingKey;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.transport.spi.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What events need: hooks, logs of runs and notifications, made once from the settings.
final class EventParts {
    private static final Duration MAIL_TIME = Duration.ofMinutes(1);

    private final Settings settings;
    private final JobQueue queue;
    private final String host;
    private final List<Channel> channels;
    private final HookRunner hooks;
    private final RunScripts scripts;
    private final RunLogs logs;
    private final Notices notices;

    /// @throws IllegalArgumentException if a setting cannot be used; the message names it
    EventParts(
            Settings settings,
            Administration administration,
            JobQueue queue,
            HostRoot root,
            String host) {
        this.settings = settings;
        this.queue = queue;
        this.host = host;
        this.channels = channels(settings, host);
        this.hooks = hooks(settings, root, administration.hooks());
        this.scripts =
                new RunScripts(
                        hooks,
                        new HookScript(
                                root.folder(),
                                HookLimits.USUAL.withTime(
                                        settings.get(EventKeys.HOOKS_CPBACKUP_TIME))));
        this.logs =
                new RunLogs(
                        root.folder(),
                        settings.get(SettingKeys.STATE),
                        InstantSource.system(),
                        settings.get(SettingKeys.BACKUP_ZONE));
        this.notices =
                new Notices(
                        administration.importances(),
                        routes(),
                        settings.get(EventKeys.REPEAT),
                        queue,
                        host);
    }

    static HookRunner hooks(Settings settings, HostRoot root, HookStore store) {
        HookLimits limits = HookLimits.USUAL.withTime(settings.get(EventKeys.HOOKS_TIME));
        return new HookRunner(store, new HookScript(root.folder(), limits));
    }

    HookRunner hooks() {
        return hooks;
    }

    Notices notices() {
        return notices;
    }

    RunLogs runLogs() {
        return logs;
    }

    RunEvents runEvents() {
        return new RunEvents(queue, logs, scripts, notices);
    }

    NotifyHandler handler() {
        return new NotifyHandler(channels, logs, host, Backoff.usual());
    }

    PostCheck postCheck() {
        List<WebChannel> posted =
                channels.stream()
                        .filter(WebChannel.class::isInstance)
                        .map(WebChannel.class::cast)
                        .toList();
        Set<String> hosts =
                Arrays.stream(settings.get(EventKeys.PRIVATE_HOSTS).split(",", -1))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet());
        return new PostCheck(WebPost.usual(), hosts, posted, host, InstantSource.system());
    }

    private List<Notices.Route> routes() {
        return channels.stream()
                .map(channel ->
                        new Notices.Route(channel.name(), level(settings, key(channel.name()))))
                .toList();
    }

    private static SettingKey<String> key(ChannelName name) {
        return switch (name) {
            case MAIL -> EventKeys.MAIL_LEVEL;
            case SLACK -> EventKeys.SLACK_LEVEL;
            case WEBHOOK -> EventKeys.WEBHOOK_LEVEL;
        };
    }

    private static Importance level(Settings settings, SettingKey<String> key) {
        return Importance.valueOf(settings.get(key).toUpperCase(Locale.ROOT));
    }

    /// @throws IllegalArgumentException if settings of the channels do not fit each other
    static List<Channel> channels(Settings settings, String host) {
        List<Channel> channels = new ArrayList<>();
        if (!settings.get(EventKeys.MAIL_TO).isEmpty()) {
            channels.add(mail(settings, host));
        }
        WebPost web = WebPost.usual();
        String slack = settings.get(EventKeys.SLACK_URL_FILE);
        if (!slack.isEmpty()) {
            channels.add(new WebChannel(ChannelName.SLACK, Path.of(slack), web));
        }
        String webhook = settings.get(EventKeys.WEBHOOK_URL_FILE);
        if (!webhook.isEmpty()) {
            channels.add(new WebChannel(ChannelName.WEBHOOK, Path.of(webhook), web));
        }
        return List.copyOf(channels);
    }

    private static Channel mail(Settings settings, String host) {
        String from = settings.get(EventKeys.MAIL_FROM);
        List<String> to =
                Arrays.stream(settings.get(EventKeys.MAIL_TO).split(",", -1))
                        .map(String::strip)
                        .toList();
        MailText text = new MailText(from.isEmpty() ? "root@" + host : from, to);
        String server = settings.get(EventKeys.MAIL_SMTP);
        if (server.isEmpty()) {
            return new SendmailChannel(text, ProgramFinder.system());
        }
        return SmtpChannel.trustingAsUsual(
                text, HostPort.parse(server), tls(settings), login(settings), host, MAIL_TIME);
    }

    private static SmtpChannel.Tls tls(Settings settings) {
        return switch (settings.get(EventKeys.MAIL_SMTP_TLS)) {
            case "tls" -> SmtpChannel.Tls.IMPLICIT;
            case "off" -> SmtpChannel.Tls.OFF;
            default -> SmtpChannel.Tls.STARTTLS;
        };
    }

    private static Optional<SmtpChannel.Login> login(Settings settings) {
        String user = settings.get(EventKeys.MAIL_SMTP_USER);
        String file = settings.get(EventKeys.MAIL_SMTP_PASSWORD_FILE);
        if (user.isEmpty() != file.isEmpty()) {
            throw new IllegalArgumentException(
                    "notify.mail.smtp_user and notify.mail.smtp_password_file need each other");
        }
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(new SmtpChannel.Login(user, Path.of(file)));
    }
}
