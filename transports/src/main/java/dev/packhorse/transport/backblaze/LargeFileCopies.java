package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.parts.PartOrigin;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// Has the service make parts of what it has already. A copy counts only if the service says that
/// the part has the SHA-1 of the bytes that were to be sent. Safe for many threads.
///
/// Source: B2 documentation, b2_copy_part.
final class LargeFileCopies {
    /// After so many copies that came to nothing in one upload, no more are asked for.
    private static final int MOST_FAILURES = 3;

    private final B2Bucket bucket;
    private final String operation;
    private final BegunUpload upload;
    private final AtomicInteger failures = new AtomicInteger();

    /// Ids of the files behind the objects, which stay good when the object is replaced.
    private final Map<ObjectKey, Optional<String>> ids = new ConcurrentHashMap<>();

    LargeFileCopies(B2Bucket bucket, String operation, BegunUpload upload) {
        this.bucket = bucket;
        this.operation = operation;
        this.upload = upload;
    }

    /// Tries to have a part copied.
    ///
    /// @param sha1 of the part
    /// @return false if the part must be sent
    /// @throws IOException if the upload was stopped
    boolean copy(Part part, String sha1, Cancellation stop) throws IOException {
        Optional<PartOrigin> origin = part.origin();
        if (origin.isEmpty() || failures.get() >= MOST_FAILURES) {
            return false;
        }
        try {
            Optional<String> id = idOf(origin.get().object(), stop);
            if (id.isPresent() && isRight(asked(part, id.get(), origin.get(), stop), part, sha1)) {
                return true;
            }
        } catch (B2Failure | TransportException _) {
            // Whatever it is that the service has against copying: sending the part will tell
            // whether it has it against the upload, too.
            stop.check();
        }
        failures.incrementAndGet();
        return false;
    }

    private Optional<String> idOf(ObjectKey object, Cancellation stop) throws IOException {
        Optional<String> known = ids.get(object);
        if (known == null) {
            known = bucket.look(operation, object, stop).map(B2File::id);
            ids.put(object, known);
        }
        return known;
    }

    private JsonNode asked(Part part, String id, PartOrigin origin, Cancellation stop)
            throws IOException {
        long last = origin.offset() + part.length() - 1;
        return bucket.account()
                .call(
                        operation,
                        "b2_copy_part",
                        Map.of(
                                "sourceFileId",
                                id,
                                "largeFileId",
                                upload.id(),
                                "partNumber",
                                part.number(),
                                "range",
                                "bytes=" + origin.offset() + "-" + last),
                        stop);
    }

    private static boolean isRight(JsonNode answer, Part part, String sha1) {
        return answer.path("contentSha1").asString("").equals(sha1)
                && answer.path("contentLength").asLong(-1) == part.length();
    }
}
