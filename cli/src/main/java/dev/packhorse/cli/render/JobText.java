package dev.packhorse.cli.render;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Jobs as lines for people.
public final class JobText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());
    private static final int MOST_DETAILS = 20;

    private JobText() {}

    /// The head of a list of jobs.
    public static String head() {
        return "%-15s  %-8s %-9s %-24s %-14s %s"
                .formatted("JOB", "KIND", "STATE", "ABOUT", "SINCE", "PROGRESS");
    }

    /// One job as one line.
    public static String line(JsonNode job) {
        return LogText.printable(
                "%-15s  %-8s %-9s %-24s %-14s %s"
                        .formatted(
                                job.path("id").asString(""),
                                job.path("kind").asString(""),
                                job.path("state").asString(""),
                                job.path("subject").asString(""),
                                since(job),
                                what(job)));
    }

    /// Whether a state is one of those that wait or run.
    public static boolean isOpen(String state) {
        return state.equals("held") || state.equals("pending") || state.equals("active");
    }

    /// What a finished job says besides its line: where the archive is, what a restore altered, why
    /// it failed.
    public static List<String> details(JsonNode job) {
        List<String> lines = new ArrayList<>();
        JsonNode result = job.path("result");
        if (result.has("archive")) {
            lines.add(
                    "archive "
                            + result.path("archive").asString("")
                            + ", "
                            + size(result.path("sizeBytes").asLong(0)));
        }
        if (result.has("removed")) {
            lines.add(
                    "removed %d restore points of %s, kept %d"
                            .formatted(
                                    result.path("removed").asInt(0),
                                    size(result.path("bytes").asLong(0)),
                                    result.path("kept").asInt(0)));
        }
        if (result.has("unread")) {
            lines.add(
                    "%d good, %d damaged, %d missing, %d could not be read; %s read"
                            .formatted(
                                    result.path("good").asInt(0),
                                    result.path("damaged").asInt(0),
                                    result.path("missing").asInt(0),
                                    result.path("unread").asInt(0),
                                    size(result.path("bytes").asLong(0))));
        }
        for (JsonNode drill : result.path("drills")) {
            lines.add(
                    "%s %s: %s"
                            .formatted(
                                    drill.path("account").asString(""),
                                    drill.path("proven").asBoolean(false) ? "proven" : "FAILED",
                                    drill.path("proven").asBoolean(false)
                                            ? drill.path("compared").asString("")
                                            : drill.path("differences").path(0).asString("")));
        }
        for (String list :
                List.of(
                        "altered",
                        "dangerous",
                        "skipped",
                        "warnings",
                        "errors",
                        "leftOut",
                        "findings")) {
            for (JsonNode item : result.path(list)) {
                lines.add(list + ": " + item.asString(""));
            }
        }
        if (lines.size() > MOST_DETAILS) {
            int more = lines.size() - MOST_DETAILS;
            lines.subList(MOST_DETAILS, lines.size()).clear();
            lines.add("and " + more + " more; --json shows all");
        }
        return lines.stream().map(LogText::printable).toList();
    }

    private static String since(JsonNode job) {
        for (String time : List.of("finished", "started", "created")) {
            if (job.path(time).isNumber()) {
                return TIME.format(Instant.ofEpochSecond(job.path(time).asLong()));
            }
        }
        return "";
    }

    private static String what(JsonNode job) {
        String reason = job.path("reason").asString("");
        JsonNode progress = job.path("progress");
        if (!job.path("state").asString("").equals("active") || !progress.has("stage")) {
            return reason;
        }
        String stage = progress.path("stage").asString("");
        long bytes = progress.path("bytes").asLong(0);
        return bytes == 0
                ? stage
                : stage + " " + progress.path("members").asLong(0) + " members, " + size(bytes);
    }

    /// A size for people.
    public static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < 4) {
            value /= 1024;
            unit++;
        }
        return "%.1f %siB".formatted(value, "KMGTP".charAt(unit));
    }
}
