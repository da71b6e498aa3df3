package dev.packhorse.engine.daemon;

import dev.packhorse.engine.gzip.DeflateBackend;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;

/// How archives are compressed, from the configuration.
final class Compression {
    private static final int FASTEST_LEVEL = 1;

    private Compression() {}

    /// The settings of every archive.
    ///
    /// @throws IllegalArgumentException if the configured library is not on this machine
    static GzipSettings of(Settings settings) {
        int level = level(settings.get(SettingKeys.BACKUP_COMPRESSION_LEVEL));
        return new GzipSettings(
                settings.get(SettingKeys.BACKUP_COMPRESSION_THREADS),
                level,
                backend(settings.get(SettingKeys.BACKUP_COMPRESSION_LIBRARY), level),
                settings.get(SettingKeys.BACKUP_GZIP_MEMBERS).equals("one"));
    }

    private static int level(String word) {
        return word.equals("fast") ? FASTEST_LEVEL : Integer.parseInt(word);
    }

    private static DeflateBackend backend(String word, int level) {
        return switch (word) {
            case "jdk" -> DeflateBackend.JDK;
            case "libdeflate" -> required(DeflateBackend.LIBDEFLATE);
            default -> DeflateBackend.bestFor(level);
        };
    }

    private static DeflateBackend required(DeflateBackend backend) {
        if (!backend.isAvailable()) {
            throw new IllegalArgumentException(
                    SettingKeys.BACKUP_COMPRESSION_LIBRARY.name()
                            + " asks for "
                            + backend.title()
                            + ", which this machine does not have: install it (package libdeflate0), or set auto");
        }
        return backend;
    }
}
