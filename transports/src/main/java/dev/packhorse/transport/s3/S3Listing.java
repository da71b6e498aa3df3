package dev.packhorse.transport.s3;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Gives the objects below a prefix, page by page. Names that are no key are not ours. The server
/// lists names in order, so one that goes backwards is going in circles.
///
/// Source: Amazon S3 API Reference, ListObjectsV2.
final class S3Listing {
    private final S3Bucket bucket;
    private final String operation;
    private final String prefix;
    private final ObjectVisitor visitor;
    private final Cancellation cancellation;
    private String last = "";

    S3Listing(S3Bucket bucket, String prefix, ObjectVisitor visitor, Cancellation cancellation) {
        this.bucket = bucket;
        this.operation = prefix.isEmpty() ? "list" : "list " + prefix;
        this.prefix = bucket.folderPrefix() + (prefix.isEmpty() ? "" : prefix + "/");
        this.visitor = visitor;
        this.cancellation = cancellation;
    }

    void run() throws IOException {
        String token = null;
        do {
            ListObjectsV2Response page = page(token);
            if (!visitAll(page)) {
                return;
            }
            token = next(page);
        } while (token != null);
    }

    private ListObjectsV2Response page(@Nullable String token) throws IOException {
        return bucket.connection()
                .ask(
                        operation,
                        cancellation,
                        s3 ->
                                s3.listObjectsV2(r ->
                                        r.bucket(bucket.name())
                                                .prefix(prefix)
                                                .continuationToken(token)));
    }

    private boolean visitAll(ListObjectsV2Response page) throws IOException {
        for (S3Object object : page.contents()) {
            cancellation.check();
            if (object.key().compareTo(last) <= 0) {
                throw endless();
            }
            last = object.key();
            Optional<ObjectInfo> ours = ours(object);
            if (ours.isPresent() && !visitor.visit(ours.get())) {
                return false;
            }
        }
        return true;
    }

    private Optional<ObjectInfo> ours(S3Object object) {
        if (!object.key().startsWith(prefix) || object.size() == null || object.size() < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new ObjectInfo(
                            new ObjectKey(object.key().substring(bucket.folderPrefix().length())),
                            object.size(),
                            Optional.ofNullable(object.lastModified())));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private @Nullable String next(ListObjectsV2Response page) throws TransportException {
        if (!Boolean.TRUE.equals(page.isTruncated())) {
            return null;
        }
        String token = page.nextContinuationToken();
        if (token == null || token.isEmpty() || page.contents().isEmpty()) {
            throw endless();
        }
        return token;
    }

    private TransportException endless() {
        return new TransportException(
                Kind.UNAVAILABLE, operation + ": the server's listing goes in circles");
    }
}
