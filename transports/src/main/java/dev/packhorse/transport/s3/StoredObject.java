package dev.packhorse.transport.s3;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/// What the server says of an object.
///
/// @param sha256 the digest that was stored with it, empty for an object that is not ours, or on a
///   server that forgets metadata
/// @param stream what was stored with it instead when it was made while it was stored
record StoredObject(
        long sizeBytes,
        String tag,
        Optional<String> sha256,
        Optional<String> stream,
        Optional<Instant> modified,
        Optional<Instant> lockedUntil,
        @Nullable ServerSideEncryption encryption) {
    /// The name under which a put stores the digest of its content.
    static final String SHA256 = "packhorse-sha256";

    /// The name under which a streamed put stores a word that no other put has, since the digest is
    /// not known when the metadata is given.
    static final String STREAM = "packhorse-stream";

    static StoredObject of(HeadObjectResponse head) {
        return new StoredObject(
                head.contentLength() == null ? 0 : head.contentLength(),
                ETags.plain(head.eTag()),
                Optional.ofNullable(head.metadata().get(SHA256)),
                Optional.ofNullable(head.metadata().get(STREAM)),
                Optional.ofNullable(head.lastModified()),
                lockOf(head),
                head.serverSideEncryption());
    }

    /// True if this is certainly the content.
    boolean isOf(Content content) {
        return sizeBytes == content.sizeBytes()
                && sha256.filter(digest -> digest.equals(content.sha256())).isPresent();
    }

    /// True if this is certainly another content: another writer's, at the same time as ours.
    boolean isOfAnother(Content content) {
        return sha256.filter(digest -> !digest.equals(content.sha256())).isPresent();
    }

    ObjectInfo info(ObjectKey key) {
        return new ObjectInfo(key, sizeBytes, modified, lockedUntil);
    }

    /// A key without the right `GetObjectRetention` is told nothing.
    private static Optional<Instant> lockOf(HeadObjectResponse head) {
        return head.objectLockLegalHoldStatus() == ObjectLockLegalHoldStatus.ON
                ? Optional.of(ObjectInfo.FOR_EVER)
                : Optional.ofNullable(head.objectLockRetainUntilDate());
    }
}
