package dev.packhorse.engine.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The JSON form of a kept token.
final class TokenFile {
    private static final int FORMAT = 1;
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private TokenFile() {}

    static byte[] encode(Token token) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("format", FORMAT);
        json.put("user", token.user());
        json.put("name", token.name());
        ArrayNode acls = json.putArray("acls");
        token.request().acls().stream().sorted().forEach(acls::add);
        json.put("created_at", token.createdAt().toString());
        token.request().expiresAt().ifPresent(end -> json.put("expires_at", end.toString()));
        ArrayNode addresses = json.putArray("addresses");
        token.request().addresses().forEach(range -> addresses.add(range.toString()));
        json.put("sha256", token.sha256());
        return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// @throws IOException if the content is not a token; the message names the file
    static Token decode(Path file, byte[] content) throws IOException {
        try {
            JsonNode json = MAPPER.readTree(content);
            if (json.path("format").asInt(0) != FORMAT) {
                throw new IOException("token file of an unknown format: " + file);
            }
            String sha256 = text(json, "sha256");
            if (!sha256.matches("[0-9a-f]{64}")) {
                throw new IOException("token file without a digest: " + file);
            }
            TokenRequest request =
                    new TokenRequest(
                            text(json, "user"),
                            text(json, "name"),
                            acls(json),
                            json.has("expires_at")
                                    ? Optional.of(Instant.parse(text(json, "expires_at")))
                                    : Optional.empty(),
                            addresses(json));
            return new Token(request, Instant.parse(text(json, "created_at")), sha256);
        } catch (JacksonException | IllegalArgumentException | java.time.DateTimeException e) {
            throw new IOException("damaged token file: " + file, e);
        }
    }

    private static String text(JsonNode json, String member) {
        JsonNode value = json.path(member);
        if (!value.isString()) {
            throw new IllegalArgumentException("no text in “" + member + "”");
        }
        return value.stringValue();
    }

    private static Set<String> acls(JsonNode json) {
        return new HashSet<>(texts(json, "acls"));
    }

    private static List<AddressRange> addresses(JsonNode json) {
        return texts(json, "addresses").stream().map(AddressRange::parse).toList();
    }

    /// A missing list would widen the token's reach, so it is refused like a damaged one.
    private static List<String> texts(JsonNode json, String member) {
        JsonNode list = json.path(member);
        if (!list.isArray()) {
            throw new IllegalArgumentException("no list in “" + member + "”");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode value : list) {
            if (!value.isString()) {
                throw new IllegalArgumentException("not a text in “" + member + "”");
            }
            texts.add(value.stringValue());
        }
        return texts;
    }
}
