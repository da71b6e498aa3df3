package dev.packhorse.engine.http;

import java.util.Locale;

/// How the port is protected.
public enum TlsMode {
    /// Plain HTTP.
    OFF,
    /// TLS with a certificate that the daemon makes for itself and keeps.
    AUTO,
    /// TLS with the certificate and key of the settings.
    FILES;

    /// The mode of a configuration word: `off`, `auto`, `files`.
    ///
    /// @throws IllegalArgumentException for any other word
    public static TlsMode parse(String word) {
        for (TlsMode mode : values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("must be off, auto or files: " + word);
    }
}
