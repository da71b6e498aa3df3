package dev.packhorse.cli.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Destinations as lines of text.
public final class DestinationText {
    private static final String COLUMNS = "%-24s  %-12s  %-24s  %s";

    private DestinationText() {}

    /// The head of the list.
    public static String head() {
        return COLUMNS.formatted("ID", "TYPE", "NAME", "STATE");
    }

    /// A destination of the list.
    public static String line(JsonNode destination) {
        String reason = destination.path("disable_reason").asString("");
        String state =
                destination.path("disabled").asInt() == 0
                        ? "enabled"
                        : reason.isEmpty() ? "disabled" : "disabled: " + reason;
        return LogText.printable(
                COLUMNS.formatted(
                        destination.path("id").asString(),
                        destination.path("type").asString(),
                        destination.path("name").asString(),
                        state));
    }

    /// The steps of a validation that worked.
    public static List<String> steps(JsonNode data) {
        List<String> lines = new ArrayList<>();
        for (JsonNode step : data.path("steps")) {
            lines.add(result("ok", step, step.path("step").asString()));
        }
        return lines.stream().map(LogText::printable).toList();
    }

    private static String result(String word, JsonNode what, String name) {
        return String.format(
                Locale.ROOT,
                "  %-6s %7.2f s  %s",
                word,
                what.path("milliseconds").asLong() / 1000.0,
                name);
    }

    /// What a destination can do, and which promises it kept.
    public static List<String> report(JsonNode data) {
        List<String> lines = new ArrayList<>();
        lines.add(data.path("name").asString() + " (" + data.path("type").asString() + ")");
        JsonNode can = data.path("can");
        lines.add("  reads parts of objects    " + yesNo(can.path("reads_ranges")));
        lines.add("  creates exclusively       " + yesNo(can.path("creates_exclusively")));
        lines.add("  resumes uploads           " + resumes(can.path("resumes_uploads").asString()));
        lines.add("  copies what is alike      " + yesNo(can.path("copies_ranges")));
        lines.add("  proves what arrived       " + yesNo(can.path("proves_arrival")));
        lines.add("  takes streams             " + yesNo(can.path("takes_streams")));
        lines.add("  keeps trees               " + yesNo(can.path("keeps_trees")));
        lines.add("  connections at a time     " + can.path("connections").asInt());
        if (can.has("largest_object_bytes")) {
            lines.add(
                    "  largest object            "
                            + can.path("largest_object_bytes").asLong()
                            + " bytes");
        }
        if (can.has("free_bytes")) {
            lines.add(
                    "  free space                "
                            + can.path("free_bytes").asLong()
                            + " of "
                            + can.path("total_bytes").asLong()
                            + " bytes");
        }
        for (JsonNode promise : data.path("promises")) {
            boolean kept = promise.path("kept").asInt() == 1;
            lines.add(result(kept ? "ok" : "BROKEN", promise, promise.path("promise").asString()));
            if (!kept) {
                lines.add("                    " + promise.path("reason").asString());
            }
        }
        return lines.stream().map(LogText::printable).toList();
    }

    private static String yesNo(JsonNode flag) {
        return flag.asInt() == 1 ? "yes" : "no";
    }

    private static String resumes(String word) {
        return switch (word) {
            case "by_byte" -> "from the last byte that arrived";
            case "by_part" -> "from the last part that arrived";
            default -> "no: they start from the first byte";
        };
    }
}
