package dev.packhorse.transport.s3;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;

/// The folder of a bucket where the objects of one destination lie.
///
/// @param connection to the server
record S3Bucket(S3Connection connection) {
    /// A dead server must not hold up somebody who cancelled.
    private static final Duration CLEAN_UP = Duration.ofSeconds(3);

    String name() {
        return connection.settings().bucket();
    }

    /// The name of an object within the bucket.
    String nameOf(ObjectKey key) {
        return folderPrefix() + key.value();
    }

    /// What the names of all objects begin with.
    String folderPrefix() {
        String folder = connection.settings().folder();
        return folder.isEmpty() ? "" : folder + "/";
    }

    Map<String, String> metadataOf(Content content) {
        return Map.of(StoredObject.SHA256, content.sha256());
    }

    /// Whether this server refuses to replace an object when it is asked to.
    boolean writesConditionally() {
        return connection.settings().profile() == S3Profile.STANDARD;
    }

    @Nullable ObjectLockMode lockMode() {
        return connection.settings().lockDays() == 0 ? null : ObjectLockMode.GOVERNANCE;
    }

    @Nullable Instant lockedUntil() {
        int days = connection.settings().lockDays();
        return days == 0 ? null : Instant.now().plus(Duration.ofDays(days));
    }

    /// The facts of an object, empty if it is not there.
    Optional<StoredObject> look(String operation, ObjectKey key, Cancellation cancellation)
            throws IOException {
        try {
            return Optional.of(
                    StoredObject.of(
                            connection.ask(
                                    operation,
                                    cancellation,
                                    s3 -> s3.headObject(r -> r.bucket(name()).key(nameOf(key))))));
        } catch (TransportException e) {
            if (e.kind() == Kind.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Removes an object; an absent one is success.
    void remove(String operation, ObjectKey key) throws IOException {
        try {
            connection.ask(
                    operation,
                    Cancellation.never(),
                    s3 -> s3.deleteObject(r -> r.bucket(name()).key(nameOf(key))));
        } catch (TransportException e) {
            if (e.kind() != Kind.MISSING) {
                throw e;
            }
        }
    }

    /// Aborts an upload in parts.
    void takeBack(BegunUpload upload) throws IOException {
        Duration timeout = connection.settings().timeout();
        try {
            connection.ask(
                    "abort upload of " + upload.name(),
                    timeout.compareTo(CLEAN_UP) < 0 ? timeout : CLEAN_UP,
                    Cancellation.never(),
                    s3 ->
                            s3.abortMultipartUpload(r ->
                                    r.bucket(name()).key(upload.name()).uploadId(upload.id())));
        } catch (TransportException e) {
            if (e.kind() != Kind.MISSING) {
                throw e;
            }
        }
    }
}
