package dev.packhorse.engine.jdbc;

import dev.packhorse.transport.spi.Secret;

/// Where the store is and how to log in.
///
/// @param url `jdbc:h2:file:/path/name` for a store of this server alone, or
///   `jdbc:postgresql://host/database` for one that several servers share
/// @param user the database user
/// @param password the user's password, which may be empty
/// @param poolSize connections at most, at least 2: a streaming list holds one while it lasts
public record StoreSettings(String url, String user, Secret password, int poolSize) {
    /// The pool size unless the settings name one.
    public static final int DEFAULT_POOL_SIZE = 8;

    public StoreSettings {
        if (poolSize < 2 || poolSize > 200) {
            throw new IllegalArgumentException("pool size must be 2 to 200: " + poolSize);
        }
    }

    /// An H2 file store as the daemon uses it: only this process opens the file, so its own user
    /// has no password.
    ///
    /// @param path the absolute path of the database without `.mv.db`
    public static StoreSettings h2(java.nio.file.Path path) {
        return new StoreSettings(
                "jdbc:h2:file:" + path.toAbsolutePath(),
                "packhorse",
                new Secret(""),
                DEFAULT_POOL_SIZE);
    }
}
