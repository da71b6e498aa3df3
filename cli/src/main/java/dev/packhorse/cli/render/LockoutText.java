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

    private static String line(JsonNode lockout) {
        String address = lockout.path("address").asString("");
        String user = lockout.path("user").asString("");
        String until = time(lockout.path("until"));
        int failures = lockout.path("failures").asInt(0);
        if (address.isEmpty()) {
            return "codes of %s until %s, %d wrong ones behind the right password"
                    .formatted(user, until, failures);
        }
        return "%s %s until %s, %d wrong logins"
                .formatted(
                        address, user.isEmpty() ? "for every user" : "as " + user, until, failures);
    }

    /// A line for each.
    public static List<String> list(JsonNode data) {
        List<String> lines = new ArrayList<>();
        for (JsonNode each : data.path("lockouts")) {
            lines.add(line(each));
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
