package dev.packhorse.cli.render;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Lock-outs as lines for people.
public final class LockoutText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    private LockoutText() {}

    /// A line for each.
    public static List<String> list(JsonNode data) {
        List<String> lines = new ArrayList<>();
        for (JsonNode each : data.path("lockouts")) {
            String user = each.path("user").asString("");
            lines.add(
                    "%s %s until %s, %d wrong logins"
                            .formatted(
                                    each.path("address").asString(""),
                                    user.isEmpty() ? "for every user" : "as " + user,
                                    time(each.path("until")),
                                    each.path("failures").asInt(0)));
        }
        if (lines.isEmpty()) {
            lines.add("nobody is locked out");
        }
        return lines.stream().map(LogText::printable).toList();
    }

    private static String time(JsonNode seconds) {
        return TIME.format(Instant.ofEpochSecond(seconds.asLong(0)));
    }

    /// What a clearing did.
    public static String cleared(JsonNode data) {
        int cleared = data.path("cleared").asInt(0);
        return cleared == 0
                ? "nobody was locked out; wrong logins are forgotten"
                : "let in again; wrong logins are forgotten";
    }
}
