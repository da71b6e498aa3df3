package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.queue.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A job in the shape of our own functions; absent times are null, times are epoch seconds.
final class JobView {
    private JobView() {}

    static ObjectNode of(Job job) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", job.id().value());
        node.put("kind", job.request().kind().name().toLowerCase(Locale.ROOT));
        node.put("subject", job.request().subject());
        node.put("owner", job.request().owner());
        node.put("state", job.state().name().toLowerCase(Locale.ROOT));
        putTime(node, "created", Optional.of(job.createdAt()));
        putTime(node, "started", job.startedAt());
        putTime(node, "finished", job.finishedAt());
        putMilliseconds(node, job);
        putTime(node, "not_before", job.request().notBefore());
        node.put("attempts", job.attempts());
        node.put("max_attempts", job.request().maxAttempts());
        node.put("priority", job.request().priority());
        node.put("node", job.request().node().orElse(""));
        node.put("worker", job.worker().orElse(""));
        node.put("cancel_requested", job.cancelRequested() ? 1 : 0);
        node.put("reason", job.reason());
        node.put("session", SessionJobs.sessionOf(job));
        node.set("progress", object(job.progress()));
        node.set("result", object(job.result()));
        return node;
    }

    private static void putTime(ObjectNode node, String name, Optional<Instant> time) {
        if (time.isPresent()) {
            node.put(name, time.get().getEpochSecond());
        } else {
            node.putNull(name);
        }
    }

    /// From the start of the first run to the end; null while the job is open.
    private static void putMilliseconds(ObjectNode node, Job job) {
        if (job.startedAt().isPresent() && job.finishedAt().isPresent()) {
            Duration ran = Duration.between(job.startedAt().get(), job.finishedAt().get());
            node.put("milliseconds", ran.toMillis());
        } else {
            node.putNull("milliseconds");
        }
    }

    private static JsonNode object(String json) {
        return json.isBlank()
                ? JsonNodeFactory.instance.objectNode()
                : JobJson.read(json, JsonNode.class);
    }
}
