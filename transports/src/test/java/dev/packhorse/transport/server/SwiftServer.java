package dev.packhorse.transport.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Starts OpenStack Swift with one device: an account, a container and an object server behind a
/// proxy with the S3 layer. Swift reads the salt of its hashes from `/etc/swift` wherever its other
/// files lie, and runs its parts as root here.
final class SwiftServer {
    private static final List<String> STORES = List.of("account", "container", "object");

    private SwiftServer() {}

    static void require() {
        ServerProcess.requirePrograms(
                "/usr/bin/swift-proxy-server",
                "/usr/bin/swift-object-server",
                "/usr/bin/swift-ring-builder",
                "/usr/bin/memcached",
                "/etc/swift/swift.conf");
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
    }

    static S3Server start() throws IOException {
        Path folder = ServerProcess.folder("swift");
        int memcached = ServerProcess.freePort();
        ServerProcess.start(
                        "memcached",
                        folder,
                        List.of(
                                "/usr/bin/memcached",
                                "-u",
                                "root",
                                "-l",
                                "127.0.0.1",
                                "-p",
                                String.valueOf(memcached)),
                        Map.of())
                .awaitPort(memcached);
        for (String store : STORES) {
            startStore(folder, store);
        }
        int port = ServerProcess.freePort();
        String endpoint = "http://127.0.0.1:" + port;
        Path config = folder.resolve("proxy.conf");
        Files.writeString(config, proxy(folder, port, memcached));
        ServerProcess.start(
                        "proxy",
                        folder,
                        List.of("/usr/bin/swift-proxy-server", config.toString()),
                        Map.of())
                .await("healthcheck", S3Server.answers(endpoint + "/healthcheck"));
        return new S3Server(endpoint, "test:tester", "testing");
    }

    private static void startStore(Path folder, String store) throws IOException {
        int port = ServerProcess.freePort();
        Files.createDirectories(folder.resolve("srv").resolve("d1"));
        String ring = folder.resolve(store + ".builder").toString();
        run(folder, ring, "create", "6", "1", "0");
        run(folder, ring, "add", "r1z1-127.0.0.1:" + port + "/d1", "1");
        run(folder, ring, "rebalance");
        Path config = folder.resolve(store + ".conf");
        Files.writeString(
                config,
                """
                [DEFAULT]
                bind_ip = 127.0.0.1
                bind_port = %d
                devices = %s
                mount_check = false
                swift_dir = %s
                workers = 0
                user = root
                log_level = WARNING
                [pipeline:main]
                pipeline = %s-server
                [app:%s-server]
                use = egg:swift#%s
                """
                        .formatted(port, folder.resolve("srv"), folder, store, store, store));
        ServerProcess.start(
                        store,
                        folder,
                        List.of("/usr/bin/swift-" + store + "-server", config.toString()),
                        Map.of())
                .awaitPort(port);
    }

    private static void run(Path folder, String ring, String... arguments) throws IOException {
        List<String> command =
                new java.util.ArrayList<>(List.of("/usr/bin/swift-ring-builder", ring));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("ring.log").toFile());
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        try {
            int code = builder.start().waitFor();
            // 1 is a warning, as for a ring with a single device.
            if (code > 1) {
                throw new IOException(
                        command + ": " + Files.readString(folder.resolve("ring.log")));
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static String proxy(Path folder, int port, int memcached) {
        return """
        [DEFAULT]
        bind_ip = 127.0.0.1
        bind_port = %d
        swift_dir = %s
        workers = 0
        user = root
        log_level = WARNING
        [pipeline:main]
        pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth slo dlo symlink versioned_writes proxy-server
        [app:proxy-server]
        use = egg:swift#proxy
        account_autocreate = true
        # On a busy machine half a second is no sign of a broken device.
        conn_timeout = 20
        node_timeout = 60
        error_suppression_limit = 1000000
        [filter:catch_errors]
        use = egg:swift#catch_errors
        [filter:gatekeeper]
        use = egg:swift#gatekeeper
        [filter:healthcheck]
        use = egg:swift#healthcheck
        [filter:cache]
        use = egg:swift#memcache
        memcache_servers = 127.0.0.1:%d
        [filter:listing_formats]
        use = egg:swift#listing_formats
        [filter:bulk]
        use = egg:swift#bulk
        [filter:s3api]
        use = egg:swift#s3api
        location = us-east-1
        [filter:tempauth]
        use = egg:swift#tempauth
        user_test_tester = testing .admin
        [filter:slo]
        use = egg:swift#slo
        [filter:dlo]
        use = egg:swift#dlo
        [filter:symlink]
        use = egg:swift#symlink
        [filter:versioned_writes]
        use = egg:swift#versioned_writes
        allow_versioned_writes = true
        """
                .formatted(port, folder, memcached);
    }
}
