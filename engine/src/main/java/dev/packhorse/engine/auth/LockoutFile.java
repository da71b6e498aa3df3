package dev.packhorse.engine.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Keeps a guard's tallies in a file, replaced as a whole and synced.
final class LockoutFile {
    private static final int VERSION = 1;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path file;

    LockoutFile(Path file) {
        this.file = file;
    }

    void write(LoginGuard.Kept kept) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
        json.set("addresses", encode(kept.addresses()));
        json.set("users", encode(kept.users()));
        json.set("both", encode(kept.both()));
        json.set("codes", encode(kept.codes()));
        SecretFile.write(file, MAPPER.writeValueAsBytes(json));
    }

    private static ArrayNode encode(Map<String, Tally> tallies) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        tallies.forEach((key, tally) -> {
            ObjectNode each = list.addObject().put("key", key);
            ArrayNode recent = each.putArray("recent");
            tally.recent().forEach(at -> recent.add(at.toEpochMilli()));
            each.put("day_began", tally.dayBegan().toEpochMilli()).put("of_day", tally.ofDay());
            tally.lock()
                    .ifPresent(lock ->
                            each.put("locked_since", lock.since().toEpochMilli())
                                    .put("locked_until", lock.until().toEpochMilli())
                                    .put("failures", lock.failures()));
        });
        return list;
    }

    /// What was written last; empty if nothing was.
    ///
    /// @throws IOException if the file cannot be read, or is not of this form
    Optional<LoginGuard.Kept> read() throws IOException {
        try {
            JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
            if (json.path("version").asInt(0) != VERSION) {
                throw new IOException("lock-outs of an unknown form: " + file);
            }
            return Optional.of(
                    new LoginGuard.Kept(
                            decode(json.path("addresses")),
                            decode(json.path("users")),
                            decode(json.path("both")),
                            decode(json.path("codes"))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new IOException("damaged: " + file, e);
        }
    }

    private static Map<String, Tally> decode(JsonNode list) {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        for (JsonNode each : list) {
            List<Instant> recent = new ArrayList<>();
            each.path("recent").forEach(at -> recent.add(instant(at)));
            Optional<Tally.Lock> lock =
                    each.has("locked_until")
                            ? Optional.of(
                                    new Tally.Lock(
                                            instant(each.path("locked_since")),
                                            instant(each.path("locked_until")),
                                            each.path("failures").intValue()))
                            : Optional.empty();
            tallies.put(
                    each.path("key").stringValue(),
                    new Tally(
                            recent,
                            instant(each.path("day_began")),
                            each.path("of_day").intValue(),
                            lock));
        }
        return tallies;
    }

    private static Instant instant(JsonNode millis) {
        return Instant.ofEpochMilli(millis.longValue());
    }
}
