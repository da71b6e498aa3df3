package dev.packhorse.engine.live;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobEvent;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The words of events.
final class EventData {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private EventData() {}

    /// @param job the job as it is now, which may be later than the move
    static LiveEvent moved(String id, JobEvent move, Job job) {
        ObjectNode reduced = job(job);
        if (move.from().isPresent()) {
            reduced.put("from", word(move.from().get()));
        } else {
            reduced.putNull("from");
        }
        reduced.put("to", word(move.to()));
        reduced.put("at", move.at().getEpochSecond());
        ObjectNode whole = reduced.deepCopy();
        whole.put("owner", job.request().owner());
        whole.put("by", move.by());
        whole.put("reason", move.reason());
        if (!move.to().isOpen() && job.state() == move.to()) {
            whole.set("result", object(job.result()));
        }
        String name = job.request().kind() == JobKind.RUN ? "run" : "job";
        return event(Optional.of(id), name, job, whole, reduced);
    }

    static LiveEvent progress(Job job, String progress) {
        ObjectNode data = job(job);
        data.set("progress", object(progress));
        return event(Optional.empty(), "progress", job, data, data);
    }

    private static LiveEvent event(
            Optional<String> id, String name, Job job, ObjectNode whole, ObjectNode reduced) {
        return new LiveEvent(
                id,
                name,
                Optional.of(job.request().subject()),
                whole.toString(),
                reduced.toString());
    }

    private static ObjectNode job(Job job) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", job.id().value());
        node.put("kind", word(job.request().kind()));
        node.put("subject", job.request().subject());
        return node;
    }

    private static JsonNode object(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException _) {
            return JsonNodeFactory.instance
                    .objectNode(); // a handler's slip must not end the telling
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
