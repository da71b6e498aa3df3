package dev.packhorse.transport.rsync;

import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/// Settings of a place at the shared server, to be varied.
final class RsyncPlace {
    private final SortedMap<String, String> values = new TreeMap<>();
    private final SortedMap<String, Secret> secrets = new TreeMap<>();
    private WorkPlace work = WorkPlace.temporary();
    private Duration timeout = Duration.ofSeconds(30);

    /// A fresh folder in the user's home, by password.
    static RsyncPlace fresh() throws IOException {
        OpensshServer server = OpensshServer.shared();
        return new RsyncPlace()
                .with("host", "127.0.0.1")
                .with("port", Integer.toString(server.port()))
                .with("username", server.user())
                .with("path", server.freshFolder())
                .with("host_key", server.fingerprint())
                .withSecret("password", OpensshServer.PASSWORD);
    }

    RsyncPlace with(String name, String value) {
        values.put(name, value);
        return this;
    }

    RsyncPlace withSecret(String name, String value) {
        secrets.put(name, new Secret(value));
        return this;
    }

    RsyncPlace withKey(Path file) {
        return with("authtype", "key").with("privatekey", file.toString());
    }

    RsyncPlace working(WorkPlace place) {
        work = place;
        return this;
    }

    RsyncPlace within(Duration limit) {
        timeout = limit;
        return this;
    }

    /// The folder as the server's machine sees it.
    Path folder() {
        return OpensshServer.shared().home().resolve(values.get("path"));
    }

    TransportSettings settings() {
        return new TransportSettings(values, secrets, timeout, work);
    }

    Transport open() throws TransportException {
        return new RsyncTransportFactory().open(settings());
    }
}
