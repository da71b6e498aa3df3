package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.http.HttpErrors;
import dev.packhorse.transport.http.HttpReply;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The kinds of failure that Google's answers stand for. Of an answer's text only the code word of
/// the reason comes into a message.
///
/// Source: Google Drive API, “Resolve errors”; RFC 6749 section 5.2 for the token endpoint.
final class GdriveErrors {
    private static final int MOST_BYTES = 64 * 1024;
    private static final String MALWARE = "cannotDownloadAbusiveFile";
    private static final String WORD = "[A-Za-z_]{1,64}";

    private GdriveErrors() {}

    /// The failure that a reply of the interface stands for.
    static TransportException of(String operation, HttpReply reply) throws IOException {
        JsonNode error = body(reply).path("error");
        String reason = error.path("errors").path(0).path("reason").asString("");
        Optional<Kind> kind = kindOf(reply.status(), reason);
        return failure(operation, reply, kind, reason);
    }

    private static Optional<Kind> kindOf(int status, String reason) {
        if (status == 410) {
            return Optional.of(Kind.MISSING);
        }
        if (status != 403) {
            return Optional.empty();
        }
        return Optional.of(
                switch (reason) {
                    case "rateLimitExceeded",
                            "userRateLimitExceeded",
                            "sharingRateLimitExceeded",
                            "dailyLimitExceeded",
                            "quotaExceeded" ->
                            Kind.THROTTLED;
                    case "storageQuotaExceeded",
                            "teamDriveFileLimitExceeded",
                            "numChildrenInNonRootLimitExceeded",
                            "activeItemCreationLimitExceeded" ->
                            Kind.FULL;
                    default -> Kind.DENIED;
                });
    }

    /// Whether Google gives a file only to who says that it may be malware.
    static boolean isCalledMalware(TransportException failure) {
        return String.valueOf(failure.getMessage()).endsWith("(" + MALWARE + ")");
    }

    /// The failure that a reply of the token endpoint stands for.
    static TransportException ofToken(String operation, HttpReply reply) throws IOException {
        String reason = body(reply).path("error").asString("");
        if (reply.status() == 400 || reply.status() == 401 || reply.status() == 403) {
            return switch (reason) {
                case "invalid_grant" ->
                        new TransportException(
                                Kind.DENIED,
                                operation
                                        + ": Google no longer accepts the consent given for this"
                                        + " destination (invalid_grant): authorise it again");
                case "invalid_client", "unauthorized_client", "access_denied" ->
                        failure(operation, reply, Optional.of(Kind.DENIED), reason);
                default -> failure(operation, reply, Optional.empty(), reason);
            };
        }
        return failure(operation, reply, Optional.empty(), reason);
    }

    private static TransportException failure(
            String operation, HttpReply reply, Optional<Kind> kind, String reason) {
        TransportException plain = HttpErrors.status(operation, reply);
        String message =
                reason.matches(WORD)
                        ? plain.getMessage() + " (" + reason + ")"
                        : String.valueOf(plain.getMessage());
        return new TransportException(
                kind.orElse(plain.kind()), message, null, plain.retryAfter().orElse(null));
    }

    /// A proxy in between answers in its own words; the status says enough then.
    private static JsonNode body(HttpReply reply) throws IOException {
        byte[] bytes = reply.body().readNBytes(MOST_BYTES);
        try {
            return DriveJson.read(bytes);
        } catch (IOException _) {
            return JsonNodeFactory.instance.objectNode();
        }
    }
}
