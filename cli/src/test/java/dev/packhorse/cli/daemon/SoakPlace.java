package dev.packhorse.cli.daemon;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.transport.fault.Fault;
import dev.packhorse.transport.fault.Fault.Direction;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.fault.FtpPorts;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.registry.TransportRegistry;
import dev.packhorse.transport.server.NginxDavServer;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/// A destination of a daemon that is tried for long: a real server, with a proxy before it that
/// breaks what it is told to where there is a network.
///
/// @param settings as the daemon is given them, secrets among them
record SoakPlace(String type, Map<String, String> settings, Optional<FaultProxy> proxy)
        implements AutoCloseable {
    private static final int MOST_BYTES = 6 << 20;

    static SoakPlace local() {
        return new SoakPlace("Local", Map.of("path", "/far"), Optional.empty());
    }

    static SoakPlace custom(SlowScript script) {
        return new SoakPlace("Custom", script.values(), Optional.empty());
    }

    static SoakPlace sftp() throws IOException {
        FaultProxy proxy = FaultProxy.before(at(OpensshServer.shared().port()));
        Map<String, String> settings = ssh(proxy);
        settings.put("authtype", "password");
        settings.put("password", OpensshServer.PASSWORD);
        return new SoakPlace("SFTP", settings, Optional.of(proxy));
    }

    static SoakPlace rsync() throws IOException {
        FaultProxy proxy = FaultProxy.before(at(OpensshServer.shared().port()));
        Map<String, String> settings = ssh(proxy);
        settings.put("authtype", "key");
        settings.put("privatekey", OpensshServer.shared().key().toString());
        return new SoakPlace("Rsync", settings, Optional.of(proxy));
    }

    private static Map<String, String> ssh(FaultProxy proxy) throws IOException {
        OpensshServer server = OpensshServer.shared();
        return new TreeMap<>(
                Map.of(
                        "host",
                        "127.0.0.1",
                        "port",
                        Integer.toString(proxy.address().port()),
                        "username",
                        server.user(),
                        "path",
                        server.freshFolder(),
                        "host_key",
                        server.fingerprint()));
    }

    static SoakPlace ftp() throws IOException {
        ProftpdServer server = ProftpdServer.plain("AllowOverwrite on", "AllowStoreRestart on");
        FaultProxy proxy = FaultProxy.before(at(server.port()), FtpPorts::translated);
        Map<String, String> settings =
                with(server.settings(), Map.of("tls", "none", "passive", "1"), proxy);
        return new SoakPlace("FTP", settings, Optional.of(proxy));
    }

    static SoakPlace webdav() throws IOException {
        NginxDavServer server = NginxDavServer.shared();
        FaultProxy proxy = FaultProxy.before(at(server.plainPort()));
        Map<String, String> settings =
                with(server.settings(), Map.of("ssl", "0", "tls_fingerprint", ""), proxy);
        return new SoakPlace("WebDAV", settings, Optional.of(proxy));
    }

    private static Map<String, String> with(
            TransportSettings server, Map<String, String> more, FaultProxy proxy) {
        Map<String, String> settings = new TreeMap<>(server.values());
        server.secrets().forEach((name, secret) -> settings.put(name, secret.reveal()));
        settings.putAll(more);
        settings.put("port", Integer.toString(proxy.address().port()));
        return settings;
    }

    static SoakPlace s3(String folder) throws IOException {
        S3Server server = S3Server.s3Mock();
        FaultProxy proxy = FaultProxy.before(at(URI.create(server.endpoint()).getPort()));
        Map<String, String> settings =
                Map.of(
                        "host",
                        "http://" + proxy.address(),
                        "bucket",
                        S3Server.READY_BUCKET,
                        "folder",
                        folder,
                        "aws_access_key_id",
                        server.accessKeyId(),
                        "password",
                        server.secretKey(),
                        "part_size",
                        "5MiB");
        return new SoakPlace("S3Compatible", settings, Optional.of(proxy));
    }

    private static HostPort at(int port) {
        return new HostPort("127.0.0.1", port);
    }

    /// Makes the daemon send there.
    ///
    /// @return the destination's id
    String addTo(DaemonUnderTest daemon) throws ClientException {
        Parameters parameters =
                new Parameters().add("name", "to " + type).add("type", type).add("timeout", "30");
        settings.forEach(parameters::add);
        return daemon.call("backup_destination_add", parameters).path("id").asString("");
    }

    /// Lets chance decide what goes wrong there from now on.
    void breakBy(Random chance) {
        proxy.ifPresent(each -> each.set(fault(chance)));
    }

    private static Fault fault(Random chance) {
        Direction direction = chance.nextBoolean() ? Direction.TO_SERVER : Direction.TO_CLIENT;
        int bytes = chance.nextInt(MOST_BYTES);
        return switch (chance.nextInt(10)) {
            case 0 -> new Fault.Refuse();
            case 1, 2 -> new Fault.Cut(direction, bytes);
            case 3 -> new Fault.Hang(direction, bytes);
            case 4, 5 -> new Fault.Slow(1 + chance.nextInt(4));
            default -> new Fault.None();
        };
    }

    /// From now on all goes well.
    void calm() {
        proxy.ifPresent(each -> each.set(new Fault.None()));
    }

    /// Opens it as the daemon does.
    ///
    /// @param server the root folder of the daemon's host
    Transport open(Path server) throws TransportException {
        if (type.equals("Local")) {
            return new LocalTransport(Path.of(server + settings.get("path")));
        }
        Map<String, String> values = new TreeMap<>(settings);
        Map<String, Secret> secrets = new TreeMap<>();
        Optional.ofNullable(values.remove("password"))
                .ifPresent(password -> secrets.put("password", new Secret(password)));
        return TransportRegistry.ofAllDrivers()
                .open(
                        type,
                        new TransportSettings(
                                new TreeMap<>(values),
                                new TreeMap<>(secrets),
                                Duration.ofSeconds(30)));
    }

    @Override
    public void close() {
        proxy.ifPresent(FaultProxy::close);
    }
}
