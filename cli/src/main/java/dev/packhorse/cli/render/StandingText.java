package dev.packhorse.cli.render;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// How backups stand, as lines for a screen: a title, then what there is to say. What the daemon
/// tells nothing about has no line.
public final class StandingText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    private final JsonNode standing;
    private final Instant now;
    private final ZoneId zone;
    private final List<String> lines = new ArrayList<>();

    private StandingText(JsonNode standing, Instant now, ZoneId zone) {
        this.standing = standing;
        this.now = now;
        this.zone = zone;
    }

    /// The lines for a screen.
    ///
    /// @param standing the member of that name in the daemon's status
    /// @param now the daemon's time
    /// @param zone the zone of the times shown
    public static List<String> lines(JsonNode standing, Instant now, ZoneId zone) {
        StandingText text = new StandingText(standing, now, zone);
        text.lastRun();
        text.running();
        text.next();
        text.failing();
        text.space();
        text.destinations();
        text.oldest();
        text.proofs();
        text.drills();
        if (standing.has("store_at_risk")) {
            text.add("store", standing.path("store_at_risk").asString(""));
        }
        if (standing.has("problem")) {
            text.add("problem", standing.path("problem").asString(""));
        }
        return List.copyOf(text.lines);
    }

    private void add(String title, String text) {
        lines.add(LogText.printable("%-15s%s".formatted(title, text)));
    }

    private void lastRun() {
        JsonNode run = standing.path("last_run");
        if (run.isMissingNode()) {
            add("last night", "no run has ended yet");
            return;
        }
        // The system's files are no account.
        int good =
                run.path("succeeded").asInt(0)
                        + run.path("partial").asInt(0)
                        - run.path("warnings").size();
        int all = good + run.path("failed").asInt(0) + run.path("cancelled").asInt(0);
        String reason = run.path("reason").asString("");
        String counts =
                run.has("succeeded")
                        ? "%d of %d accounts backed up".formatted(good, all)
                        : reason.isEmpty() ? "backups are switched off" : reason;
        add(
                "last night",
                "%s: %s, %s, ended %s"
                        .formatted(
                                run.path("date").asString(""),
                                run.path("state").asString(""),
                                counts,
                                time(run.path("finished"))));
        run.path("errors").forEach(error -> add("", error.asString("")));
        run.path("warnings").forEach(warning -> add("", warning.asString("")));
    }

    private void running() {
        JsonNode run = standing.path("run_under_way");
        if (run.isMissingNode()) {
            return;
        }
        String left =
                run.has("seconds_left")
                        ? ", about " + duration(run.path("seconds_left").asLong(0)) + " left"
                        : "";
        add(
                "running",
                "%s: %d of %d accounts done%s"
                        .formatted(
                                run.path("date").asString(""),
                                run.path("done").asInt(0),
                                run.path("accounts").asInt(0),
                                left));
    }

    private void next() {
        if (standing.has("config_fault")) {
            add(
                    "tonight",
                    "NOTHING RUNS: the backup configuration cannot be read: "
                            + standing.path("config_fault").asString(""));
            return;
        }
        add(
                "tonight",
                standing.has("next_run")
                        ? time(standing.path("next_run"))
                        : "nothing is scheduled: switch on backupenable with backup_config_set");
    }

    private void failing() {
        String title = "failing";
        for (JsonNode job : standing.path("failing")) {
            add(
                    title,
                    "%s %s: %s"
                            .formatted(
                                    job.path("kind").asString(""),
                                    job.path("user").asString(""),
                                    job.path("reason").asString("")));
            title = "";
        }
    }

    private void space() {
        StringJoiner text = new StringJoiner(", ");
        for (JsonNode place : standing.path("space")) {
            text.add(
                    "%s %s of %s free%s"
                            .formatted(
                                    place.path("place").asString(""),
                                    JobText.size(place.path("free").asLong(0)),
                                    JobText.size(place.path("total").asLong(0)),
                                    place.has("silent_seconds") ? " (DOES NOT ANSWER now)" : ""));
        }
        if (text.length() > 0) {
            add("space", text.toString());
        }
    }

    private void destinations() {
        String title = "destinations";
        for (JsonNode each : standing.path("destinations")) {
            String state = each.path("state").asString("");
            String more =
                    state.equals("paused")
                            ? " for "
                                    + duration(each.path("seconds_left").asLong(0))
                                    + ": "
                                    + each.path("reason").asString("")
                            : state.equals("unreadable")
                                    ? ": " + each.path("reason").asString("")
                                    : "";
            add(title, each.path("name").asString("") + " " + state + more);
            title = "";
        }
    }

    private void oldest() {
        JsonNode oldest = standing.path("oldest_backup");
        if (oldest.isMissingNode()) {
            return;
        }
        int none = oldest.path("without_any").asInt(0);
        String without = none == 0 ? "" : none + " accounts have none";
        String age =
                oldest.has("packed")
                        ? oldest.path("user").asString("")
                                + ", "
                                + duration(now.getEpochSecond() - oldest.path("packed").asLong(0))
                        : "";
        add(
                "oldest backup",
                age.isEmpty() || without.isEmpty() ? age + without : age + "; " + without);
    }

    private void proofs() {
        String title = "verified";
        for (JsonNode place : standing.path("proofs")) {
            long damaged = place.path("damaged").asLong(0);
            long missing = place.path("missing").asLong(0);
            if (place.path("daily").asInt(0) == 0 && damaged + missing == 0) {
                continue;
            }
            String bad =
                    damaged + missing == 0
                            ? ""
                            : ", %d DAMAGED and %d MISSING: packhorse verify --plan"
                                    .formatted(damaged, missing);
            String oldest =
                    place.has("oldest")
                            ? "oldest proof "
                                    + duration(
                                            now.getEpochSecond() - place.path("oldest").asLong(0))
                                    + " ago"
                            : "no good archive";
            add(title, place.path("destid").asString("") + ": " + oldest + bad);
            title = "";
        }
    }

    private void drills() {
        JsonNode drills = standing.path("drills");
        if (drills.path("proven").asInt(0) + drills.path("failed").asInt(0) == 0) {
            return;
        }
        String oldest =
                drills.has("oldest")
                        ? ", the oldest "
                                + duration(now.getEpochSecond() - drills.path("oldest").asLong(0))
                                + " ago"
                        : "";
        String failed =
                drills.path("failed").asInt(0) == 0
                        ? ""
                        : ", %d FAILED: packhorse drill --list"
                                .formatted(drills.path("failed").asInt(0));
        add(
                "drills",
                "%d of %d accounts proven%s%s"
                        .formatted(
                                drills.path("proven").asInt(0),
                                drills.path("accounts").asInt(0),
                                oldest,
                                failed));
    }

    private String time(JsonNode seconds) {
        return TIME.format(Instant.ofEpochSecond(seconds.asLong(0)).atZone(zone));
    }

    private static String duration(long seconds) {
        Duration time = Duration.ofSeconds(Math.max(0, seconds));
        if (time.toHours() >= 48) {
            return time.toDays() + " days";
        }
        return time.toMinutes() >= 120 ? time.toHours() + " hours" : time.toMinutes() + " min";
    }
}
