package dev.packhorse.engine.whm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What a function gives back on success.
///
/// @param data the `data` member, empty for none
/// @param reason `metadata.reason`
/// @param warnings `metadata.output.warnings`, empty for none
/// @param messages `metadata.output.messages`, empty for none
public record Answer(
        Optional<ObjectNode> data, String reason, List<String> warnings, List<String> messages) {
    public Answer {
        warnings = List.copyOf(warnings);
        messages = List.copyOf(messages);
    }

    /// One without messages.
    public Answer(Optional<ObjectNode> data, String reason, List<String> warnings) {
        this(data, reason, warnings, List.of());
    }

    /// The same with a further warning.
    Answer warning(String text) {
        List<String> more = new ArrayList<>(warnings);
        more.add(text);
        return new Answer(data, reason, more, messages);
    }

    public static Answer ok() {
        return new Answer(Optional.empty(), "OK", List.of());
    }

    public static Answer ok(ObjectNode data) {
        return new Answer(Optional.of(data), "OK", List.of());
    }

    public static Answer withReason(String reason) {
        return new Answer(Optional.empty(), reason, List.of());
    }
}
