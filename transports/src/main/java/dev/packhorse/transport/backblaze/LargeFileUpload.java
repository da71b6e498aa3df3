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
import java.util.Map;
import java.util.Optional;
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
    private final LargeFileCalls calls;

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
        this.calls = new LargeFileCalls(bucket, key, operation);
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
                begun.isEmpty() ? Optional.empty() : usable(begun.get());
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
            return calls.finish(upload.id(), cancellation);
        } catch (B2Failure e) {
            if (e.isGone()) {
                journal.clear();
                throw calls.dropped(e);
            }
            throw e;
        }
    }

    /// The service's own limit, for parts that are made smaller so that others can be copied.
    private ByteSize smallestPart() throws IOException {
        long service = bucket.account().login(operation, cancellation).leastPartBytes();
        return new ByteSize(Math.max(service, BackblazeSettings.LEAST_PART.bytes()));
    }

    private BegunUpload begin() throws IOException {
        ByteSize least = new ByteSize(leastPart(bucket, operation, cancellation));
        PartPlan plan = PartPlan.of(content.sizeBytes(), least);
        String id = calls.begin(Map.of(B2File.SHA256, content.sha256()), cancellation);
        return journal.record(id, plan);
    }

    /// What the service has of the upload; empty if that has to begin anew.
    ///
    /// How a content is cut depends on what is known to be there, which may be less than an earlier
    /// try knew. The service finishes no file of which it has parts beyond those that are named,
    /// and no call takes a part back: then the file is given up before anything is sent.
    private Optional<Map<Integer, ArrivedPart>> usable(BegunUpload upload) throws IOException {
        Optional<Map<Integer, ArrivedPart>> arrived = arrived(upload);
        int count = PartedUpload.count(upload.plan(), smallestPart(), content);
        if (arrived.isEmpty()
                || arrived.get().keySet().stream().allMatch(number -> number <= count)) {
            return arrived;
        }
        journal.abandon();
        journal.clear();
        return Optional.empty();
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
        String sha1 = LargeFileCalls.sha1(part);
        ArrivedPart expected = new ArrivedPart(part.length(), sha1);
        if (expected.equals(present.get(part.number())) || copies.copy(part, sha1, stop)) {
            calls.note(part, sha1);
            return;
        }
        calls.send(urls, part, sha1, stop);
    }
}
