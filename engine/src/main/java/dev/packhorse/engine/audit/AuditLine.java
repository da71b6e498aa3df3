package dev.packhorse.engine.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A line of the trail: an entry with its number, and the digest of the line before and of itself.
///
/// @param number from 1, without gaps
/// @param before the digest of the line before, [#NOTHING] for the first
/// @param json the whole line, without its end
/// @param digest SHA-256 over `before` and the line without this digest, lower-case hex
record AuditLine(long number, String before, String json, String digest) {
    /// What stands for the line before the first.
    static final String NOTHING = "0".repeat(64);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String DIGEST = ",\"digest\":\"";

    /// Makes the line of an entry.
    static AuditLine of(AuditEntry entry, long number, String before) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("number", number);
        node.put("at", entry.at().toString());
        node.put("event", entry.event().name().toLowerCase(java.util.Locale.ROOT));
        put(node, "user", entry.user());
        put(node, "token", entry.token());
        put(node, "address", entry.address());
        put(node, "function", entry.function());
        put(node, "account", entry.account());
        if (!entry.parameters().isEmpty()) {
            entry.parameters().forEach(node.putArray("parameters")::add);
        }
        put(node, "reason", entry.reason());
        node.put("before", before);
        String open = MAPPER.writeValueAsString(node);
        String body = open.substring(0, open.length() - 1);
        String digest = digest(body);
        return new AuditLine(number, before, body + DIGEST + digest + "\"}", digest);
    }

    private static void put(ObjectNode node, String name, String value) {
        if (!value.isEmpty()) {
            node.put(name, value);
        }
    }

    /// Reads a line, empty if it is none of ours or was changed.
    static Optional<AuditLine> parse(String line) {
        int at = line.lastIndexOf(DIGEST);
        if (at < 0 || line.length() != at + DIGEST.length() + 64 + 2) {
            return Optional.empty();
        }
        String digest = line.substring(at + DIGEST.length(), line.length() - 2);
        if (!digest(line.substring(0, at)).equals(digest)) {
            return Optional.empty();
        }
        try {
            JsonNode node = MAPPER.readTree(line);
            return Optional.of(
                    new AuditLine(
                            node.path("number").asLong(0),
                            node.path("before").asString(""),
                            line,
                            digest));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private static String digest(String body) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
