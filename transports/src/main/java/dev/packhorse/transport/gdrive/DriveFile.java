package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// What the service says of one file. A property of Drive holds 124 bytes, name included, so a key
/// stands in several, and its digest in the one that is searched.
///
/// @param properties those that only this program sees
/// @param sizeBytes -1 where the service tells none
///
///   Source: Google Drive API, `files` resource; “Add custom file properties” for the limit.
record DriveFile(
        String id,
        long sizeBytes,
        String md5,
        String sha256,
        String created,
        Optional<Instant> modified,
        boolean trashed,
        SortedMap<String, String> properties) {
    /// The fields to ask for.
    static final String FIELDS =
            "id,size,md5Checksum,sha256Checksum,createdTime,modifiedTime,trashed,appProperties";

    /// Of an object: the mark of the destination.
    static final String ROOT = "packhorseRoot";

    /// Of an object: the digest of its key.
    static final String KEY = "packhorseKey";

    /// Of a file that is no object yet: the mark of the destination.
    static final String UPLOAD = "packhorseUpload";

    private static final String SHA256 = "sha256";
    private static final String TURN = "packhorseTurn";
    private static final String PIECE = "packhorseKey";
    private static final int PIECE_CHARACTERS = 100;

    /// The later of two objects of one key: the one that was published knowing the other; of those
    /// that did not know each other the younger, and of twins the one with the greater id.
    static final Comparator<DriveFile> AGE =
            Comparator.comparingLong(DriveFile::turn)
                    .thenComparing(DriveFile::created)
                    .thenComparing(DriveFile::id);

    DriveFile {
        properties = Collections.unmodifiableSortedMap(properties);
    }

    /// Empty if the node is no file with a usable id.
    static Optional<DriveFile> of(JsonNode node) {
        String id = node.path("id").asString("");
        if (!isId(id)) {
            return Optional.empty();
        }
        SortedMap<String, String> properties = new TreeMap<>();
        for (var property : node.path("appProperties").properties()) {
            properties.put(property.getKey(), property.getValue().asString(""));
        }
        return Optional.of(
                new DriveFile(
                        id,
                        number(node.path("size").asString("")),
                        node.path("md5Checksum").asString(""),
                        node.path("sha256Checksum").asString(""),
                        node.path("createdTime").asString(""),
                        time(node.path("modifiedTime").asString("")),
                        node.path("trashed").asBoolean(false),
                        properties));
    }

    /// Whether a text is an id that may stand in addresses and queries.
    static boolean isId(String text) {
        return text.matches("[A-Za-z0-9_-]{1,128}");
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private long turn() {
        return Math.max(0, number(properties.getOrDefault(TURN, "")));
    }

    /// The turn of an object that is to come after these.
    static long turnAfter(Iterable<DriveFile> others) {
        long last = 0;
        for (DriveFile other : others) {
            last = Math.max(last, other.turn());
        }
        return last + 1;
    }

    static String digest(String text) {
        return HexFormat.of()
                .formatHex(Sha256.begin().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// The properties that make a file an object.
    static SortedMap<String, String> ofObject(
            String root, ObjectKey key, String sha256, long turn) {
        SortedMap<String, String> properties = new TreeMap<>();
        properties.put(ROOT, root);
        properties.put(KEY, digest(key.value()));
        properties.put(SHA256, sha256);
        properties.put(TURN, Long.toString(turn));
        String text = key.value();
        for (int piece = 0; piece * PIECE_CHARACTERS < text.length(); piece++) {
            int from = piece * PIECE_CHARACTERS;
            properties.put(
                    PIECE + piece,
                    text.substring(from, Math.min(text.length(), from + PIECE_CHARACTERS)));
        }
        return properties;
    }

    /// The key of an object whose content is as it was published; empty for every other file.
    Optional<ObjectKey> key() {
        StringBuilder text = new StringBuilder();
        for (int piece = 0; properties.containsKey(PIECE + piece); piece++) {
            text.append(properties.get(PIECE + piece));
        }
        String key = text.toString();
        if (trashed
                || sizeBytes < 0
                || !digest(key).equals(properties.get(KEY))
                || !isOf(properties.getOrDefault(SHA256, ""))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ObjectKey(key));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// A number that two keys of a destination do not share.
    static long keyMark(ObjectKey key) {
        return Long.parseUnsignedLong(digest(key.value()).substring(0, Long.BYTES * 2), 16);
    }

    /// Whether the service computes no other digest of the content.
    boolean isOf(String expectedSha256) {
        return sha256.isEmpty() || sha256.equals(expectedSha256);
    }

    boolean isObjectOf(String root, ObjectKey key) {
        return root.equals(properties.get(ROOT)) && key().filter(key::equals).isPresent();
    }

    boolean isUploadOf(String root) {
        return root.equals(properties.get(UPLOAD)) && !properties.containsKey(KEY);
    }

    ObjectInfo info(ObjectKey key) {
        return new ObjectInfo(key, sizeBytes, modified);
    }

    /// Metadata of a file that is no object yet.
    static Map<String, Object> upload(String id, String parent, String root) {
        return Map.of(
                "id",
                id,
                "name",
                ".packhorse-upload-" + id,
                "mimeType",
                "application/octet-stream",
                "parents",
                new String[] {parent},
                "appProperties",
                Map.of(UPLOAD, root));
    }
}
