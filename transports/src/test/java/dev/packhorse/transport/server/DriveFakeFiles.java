package dev.packhorse.transport.server;

import dev.packhorse.transport.spi.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The files of a [DriveFake]: names that mean nothing, properties, and the limits of both.
///
/// Source: Google Drive API v3, `files`; “Add custom file properties”: 124 bytes of name and value,
/// 30 properties of one program.
final class DriveFakeFiles {
    static final String FOLDER = "application/vnd.google-apps.folder";

    private static final Pattern PROPERTY =
            Pattern.compile("appProperties has \\{ key='([^']+)' and value='([^']+)' }");
    private static final Pattern MIME = Pattern.compile("mimeType = '([^']+)'");

    private final Map<String, File> files = new ConcurrentSkipListMap<>();
    private final Set<String> issued = ConcurrentHashMap.newKeySet();

    /// Ids are unique in all of Drive.
    private static final AtomicInteger NEXT = new AtomicInteger();

    private volatile List<List<File>> indexed = List.of();
    private volatile boolean tellsSha256 = true;

    /// The request is refused.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final int status;
        final String reason;

        Refused(int status, String reason) {
            super(reason);
            this.status = status;
            this.reason = reason;
        }
    }

    /// One file or folder.
    record File(
            String id,
            String name,
            String mime,
            String parent,
            Map<String, String> properties,
            Blob blob,
            Instant created,
            Instant modified,
            boolean trashed) {
        byte[] bytes() {
            return blob.bytes();
        }
    }

    /// The content of a file.
    static final class Blob {
        private final byte[] bytes;

        Blob(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /// Searches find what is there now, whatever happens from now on.
    void stopIndex() {
        indexed = List.of(all());
    }

    void tellSha256(boolean tells) {
        tellsSha256 = tells;
    }

    String issueId() {
        String id = "1Fake_" + Integer.toString(NEXT.incrementAndGet(), 36) + "-id";
        issued.add(id);
        return id;
    }

    List<File> all() {
        return List.copyOf(files.values());
    }

    File get(String id) throws Refused {
        File file = files.get(id);
        if (file == null) {
            throw new Refused(404, "notFound");
        }
        return file;
    }

    void put(File file) {
        files.put(file.id(), file);
    }

    void remove(String id) throws Refused {
        get(id);
        files.remove(id);
        for (File file : files.values()) {
            if (file.parent().equals(id)) {
                remove(file.id());
            }
        }
    }

    /// Checks what a new file is to be.
    void check(JsonNode metadata) throws Refused {
        String id = metadata.path("id").asString("");
        if (files.containsKey(id)) {
            throw new Refused(409, "fileIdInUse");
        }
        if (!id.isEmpty() && !issued.contains(id)) {
            throw new Refused(400, "invalid");
        }
        String parent = metadata.path("parents").path(0).asString("root");
        if (!parent.equals("root")) {
            get(parent);
        }
        properties(Map.of(), metadata);
    }

    File create(JsonNode metadata, byte[] bytes) throws Refused {
        check(metadata);
        String id = metadata.path("id").asString("");
        Instant now = Instant.now();
        File file =
                new File(
                        id.isEmpty() ? issueId() : id,
                        metadata.path("name").asString("Untitled"),
                        metadata.path("mimeType").asString("application/octet-stream"),
                        metadata.path("parents").path(0).asString("root"),
                        properties(Map.of(), metadata),
                        new Blob(bytes),
                        now,
                        now,
                        false);
        put(file);
        return file;
    }

    synchronized File update(String id, JsonNode change) throws Refused {
        File old = get(id);
        File changed =
                new File(
                        id,
                        change.path("name").asString(old.name()),
                        old.mime(),
                        old.parent(),
                        properties(old.properties(), change),
                        old.blob(),
                        old.created(),
                        Instant.now(),
                        change.path("trashed").asBoolean(old.trashed()));
        put(changed);
        return changed;
    }

    private static Map<String, String> properties(Map<String, String> old, JsonNode change)
            throws Refused {
        Map<String, String> properties = new TreeMap<>(old);
        for (var property : change.path("appProperties").properties()) {
            if (property.getValue().isNull()) {
                properties.remove(property.getKey());
                continue;
            }
            String value = property.getValue().asString();
            if ((property.getKey() + value).getBytes(StandardCharsets.UTF_8).length > 124) {
                throw new Refused(400, "propertyTooLong");
            }
            properties.put(property.getKey(), value);
        }
        if (properties.size() > 30) {
            throw new Refused(400, "tooManyProperties");
        }
        return properties;
    }

    List<File> find(String query) throws Refused {
        List<File> found = new ArrayList<>(indexed.isEmpty() ? files.values() : indexed.getFirst());
        for (String term : query.split(" and (?![^{]*})", -1)) {
            Matcher property = PROPERTY.matcher(term);
            Matcher mime = MIME.matcher(term);
            if (property.matches()) {
                found.removeIf(file ->
                        !property.group(2).equals(file.properties().get(property.group(1))));
            } else if (mime.matches()) {
                found.removeIf(file -> !file.mime().equals(mime.group(1)));
            } else if (term.equals("trashed = false")) {
                found.removeIf(this::isTrashed);
            } else {
                throw new Refused(400, "invalid");
            }
        }
        return found;
    }

    private boolean isTrashed(File file) {
        return file.trashed()
                || Optional.ofNullable(files.get(file.parent()))
                        .filter(this::isTrashed)
                        .isPresent();
    }

    /// What is told of a file: only the fields that were asked for.
    Map<String, Object> facts(File file, String fields) {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("id", file.id());
        facts.put("name", file.name());
        facts.put("mimeType", file.mime());
        facts.put("createdTime", file.created().toString());
        facts.put("modifiedTime", file.modified().toString());
        facts.put("trashed", isTrashed(file));
        facts.put("appProperties", file.properties());
        if (!file.mime().equals(FOLDER)) {
            facts.put("size", Integer.toString(file.bytes().length));
            facts.put("md5Checksum", hex("MD5", file.bytes()));
            if (tellsSha256) {
                facts.put(
                        "sha256Checksum",
                        HexFormat.of().formatHex(Sha256.begin().digest(file.bytes())));
            }
        }
        facts.keySet().removeIf(name -> !fields.matches("(.*[,(])?" + name + "([,)].*)?"));
        return facts;
    }

    private static String hex(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
