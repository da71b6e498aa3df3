package dev.packhorse.transport.server;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportSettings;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Settings for the WebDAV servers of the tests: one user `bk`, loopback.
final class DavSettings {
    static final String PASSWORD = "pw-55d1 marker";

    private static final AtomicInteger FOLDERS = new AtomicInteger();

    private DavSettings() {}

    /// For a fresh folder of a server.
    static TransportSettings fresh(int port, Map<String, String> more) {
        TreeMap<String, String> values = new TreeMap<>();
        values.put("host", "localhost");
        values.put("port", String.valueOf(port));
        values.put("username", "bk");
        values.put("path", "f" + FOLDERS.incrementAndGet());
        values.put("ssl", "0");
        values.putAll(more);
        return new TransportSettings(
                values,
                new TreeMap<>(Map.of("password", new Secret(PASSWORD))),
                Duration.ofSeconds(20));
    }
}
