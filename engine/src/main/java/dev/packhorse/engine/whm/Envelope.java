package dev.packhorse.engine.whm;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Puts an outcome into the form of API 1.
///
/// Source: whmapi1-protocol section 3: `data` is left out when there is nothing to return, `result`
/// and `version` are numbers, the HTTP status says nothing but that the store is away.
final class Envelope {
    private static final int VERSION = 1;

    private Envelope() {}

    static Reply of(String command, Outcome outcome) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        return switch (outcome) {
            case Outcome.Done(Answer answer, ObjectNode extra) -> {
                answer.data().ifPresent(data -> body.set("data", data));
                ObjectNode metadata = metadata(body, command, answer.reason(), 1);
                metadata.setAll(extra);
                addOutput(metadata, answer);
                yield new Reply(command, true, false, body);
            }
            case Outcome.Failed failed -> {
                failed.data().ifPresent(data -> body.set("data", data));
                metadata(body, command, failed.reason(), 0);
                yield new Reply(command, false, failed.storeFailed(), body);
            }
        };
    }

    private static ObjectNode metadata(ObjectNode body, String command, String reason, int result) {
        ObjectNode metadata = body.putObject("metadata");
        metadata.put("command", command);
        metadata.put("reason", reason);
        metadata.put("result", result);
        metadata.put("version", VERSION);
        return metadata;
    }

    private static void addOutput(ObjectNode metadata, Answer answer) {
        addLines(metadata, "messages", answer.messages());
        addLines(metadata, "warnings", answer.warnings());
    }

    private static void addLines(ObjectNode metadata, String name, List<String> lines) {
        if (!lines.isEmpty()) {
            ArrayNode list = metadata.withObject("/output").putArray(name);
            lines.forEach(list::add);
        }
    }
}
