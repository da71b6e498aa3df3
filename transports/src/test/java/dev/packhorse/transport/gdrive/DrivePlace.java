package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.server.DriveFakeTokens;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// A fresh folder in a fake drive.
record DrivePlace(TreeMap<String, String> values, TreeMap<String, String> secrets) {
    static DrivePlace at(int port) {
        return new DrivePlace(
                        new TreeMap<>(
                                Map.of(
                                        "client_id",
                                        DriveFakeTokens.CLIENT,
                                        "folder",
                                        "Back ups/" + UUID.randomUUID())),
                        new TreeMap<>(
                                Map.of(
                                        "client_secret", DriveFakeTokens.CLIENT_SECRET,
                                        "refresh_token", DriveFakeTokens.REFRESH_TOKEN)))
                .through(port);
    }

    /// The same place, reached through another port.
    DrivePlace through(int port) {
        return with("endpoint", "http://127.0.0.1:" + port)
                .with("token_endpoint", "http://127.0.0.1:" + port + "/token");
    }

    DrivePlace with(String name, String value) {
        TreeMap<String, String> changed = new TreeMap<>(values);
        changed.put(name, value);
        return new DrivePlace(changed, secrets);
    }

    DrivePlace withSecret(String name, String value) {
        TreeMap<String, String> changed = new TreeMap<>(secrets);
        changed.put(name, value);
        return new DrivePlace(values, changed);
    }

    TransportSettings settings(Duration timeout) {
        TreeMap<String, Secret> hidden = new TreeMap<>();
        secrets.forEach((name, value) -> hidden.put(name, new Secret(value)));
        return new TransportSettings(values, hidden, timeout);
    }

    Transport open(Duration timeout) throws TransportException {
        return new GdriveTransportFactory().open(settings(timeout));
    }

    Transport open() throws TransportException {
        return open(Duration.ofSeconds(20));
    }
}
