package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.parts.Part;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import tools.jackson.databind.JsonNode;

/// Addresses that take content, each used by one thread at a time. An address that failed in any
/// way is thrown away, and the content is sent once more to a new one, as the protocol demands.
/// Safe for many threads.
///
/// Source: B2 documentation, b2_get_upload_url, b2_get_upload_part_url, Uploading Files.
final class UploadUrls {
    private final B2Account account;
    private final B2Http http;
    private final String function;
    private final Map<String, String> subject;
    private final Deque<UploadUrl> idle = new ConcurrentLinkedDeque<>();

    private record UploadUrl(URI address, String token) {
        @Override
        public String toString() {
            return "UploadUrl";
        }
    }

    private UploadUrls(
            B2Account account, B2Http http, String function, Map<String, String> subject) {
        this.account = account;
        this.http = http;
        this.function = function;
        this.subject = subject;
    }

    static UploadUrls ofFiles(B2Account account, B2Http http, String bucketId) {
        return new UploadUrls(account, http, "b2_get_upload_url", Map.of("bucketId", bucketId));
    }

    static UploadUrls ofParts(B2Account account, B2Http http, String fileId) {
        return new UploadUrls(account, http, "b2_get_upload_part_url", Map.of("fileId", fileId));
    }

    /// Sends a part with its SHA-1, which the service compares.
    ///
    /// @param headers further ones
    JsonNode send(
            String operation, Part part, Map<String, String> headers, Cancellation cancellation)
            throws IOException {
        Optional<UploadUrl> first = Optional.ofNullable(idle.poll());
        UploadUrl url = first.isPresent() ? first.get() : fetch(operation, cancellation);
        try {
            return sendTo(url, operation, part, headers, cancellation);
        } catch (B2Failure e) {
            if (!wantsAnotherUrl(e)) {
                throw e;
            }
        }
        return sendTo(fetch(operation, cancellation), operation, part, headers, cancellation);
    }

    private static boolean wantsAnotherUrl(B2Failure failure) {
        return failure.isExpired()
                || failure.status() == 408
                || (failure.status() >= 500 && failure.retryAfter().isEmpty());
    }

    private UploadUrl fetch(String operation, Cancellation cancellation) throws IOException {
        JsonNode answer = account.call(operation, function, subject, cancellation);
        return new UploadUrl(
                account.address(operation, answer.path("uploadUrl").asString("")),
                B2Account.token(operation, answer));
    }

    private JsonNode sendTo(
            UploadUrl url,
            String operation,
            Part part,
            Map<String, String> headers,
            Cancellation cancellation)
            throws IOException {
        JsonNode answer =
                http.send(
                        operation,
                        cancellation,
                        watch -> {
                            HttpRequest.Builder request =
                                    B2Account.request(url.address(), url.token())
                                            .header(
                                                    "X-Bz-Content-Sha1",
                                                    HexFormat.of().formatHex(part.digest("SHA-1")))
                                            .POST(body(part, watch));
                            headers.forEach(request::header);
                            return request.build();
                        });
        idle.push(url);
        return answer;
    }

    /// The protocol wants the length beforehand.
    private static BodyPublisher body(Part part, CallWatch watch) {
        return part.length() == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(
                        BodyPublishers.ofInputStream(() -> WatchedBody.sent(part.open(), watch)),
                        part.length());
    }
}
