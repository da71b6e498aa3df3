package dev.packhorse.cli.render;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// Plans of accounts as lines for people.
public final class AccountPlanText {
    private static final List<String> NUMBERS =
            List.of(
                    "daily",
                    "weekly",
                    "monthly",
                    "calendar_daily",
                    "calendar_weekly",
                    "calendar_monthly",
                    "calendar_yearly");

    private AccountPlanText() {}

    /// The plans with their settings, then the accounts, then what stays of one account.
    public static List<String> lines(JsonNode data, boolean single) {
        List<String> lines = new ArrayList<>();
        if (!single) {
            data.path("plans").forEach(plan -> addPlan(lines, plan));
        }
        data.path("accounts").forEach(account -> lines.add(account(account)));
        data.path("places").forEach(place -> lines.add(place(place)));
        return lines.stream().map(LogText::printable).toList();
    }

    private static void addPlan(List<String> lines, JsonNode plan) {
        lines.add(
                "plan %s: %d accounts"
                        .formatted(plan.path("name").asString(""), plan.path("accounts").asInt(0)));
        for (var setting : plan.path("settings").properties()) {
            lines.add("  " + setting.getKey() + ": " + setting.getValue().asString(""));
        }
        plan.path("unknown_destinations")
                .forEach(
                        name -> lines.add("  THERE IS NO DESTINATION “" + name.asString("") + "”"));
    }

    private static String account(JsonNode account) {
        String problem = account.path("problem").asString("");
        String plan = account.path("plan").asString("");
        String what =
                !problem.isEmpty()
                        ? "unknown: " + problem
                        : plan.isEmpty()
                                ? "no plan (package %s, owner %s)"
                                        .formatted(
                                                account.path("package").asString(""),
                                                account.path("owner").asString(""))
                                : "plan %s (%s)".formatted(plan, account.path("why").asString(""));
        return "%-20s %s".formatted(account.path("user").asString(""), what);
    }

    private static String place(JsonNode place) {
        StringJoiner numbers = new StringJoiner(" ");
        for (String key : NUMBERS) {
            int count = place.path(key).asInt(0);
            if (count > 0) {
                numbers.add(key + "=" + count);
            }
        }
        return "  %s (%s)%s: %s"
                .formatted(
                        place.path("name").asString(""),
                        place.path("destid").asString(""),
                        place.path("sent").asInt(1) == 1 ? "" : ", nothing is sent there",
                        numbers);
    }
}
