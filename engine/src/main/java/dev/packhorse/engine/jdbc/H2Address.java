package dev.packhorse.engine.jdbc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An H2 URL, taken apart and put together again with the settings that make a commit durable.
///
/// @param file the database file, which ends in `.mv.db`
/// @param url the URL to connect with
record H2Address(Path file, String url) {
    private static final String SCHEME = "jdbc:h2:";

    /// Source: H2 2.5.252, "Durability Problems" and tried there: with the default write delay a
    /// killed process loses its last commits, and the setting is not kept in the file, so that each
    /// URL needs it. Space in the file is not used again while it is open: with H2's own reuse,
    /// killed daemons came up without the commits of the last half second, synced ones among them;
    /// without it they did not. `docs/adr/0003` says what was seen and what was not proven. The
    /// database must not close itself in a shutdown hook of its own: the daemon's ordered stop
    /// still writes then.
    private static final Map<String, String> FORCED =
            Map.of("WRITE_DELAY", "0", "REUSE_SPACE", "FALSE", "DB_CLOSE_ON_EXIT", "FALSE");

    private static final List<String> REFUSED =
            List.of("AUTO_SERVER", "ACCESS_MODE_DATA", "FILE_LOCK", "INIT", "CIPHER");

    static boolean matches(String url) {
        return url.startsWith(SCHEME);
    }

    /// Takes a URL apart.
    ///
    /// @throws StoreException if the URL is not one of an embedded file with settings that are safe
    static H2Address parse(String url) throws StoreException {
        String[] parts = url.substring(SCHEME.length()).split(";", -1);
        String name = parts[0].startsWith("file:") ? parts[0].substring(5) : parts[0];
        if (!name.startsWith("/")) {
            throw new StoreException(
                    "database.url must name an H2 file by its absolute path, as"
                            + " jdbc:h2:file:/var/lib/packhorse/queue, not “"
                            + parts[0]
                            + "”",
                    null);
        }
        List<String> settings = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            String key = parts[i].split("=", 2)[0].trim().toUpperCase(Locale.ROOT);
            String forced = FORCED.get(key);
            boolean same = forced != null && parts[i].equalsIgnoreCase(key + "=" + forced);
            if (REFUSED.contains(key) || (forced != null && !same)) {
                throw new StoreException(
                        "database.url must not set " + key + ": take “;" + key + "=…” out", null);
            }
            if (forced == null && !parts[i].isBlank()) {
                settings.add(parts[i]);
            }
        }
        FORCED.forEach((key, value) -> settings.add(key + "=" + value));
        return new H2Address(
                Path.of(name + ".mv.db"),
                SCHEME + "file:" + name + ";" + String.join(";", settings));
    }
}
