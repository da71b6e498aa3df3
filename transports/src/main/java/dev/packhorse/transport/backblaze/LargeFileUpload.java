package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.parts.PartMemory;
import dev.packhorse.transport.parts.PartPlan;
import dev.packhorse.transport.parts.PartedUpload;
import dev.packhorse.transport.parts.UploadKeeper;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import tools.jackson.databind.JsonNode;

/// A content that is stored in parts: begun or taken up again, sent, finished. What the service
/// already has of it is not sent again where size and SHA-1 of a part are those of the bytes that
/// are read now. One use.
///
/// Source: B2 documentation, Large Files.
final class LargeFileUpload {
    private static final int PAGE = 1_000;

    private final B2Bucket bucket;
    private final PartMemory memory;
    private final ObjectKey key;
    private final Content content;
    private final UploadKeeper journal;
    private final Cancellation cancellation;
    private final String operation;
    private final SortedMap<Integer, String> sha1s = new ConcurrentSkipListMap<>();

    private record ArrivedPart(long sizeBytes, String sha1) {}

    LargeFileUpload(
            B2Bucket bucket,
            PartMemory memory,
            ObjectKey key,
            Content content,
            UploadKeeper journal,
            Cancellation cancellation) {
        this.bucket = bucket;
        this.memory = memory;
        this.key = key;
        this.content = content;
        this.journal = journal;
        this.cancellation = cancellation;
        this.operation = "put " + key;
    }

    /// The size of a part, which the service may want larger than the settings.
    static long leastPart(B2Bucket bucket, String operation, Cancellation cancellation)
            throws IOException {
        long service = bucket.account().login(operation, cancellation).leastPartBytes();
        long least = Math.max(service, bucket.settings().leastPart().bytes());
        return Math.min(least, PartPlan.LARGEST_PART.bytes());
    }

    B2File run() throws IOException {
        Optional<BegunUpload> begun = journal.begun();
        Optional<Map<Integer, ArrivedPart>> arrived =
                begun.isEmpty() ? Optional.empty() : arrived(begun.get());
        BegunUpload upload = arrived.isPresent() ? begun.orElseThrow() : begin();
        Map<Integer, ArrivedPart> present = arrived.orElse(Map.of());
        LargeFileCopies copies = new LargeFileCopies(bucket, operation, upload);
        UploadUrls urls = UploadUrls.ofParts(bucket.account(), bucket.http(), upload.id());
        try {
            new PartedUpload(
                            upload.plan(),
                            smallestPart(),
                            memory,
                            (part, stop) -> bring(urls, copies, present, part, stop))
                    .run(key, content, cancellation);
        } catch (B2Failure e) {
            if (e.isGone()) {
                throw dropped(e);
            }
            throw e;
        }
        return finish(upload);
    }

    /// The service's own limit, for parts that are made smaller so that others can be copied.
    private ByteSize smallestPart() throws IOException {
        long service = bucket.account().login(operation, cancellation).leastPartBytes();
        return new ByteSize(Math.max(service, BackblazeSettings.LEAST_PART.bytes()));
    }

    private TransportException dropped(B2Failure cause) throws IOException {
        journal.clear();
        return new TransportException(
                Kind.UNAVAILABLE, operation + ": the service has dropped the upload", cause);
    }

    private BegunUpload begin() throws IOException {
        ByteSize least = new ByteSize(leastPart(bucket, operation, cancellation));
        PartPlan plan = PartPlan.of(content.sizeBytes(), least);
        B2File file =
                B2File.of(
                        bucket.account()
                                .call(
                                        operation,
                                        "b2_start_large_file",
                                        Map.of(
                                                "bucketId", bucket.settings().bucketId(),
                                                "fileName", bucket.nameOf(key),
                                                "contentType", "application/octet-stream",
                                                "fileInfo",
                                                        Map.of(B2File.SHA256, content.sha256())),
                                        cancellation));
        if (!file.hasUsableId()) {
            throw new TransportException(
                    Kind.REFUSED, operation + ": the service gave no usable file id");
        }
        return journal.record(file.id(), plan);
    }

    /// What the service has of the upload; empty if it knows it no more.
    private Optional<Map<Integer, ArrivedPart>> arrived(BegunUpload upload) throws IOException {
        Map<Integer, ArrivedPart> parts = new HashMap<>();
        int from = 1;
        while (true) {
            JsonNode page;
            try {
                page =
                        bucket.account()
                                .call(
                                        operation,
                                        "b2_list_parts",
                                        Map.of(
                                                "fileId", upload.id(),
                                                "startPartNumber", from,
                                                "maxPartCount", PAGE),
                                        cancellation);
            } catch (B2Failure e) {
                if (e.isGone()) {
                    return Optional.empty();
                }
                throw e;
            }
            for (JsonNode part : page.path("parts")) {
                parts.put(
                        part.path("partNumber").asInt(0),
                        new ArrivedPart(
                                part.path("contentLength").asLong(-1),
                                part.path("contentSha1").asString("")));
            }
            int next = page.path("nextPartNumber").asInt(0);
            if (next == 0) {
                return Optional.of(parts);
            }
            if (next <= from) {
                throw new TransportException(
                        Kind.UNAVAILABLE, operation + ": the service's list of parts never ends");
            }
            from = next;
        }
    }

    private void bring(
            UploadUrls urls,
            LargeFileCopies copies,
            Map<Integer, ArrivedPart> present,
            Part part,
            Cancellation stop)
            throws IOException {
        String sha1 = HexFormat.of().formatHex(part.digest("SHA-1"));
        ArrivedPart expected = new ArrivedPart(part.length(), sha1);
        if (!expected.equals(present.get(part.number())) && !copies.copy(part, sha1, stop)) {
            JsonNode answer =
                    urls.send(
                            operation,
                            part,
                            Map.of("X-Bz-Part-Number", Integer.toString(part.number())),
                            stop);
            if (!answer.path("contentSha1").asString("").equals(sha1)
                    || answer.path("contentLength").asLong(-1) != part.length()) {
                throw new TransportException(
                        Kind.UNAVAILABLE,
                        operation + ": the service received part " + part.number() + " damaged");
            }
        }
        sha1s.put(part.number(), sha1);
    }

    /// Makes the file of its parts. A failure may come after the fact, and a lost answer looks like
    /// one: the file of this id then decides.
    private B2File finish(BegunUpload upload) throws IOException {
        B2File finished;
        try {
            finished =
                    B2File.of(
                            bucket.account()
                                    .call(
                                            operation,
                                            "b2_finish_large_file",
                                            Map.of(
                                                    "fileId", upload.id(),
                                                    "partSha1Array", List.copyOf(sha1s.values())),
                                            cancellation));
        } catch (IOException e) {
            return finishedAfterAll(upload, e);
        }
        if (!finished.id().equals(upload.id()) || !finished.isWhole()) {
            throw new TransportException(
                    Kind.CORRUPT, operation + ": the service finished another file");
        }
        return finished;
    }

    private B2File finishedAfterAll(BegunUpload upload, IOException failure) throws IOException {
        boolean gone = failure instanceof B2Failure answer && answer.isGone();
        boolean unclear =
                BackblazeErrors.of(operation, failure) instanceof TransportException known
                        && known.kind().retryable();
        if (!gone && !unclear) {
            throw failure;
        }
        Optional<B2File> file;
        try {
            file =
                    bucket.byId(operation, upload.id(), cancellation)
                            .filter(found -> found.isWhole() && found.id().equals(upload.id()));
        } catch (B2Failure | TransportException e) {
            failure.addSuppressed(e);
            throw failure;
        }
        if (file.isPresent()) {
            return file.get();
        }
        throw failure instanceof B2Failure answer && gone ? dropped(answer) : failure;
    }
}
