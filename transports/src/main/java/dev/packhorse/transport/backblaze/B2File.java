package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What the service says of one version of a file.
///
/// @param action `upload` for a file, `start` for a large one that is not finished, `hide` for a
///   mark that hides older versions
/// @param sha1 lower-case hex; empty for a large file, or where it is not told
/// @param sha256 the digest that was stored with it, empty for a file that is not ours
/// @param uploadedMillis since 1970
/// @param lockedUntil until when the service refuses to delete it, as far as the key may see that
record B2File(
        String name,
        String id,
        String action,
        long sizeBytes,
        String sha1,
        String sha256,
        long uploadedMillis,
        Optional<Instant> lockedUntil) {
    /// The name under which a put stores the digest of its content.
    static final String SHA256 = "packhorse-sha256";

    static B2File of(JsonNode node) {
        return new B2File(
                node.path("fileName").asString(""),
                node.path("fileId").asString(""),
                node.path("action").asString(""),
                node.path("contentLength").asLong(-1),
                node.path("contentSha1").asString(""),
                node.path("fileInfo").path(SHA256).asString(""),
                node.path("uploadTimestamp").asLong(0),
                lockOf(node));
    }

    /// A key without the right `readFileRetentions` or `readFileLegalHolds` is told nothing.
    private static Optional<Instant> lockOf(JsonNode node) {
        if (node.path("legalHold").path("value").asString("").equals("on")) {
            return Optional.of(ObjectInfo.FOR_EVER);
        }
        long until =
                node.path("fileRetention").path("value").path("retainUntilTimestamp").asLong(0);
        return until > 0 ? Optional.of(Instant.ofEpochMilli(until)) : Optional.empty();
    }

    /// True for a whole file, as opposed to one being written and to marks.
    boolean isWhole() {
        return action.equals("upload") && sizeBytes >= 0;
    }

    /// True if the id may stand in an address.
    boolean hasUsableId() {
        return id.matches("[A-Za-z0-9_-]{1,256}");
    }

    /// True if this is certainly the content.
    boolean isOf(Content content) {
        return isWhole() && sizeBytes == content.sizeBytes() && sha256.equals(content.sha256());
    }

    ObjectInfo info(ObjectKey key) {
        return new ObjectInfo(
                key,
                sizeBytes,
                uploadedMillis > 0
                        ? Optional.of(Instant.ofEpochMilli(uploadedMillis))
                        : Optional.empty(),
                lockedUntil);
    }
}
