package dev.packhorse.transport.backblaze;

import dev.packhorse.transport.parts.BegunUpload;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The folder of a bucket where the objects of one destination lie.
///
/// @param settings of the destination
/// @param account the login
/// @param http for content
/// @param fileUrls addresses for contents of one piece
record B2Bucket(BackblazeSettings settings, B2Account account, B2Http http, UploadUrls fileUrls) {
    /// A dead service must not hold up somebody who cancelled.
    private static final Duration CLEAN_UP = Duration.ofSeconds(3);

    /// More versions than that of one name are no accident.
    private static final int MOST_VERSIONS = 100_000;

    private static final int PAGE = 1_000;

    String nameOf(ObjectKey key) {
        return settings.folderPrefix() + key.value();
    }

    /// A name as it is written into a header.
    ///
    /// Source: B2 documentation, String Encoding.
    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }

    /// The visible file of a name, empty if there is none.
    Optional<B2File> look(String operation, ObjectKey key, Cancellation cancellation)
            throws IOException {
        String name = nameOf(key);
        JsonNode answer =
                account.call(
                        operation,
                        "b2_list_file_names",
                        Map.of(
                                "bucketId",
                                settings.bucketId(),
                                "startFileName",
                                name,
                                "prefix",
                                name,
                                "maxFileCount",
                                1),
                        cancellation);
        for (JsonNode node : answer.path("files")) {
            B2File file = B2File.of(node);
            if (file.name().equals(name) && file.isWhole()) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /// A file or upload by its id, empty if there is none.
    Optional<B2File> byId(String operation, String id, Cancellation cancellation)
            throws IOException {
        try {
            return Optional.of(
                    B2File.of(
                            account.call(
                                    operation,
                                    "b2_get_file_info",
                                    Map.of("fileId", id),
                                    cancellation)));
        } catch (B2Failure e) {
            if (e.isGone()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Removes every version of exactly this name, marks that hide included; uploads that are not
    /// finished belong to their journals and are left alone.
    void delete(String operation, ObjectKey key) throws IOException {
        for (B2File version : versions(operation, nameOf(key))) {
            try {
                account.call(
                        operation,
                        "b2_delete_file_version",
                        Map.of("fileName", version.name(), "fileId", version.id()),
                        Cancellation.never());
            } catch (B2Failure e) {
                if (!e.isGone()) {
                    throw e;
                }
            }
        }
    }

    private List<B2File> versions(String operation, String name) throws IOException {
        List<B2File> versions = new ArrayList<>();
        Map<String, Object> from = new HashMap<>(Map.of("startFileName", name));
        while (true) {
            Map<String, Object> input = new HashMap<>(from);
            input.putAll(
                    Map.of(
                            "bucketId", settings.bucketId(),
                            "prefix", name,
                            "maxFileCount", PAGE));
            JsonNode page =
                    account.call(operation, "b2_list_file_versions", input, Cancellation.never());
            for (JsonNode node : page.path("files")) {
                B2File file = B2File.of(node);
                if (file.name().equals(name) && !file.action().equals("start")) {
                    versions.add(file);
                }
            }
            Map<String, Object> next =
                    Map.of(
                            "startFileName", page.path("nextFileName").asString(""),
                            "startFileId", page.path("nextFileId").asString(""));
            if (!name.equals(next.get("startFileName"))) {
                return versions;
            }
            if (next.equals(from) || versions.size() > MOST_VERSIONS) {
                throw new TransportException(
                        Kind.UNAVAILABLE, operation + ": the list of versions goes in circles");
            }
            from = new HashMap<>(next);
        }
    }

    /// Cancels a large file that was begun and is not finished.
    void takeBack(BegunUpload upload) throws IOException {
        Duration timeout = settings.timeout();
        String operation = "cancel upload of " + upload.name();
        try {
            account.call(
                    operation,
                    "b2_cancel_large_file",
                    Map.of("fileId", upload.id()),
                    timeout.compareTo(CLEAN_UP) < 0 ? timeout : CLEAN_UP,
                    Cancellation.never());
        } catch (B2Failure e) {
            if (!e.isGone()) {
                throw BackblazeErrors.of(operation, e);
            }
        }
    }
}
