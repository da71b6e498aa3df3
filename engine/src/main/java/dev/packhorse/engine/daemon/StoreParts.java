package dev.packhorse.engine.daemon;

import dev.packhorse.engine.jdbc.StoreSettings;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Path;

/// The store's settings, from the configuration.
final class StoreParts {
    private StoreParts() {}

    static StoreSettings settings(Settings settings, Path state) throws IOException {
        String url = settings.get(SettingKeys.DATABASE_URL);
        if (url.isEmpty()) {
            return StoreSettings.h2(state.resolve("packhorse"));
        }
        String passwordFile = settings.get(SettingKeys.DATABASE_PASSWORD_FILE);
        Secret password =
                passwordFile.isEmpty() ? new Secret("") : Host.secret(Path.of(passwordFile));
        return new StoreSettings(
                url,
                settings.get(SettingKeys.DATABASE_USER),
                password,
                StoreSettings.DEFAULT_POOL_SIZE);
    }
}
