package dev.packhorse.cli.render;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// Plans of pruning, pins and coming days as lines for people.
public final class RetentionText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd EEE HH:mm xxx", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    private RetentionText() {}

    /// A plan, place by place.
    public static List<String> plan(JsonNode data) {
        List<String> lines = new ArrayList<>();
        for (JsonNode place : data.path("destinations")) {
            lines.add(
                    "%s (%s): %d stay, %d go (%s)"
                            .formatted(
                                    place.path("name").asString(""),
                                    place.path("destid").asString(""),
                                    place.path("keep").asInt(0),
                                    place.path("remove").asInt(0),
                                    JobText.size(place.path("remove_bytes").asLong(0))));
            place.path("brakes").forEach(brake -> lines.add("  STOPPED: " + brake.asString("")));
            String stopped = place.path("stopped").asString("");
            if (place.path("brakes").isEmpty() && !stopped.isEmpty()) {
                lines.add("  the last prune was stopped: " + stopped);
            }
            place.path("points").forEach(point -> lines.add("  " + point(point)));
        }
        return lines.stream().map(LogText::printable).toList();
    }

    private static String point(JsonNode point) {
        return "%-6s %-7s %s %-20s %9s  %s"
                .formatted(
                        point.path("keep").asInt(0) == 1 ? "keep" : "remove",
                        point.path("tier").asString(""),
                        point.path("date").asString(""),
                        point.path("user").asString(""),
                        JobText.size(point.path("size").asLong(0)),
                        joined(point.path("reasons")));
    }

    /// A prune that was asked for.
    public static String started(JsonNode job) {
        return LogText.printable(
                "job %s %s%s"
                        .formatted(
                                job.path("job").asString(""),
                                job.path("name").asString(""),
                                job.path("added").asInt(1) == 1
                                        ? ""
                                        : " (it was asked for before)"));
    }

    /// A pin.
    public static String pin(JsonNode pin) {
        String destination = pin.path("destid").asString("");
        String until = pin.path("until").asString("");
        return LogText.printable(
                "%-20s %s  %s  %s"
                        .formatted(
                                pin.path("user").asString(""),
                                pin.path("date").asString(""),
                                destination.isEmpty() ? "everywhere" : "at " + destination,
                                until.isEmpty() ? "for ever" : "until " + until));
    }

    /// A day's run.
    public static String run(JsonNode day) {
        StringJoiner starts = new StringJoiner(", ");
        day.path("runs")
                .forEach(start -> starts.add(TIME.format(Instant.ofEpochSecond(start.asLong()))));
        return "%s  %s".formatted(starts, joined(day.path("tiers")));
    }

    /// A day with what would exist after it.
    public static List<String> day(JsonNode day) {
        List<String> lines = new ArrayList<>();
        StringJoiner counts = new StringJoiner(", ");
        for (var place : day.path("restore_points").properties()) {
            counts.add(place.getKey() + " " + place.getValue().asInt());
        }
        lines.add(
                "%s  %-22s %9s  %s"
                        .formatted(
                                day.path("date").asString(""),
                                day.path("tiers").isEmpty() ? "-" : joined(day.path("tiers")),
                                JobText.size(day.path("bytes").asLong(0)),
                                counts));
        String place = "";
        StringJoiner points = new StringJoiner(" ");
        for (JsonNode point : day.path("exist")) {
            String where = point.path("destid").asString("");
            if (!where.equals(place) && points.length() > 0) {
                lines.add("    " + place + ": " + points);
                points = new StringJoiner(" ");
            }
            place = where;
            points.add(point.path("tier").asString("") + "/" + point.path("date").asString(""));
        }
        if (points.length() > 0) {
            lines.add("    " + place + ": " + points);
        }
        return lines.stream().map(LogText::printable).toList();
    }

    private static String joined(JsonNode list) {
        StringJoiner joined = new StringJoiner(", ");
        list.forEach(each -> joined.add(each.asString("")));
        return joined.toString();
    }
}
