package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.ObjectVisitor;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Gives the visible files below a prefix, page by page. Names that are no key are not ours. The
/// service lists names in order, so one that goes backwards is going in circles.
///
/// Source: B2 documentation, b2_list_file_names.
final class BackblazeListing {
    private static final int PAGE = 1_000;

    private final B2Bucket bucket;
    private final String operation;
    private final String prefix;
    private final ObjectVisitor visitor;
    private final Cancellation cancellation;
    private String last = "";

    BackblazeListing(
            B2Bucket bucket, String prefix, ObjectVisitor visitor, Cancellation cancellation) {
        this.bucket = bucket;
        this.operation = prefix.isEmpty() ? "list" : "list " + prefix;
        this.prefix = bucket.settings().folderPrefix() + (prefix.isEmpty() ? "" : prefix + "/");
        this.visitor = visitor;
        this.cancellation = cancellation;
    }

    void run() throws IOException {
        String start = prefix;
        while (true) {
            JsonNode page = page(start);
            if (!visitAll(page)) {
                return;
            }
            String next = page.path("nextFileName").asString("");
            if (next.isEmpty()) {
                return;
            }
            if (next.compareTo(start) <= 0) {
                throw endless();
            }
            start = next;
        }
    }

    private JsonNode page(String start) throws IOException {
        Map<String, Object> input =
                new HashMap<>(
                        Map.of("bucketId", bucket.settings().bucketId(), "maxFileCount", PAGE));
        if (!prefix.isEmpty()) {
            input.put("prefix", prefix);
        }
        if (!start.isEmpty()) {
            input.put("startFileName", start);
        }
        return bucket.account().call(operation, "b2_list_file_names", input, cancellation);
    }

    private boolean visitAll(JsonNode page) throws IOException {
        for (JsonNode node : page.path("files")) {
            cancellation.check();
            B2File file = B2File.of(node);
            Optional<ObjectInfo> ours = ours(file);
            if (ours.isPresent()) {
                if (file.name().compareTo(last) <= 0) {
                    throw endless();
                }
                last = file.name();
                if (!visitor.visit(ours.get())) {
                    return false;
                }
            }
        }
        return true;
    }

    private Optional<ObjectInfo> ours(B2File file) {
        if (!file.name().startsWith(prefix) || !file.isWhole()) {
            return Optional.empty();
        }
        try {
            String key = file.name().substring(bucket.settings().folderPrefix().length());
            return Optional.of(file.info(new ObjectKey(key)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private TransportException endless() {
        return new TransportException(
                Kind.UNAVAILABLE, operation + ": the service's listing goes in circles");
    }
}
