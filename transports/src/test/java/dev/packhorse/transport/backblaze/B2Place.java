package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.server.B2Simulator;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// A fresh folder in the bucket of a service.
///
/// @param values the settings besides the secret
record B2Place(TreeMap<String, String> values, String key) {
    /// Parts are as small as the protocol allows.
    static B2Place at(B2Simulator service) {
        return new B2Place(
                new TreeMap<>(
                        Map.of(
                                "endpoint",
                                service.endpoint(),
                                "bucket_id",
                                service.bucketId(),
                                "bucket_name",
                                "packhorse",
                                "path",
                                "back ups/" + UUID.randomUUID(),
                                "application_key_id",
                                service.keyId(),
                                "part_size",
                                "5MiB")),
                service.key());
    }

    B2Place with(String name, String value) {
        TreeMap<String, String> changed = new TreeMap<>(values);
        changed.put(name, value);
        return new B2Place(changed, key);
    }

    B2Place withKey(String other) {
        return new B2Place(values, other);
    }

    TransportSettings settings(Duration timeout) {
        return new TransportSettings(
                values, new TreeMap<>(Map.of("application_key", new Secret(key))), timeout);
    }

    /// The large files of the folder that somebody has begun and not finished.
    List<String> uploads() throws IOException {
        BackblazeSettings known = BackblazeSettings.of(settings(Duration.ofSeconds(30)));
        try (B2Http http = new B2Http(known.timeout())) {
            return new B2Account(known, http)
                    .call(
                            "list uploads",
                            "b2_list_unfinished_large_files",
                            Map.of("bucketId", known.bucketId()),
                            Cancellation.never())
                    .path("files")
                    .valueStream()
                    .map(file -> file.path("fileName").asString(""))
                    .filter(name -> name.startsWith(known.folderPrefix()))
                    .toList();
        }
    }

    Transport open(Duration timeout) throws TransportException {
        return new BackblazeTransportFactory().open(settings(timeout));
    }
}
