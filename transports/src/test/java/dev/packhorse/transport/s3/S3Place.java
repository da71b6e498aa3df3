package dev.packhorse.transport.s3;

import dev.packhorse.transport.server.S3Server;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// A fresh folder in a bucket of a server.
///
/// @param values the settings besides the secret
record S3Place(TreeMap<String, String> values, String secretKey) {
    private static final Set<String> BUCKETS = new HashSet<>();
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    /// In a bucket that is made when it is first needed.
    static S3Place at(S3Server server, Map<String, String> more) throws IOException {
        S3Place place = inExistingBucket(server, more);
        synchronized (BUCKETS) {
            if (BUCKETS.add(server.endpoint())) {
                place.makeBucket();
            }
        }
        return place;
    }

    /// Parts are as small as the protocol allows.
    static S3Place inExistingBucket(S3Server server, Map<String, String> more) {
        TreeMap<String, String> values =
                new TreeMap<>(
                        Map.of(
                                "host",
                                server.endpoint(),
                                "bucket",
                                "packhorse",
                                "folder",
                                "/backups/" + UUID.randomUUID(),
                                "aws_access_key_id",
                                server.accessKeyId(),
                                "part_size",
                                "5MiB"));
        values.putAll(more);
        return new S3Place(values, server.secretKey());
    }

    S3Place with(String name, String value) {
        TreeMap<String, String> changed = new TreeMap<>(values);
        changed.put(name, value);
        return new S3Place(changed, secretKey);
    }

    S3Place withSecret(String secret) {
        return new S3Place(values, secret);
    }

    private void makeBucket() throws IOException {
        try (S3Connection connection = new S3Connection(settings(TIMEOUT))) {
            connection.ask(
                    "make bucket",
                    Cancellation.never(),
                    s3 -> s3.createBucket(r -> r.bucket(values.get("bucket"))));
        }
    }

    /// The uploads in parts that are under way in the folder.
    List<String> uploads() throws IOException {
        String folder = values.getOrDefault("folder", "").substring(1) + "/";
        try (S3Connection connection = new S3Connection(settings(TIMEOUT))) {
            return connection
                    .ask(
                            "list uploads",
                            Cancellation.never(),
                            s3 -> s3.listMultipartUploads(r -> r.bucket(values.get("bucket"))))
                    .uploads()
                    .stream()
                    .map(upload -> upload.key())
                    .filter(key -> key.startsWith(folder))
                    .toList();
        }
    }

    S3Settings settings(Duration timeout) throws TransportException {
        return S3Settings.of("S3Compatible", transportSettings(timeout));
    }

    TransportSettings transportSettings(Duration timeout) {
        return new TransportSettings(
                values, new TreeMap<>(Map.of("password", new Secret(secretKey))), timeout);
    }

    Transport open() throws TransportException {
        return open(TIMEOUT);
    }

    Transport open(Duration timeout) throws TransportException {
        return S3TransportFactory.compatible().open(transportSettings(timeout));
    }
}
