package dev.packhorse.engine.daemon;

import dev.packhorse.engine.http.HttpLimits;
import dev.packhorse.engine.http.HttpSettings;
import dev.packhorse.engine.http.TlsMode;
import dev.packhorse.engine.settings.LoginKeys;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the API is served, from the configuration.
final class HttpParts {
    private static final Logger LOG = LoggerFactory.getLogger(HttpParts.class);

    private HttpParts() {}

    /// @throws IllegalArgumentException if settings do not fit each other; the message begins with
    ///   a setting's name
    static HttpSettings settings(Settings settings) {
        return new HttpSettings(
                settings.get(SettingKeys.HTTP_LISTEN),
                TlsMode.parse(settings.get(SettingKeys.HTTP_TLS)),
                path(settings.get(SettingKeys.HTTP_CERTIFICATE)),
                path(settings.get(SettingKeys.HTTP_KEY)),
                false,
                socket(settings),
                settings.get(LoginKeys.TRUSTED_PROXIES),
                HttpLimits.DEFAULT);
    }

    /// Too long a state folder is no reason not to start: commands then take the port.
    private static Optional<Path> socket(Settings settings) {
        String setting = settings.get(SettingKeys.HTTP_SOCKET);
        if (!setting.equals("auto")) {
            return setting.equals("off") ? Optional.empty() : path(setting);
        }
        Path socket = settings.get(SettingKeys.STATE).toAbsolutePath().resolve("api.sock");
        if (HttpSettings.fits(socket)) {
            return Optional.of(socket);
        }
        LOG.atWarn()
                .addKeyValue("path", socket)
                .log("the path of the state folder is too long for a socket: set http.socket");
        return Optional.empty();
    }

    private static Optional<Path> path(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }
}
