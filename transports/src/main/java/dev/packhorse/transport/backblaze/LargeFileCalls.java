package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import tools.jackson.databind.JsonNode;

/// What is asked of the service for one large file: begun, sent part by part, finished. The parts'
/// digests are kept. Parts may be sent by many threads.
///
/// Source: B2 documentation, Large Files.
final class LargeFileCalls {
    private final B2Bucket bucket;
    private final ObjectKey key;
    private final String operation;
    private final SortedMap<Integer, String> sha1s = new ConcurrentSkipListMap<>();

    LargeFileCalls(B2Bucket bucket, ObjectKey key, String operation) {
        this.bucket = bucket;
        this.key = key;
        this.operation = operation;
    }

    /// Begins a large file and returns its id.
    ///
    /// @param info what is stored with the file
    String begin(Map<String, String> info, Cancellation cancellation) throws IOException {
        B2File file =
                B2File.of(
                        bucket.account()
                                .call(
                                        operation,
                                        "b2_start_large_file",
                                        Map.of(
                                                "bucketId",
                                                bucket.settings().bucketId(),
                                                "fileName",
                                                bucket.nameOf(key),
                                                "contentType",
                                                "application/octet-stream",
                                                "fileInfo",
                                                info),
                                        cancellation));
        if (!file.hasUsableId()) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the service gave no usable file id");
        }
        return file.id();
    }

    static String sha1(Part part) {
        return HexFormat.of().formatHex(part.digest("SHA-1"));
    }

    /// The service has this part already.
    void note(Part part, String sha1) {
        sha1s.put(part.number(), sha1);
    }

    /// Sends a part.
    ///
    /// @param urls of this large file
    /// @throws TransportException if the failure may pass, so that the part is sent again
    void send(UploadUrls urls, Part part, String sha1, Cancellation stop) throws IOException {
        Map<String, String> headers = Map.of("X-Bz-Part-Number", Integer.toString(part.number()));
        JsonNode answer;
        try {
            answer = urls.send(operation, part, headers, stop);
        } catch (IOException e) {
            throw mayPass(e) ? BackblazeErrors.of(operation, e) : e;
        }
        if (!answer.path("contentSha1").asString("").equals(sha1)
                || answer.path("contentLength").asLong(-1) != part.length()) {
            throw new TransportException(
                    Kind.UNAVAILABLE,
                    operation + ": the service received part " + part.number() + " damaged");
        }
        note(part, sha1);
    }

    /// Makes the file of its parts. A failure may come after the fact, and a lost answer looks like
    /// one: the file of this id then decides.
    ///
    /// @throws B2Failure one that [B2Failure#isGone()] if the service has dropped the upload
    B2File finish(String id, Cancellation cancellation) throws IOException {
        B2File finished;
        try {
            finished =
                    B2File.of(
                            bucket.account()
                                    .call(
                                            operation,
                                            "b2_finish_large_file",
                                            Map.of(
                                                    "fileId",
                                                    id,
                                                    "partSha1Array",
                                                    List.copyOf(sha1s.values())),
                                            cancellation));
        } catch (IOException e) {
            return finishedAfterAll(id, e, cancellation);
        }
        if (!finished.id().equals(id) || !finished.isWhole()) {
            throw new TransportException(
                    Kind.CORRUPT, operation + ": the service finished another file");
        }
        return finished;
    }

    private B2File finishedAfterAll(String id, IOException failure, Cancellation cancellation)
            throws IOException {
        boolean gone = failure instanceof B2Failure answer && answer.isGone();
        if (!gone && !mayPass(failure)) {
            throw failure;
        }
        try {
            Optional<B2File> file =
                    bucket.byId(operation, id, cancellation)
                            .filter(found -> found.isWhole() && found.id().equals(id));
            if (file.isPresent()) {
                return file.get();
            }
        } catch (B2Failure | TransportException e) {
            failure.addSuppressed(e);
        }
        throw failure;
    }

    private boolean mayPass(IOException failure) {
        return BackblazeErrors.of(operation, failure) instanceof TransportException known
                && known.kind().retryable();
    }

    /// What it means that the service knows the upload no more: another try may begin anew.
    TransportException dropped(B2Failure cause) {
        return new TransportException(
                Kind.UNAVAILABLE, operation + ": the service has dropped the upload", cause);
    }
}
