package dev.packhorse.cli.render;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// What is known of stored archives, and of restores that were tried, as lines for people.
public final class VerificationText {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);
    private static final int SHOWN = 10;

    private VerificationText() {}

    /// The places, what is damaged there, and what is read next.
    public static List<String> plan(JsonNode data, ZoneId zone) {
        List<String> lines = new ArrayList<>();
        for (JsonNode place : data.path("destinations")) {
            lines.add(head(place));
            if (place.path("behind").asInt(0) == 1) {
                lines.add(
                        "  the budget is too small: everything is read in %d days"
                                .formatted(place.path("days_for_all").asLong(0)));
            }
            for (JsonNode copy : place.path("damaged")) {
                lines.add(
                        "  %-8s %s: %s"
                                .formatted(
                                        copy.path("verdict").asString("").toUpperCase(Locale.ROOT),
                                        copy.path("archive").asString(""),
                                        copy.path("finding").asString("")));
            }
            addNext(lines, place.path("next"), zone);
        }
        return lines.stream().map(LogText::printable).toList();
    }

    private static String head(JsonNode place) {
        return "%s (%s): %d archives, %s; %s today%s"
                .formatted(
                        place.path("name").asString(""),
                        place.path("destid").asString(""),
                        place.path("copies").asInt(0),
                        JobText.size(place.path("bytes").asLong(0)),
                        JobText.size(place.path("bytes_today").asLong(0)),
                        place.path("daily").asInt(0) == 1 ? "" : ", only if somebody asks for it");
    }

    private static void addNext(List<String> lines, JsonNode next, ZoneId zone) {
        int shown = 0;
        for (JsonNode copy : next) {
            if (++shown > SHOWN) {
                lines.add("  and " + (next.size() - SHOWN) + " more; --json shows all");
                return;
            }
            lines.add(
                    "  next     %s, proven %s, %s"
                            .formatted(
                                    copy.path("archive").asString(""),
                                    day(copy.path("proven"), zone),
                                    JobText.size(copy.path("size").asLong(0))));
        }
    }

    /// A restore that was tried.
    public static String drill(JsonNode drill, ZoneId zone) {
        String difference = drill.path("difference").asString("");
        String proven = drill.has("proven") ? day(drill.path("proven"), zone) : "never";
        return LogText.printable(
                "%-20s proven %-10s  tried %s  %s"
                        .formatted(
                                drill.path("user").asString(""),
                                proven,
                                day(drill.path("tried"), zone),
                                difference.isEmpty()
                                        ? drill.path("compared").asString("")
                                        : "DIFFERENCE: " + difference));
    }

    private static String day(JsonNode seconds, ZoneId zone) {
        return DAY.format(Instant.ofEpochSecond(seconds.asLong(0)).atZone(zone));
    }
}
