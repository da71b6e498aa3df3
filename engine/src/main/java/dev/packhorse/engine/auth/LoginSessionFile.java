package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Keeps sessions in one sealed file, replaced as a whole and synced. Of a cookie it holds the
/// digest, as memory does: whoever reads it, and the key, can still not call.
final class LoginSessionFile {
    private static final int VERSION = 1;
    private static final String TOKEN = "maker_token_sha256";
    private static final String PLACE = "state/login sessions";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path file;
    private final Sealing sealing;

    LoginSessionFile(Path file, Sealing sealing) {
        this.file = file;
        this.sealing = sealing;
    }

    void write(Map<String, LoginSession> sessions) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
        ArrayNode list = json.putArray("sessions");
        sessions.forEach((digest, session) -> encode(session, list.addObject().put("id", digest)));
        String sealed = sealing.seal(new Secret(MAPPER.writeValueAsString(json)), PLACE);
        SecretFile.write(file, sealed.getBytes(StandardCharsets.UTF_8));
    }

    private static void encode(LoginSession session, ObjectNode json) {
        json.put("user", session.user())
                .put("security_token", session.securityToken())
                .put("maker", session.origin().maker())
                .put(TOKEN, session.origin().token())
                .put("address", session.address())
                .put("fingerprint", session.fingerprint())
                .put("made_at", session.madeAt().toEpochMilli())
                .put("used_at", session.usedAt().toEpochMilli())
                .put("idle", session.idle().toSeconds());
        ArrayNode acls = json.putArray("acls");
        session.origin().acls().stream().sorted().forEach(acls::add);
        ArrayNode addresses = json.putArray("addresses");
        session.origin().addresses().forEach(range -> addresses.add(range.toString()));
    }

    /// What was written last, by the digests of the cookies; nothing if nothing was.
    ///
    /// @throws IOException if the file cannot be read, or was changed
    Map<String, LoginSession> read() throws IOException {
        Map<String, LoginSession> sessions = new LinkedHashMap<>();
        try {
            String sealed = Files.readString(file);
            JsonNode json = MAPPER.readTree(sealing.open(sealed, PLACE).reveal());
            if (json.path("version").asInt(0) != VERSION) {
                throw new IOException("sessions of an unknown form: " + file);
            }
            for (JsonNode each : json.path("sessions")) {
                // One of an earlier version, which kept the name alone of the token that made it.
                if (each.path("maker_token").asString("").isEmpty()) {
                    sessions.put(each.path("id").stringValue(), decode(each));
                }
            }
        } catch (NoSuchFileException _) {
            return Map.of();
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException("damaged: " + file, e);
        }
        return sessions;
    }

    private static LoginSession decode(JsonNode json) {
        Set<String> acls = new HashSet<>();
        json.path("acls").forEach(acl -> acls.add(acl.stringValue()));
        List<AddressRange> addresses = new ArrayList<>();
        json.path("addresses")
                .forEach(range -> addresses.add(AddressRange.parse(range.stringValue())));
        return new LoginSession(
                json.path("user").stringValue(),
                json.path("security_token").stringValue(),
                new LoginSession.Origin(
                        json.path("maker").stringValue(),
                        acls,
                        json.path(TOKEN).asString(""),
                        addresses),
                json.path("address").stringValue(),
                json.path("fingerprint").stringValue(),
                Instant.ofEpochMilli(json.path("made_at").longValue()),
                Instant.ofEpochMilli(json.path("used_at").longValue()),
                Duration.ofSeconds(json.path("idle").longValue()));
    }
}
