package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.plan.Plans;
import dev.packhorse.engine.schedule.ScheduleSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is told of plans, and the days to come with them. Today is 2026-11-24, a Tuesday.
class PlanFunctionsTest {
    private static final String PLANS =
            """
            backup:
              time: "12:00, 23:00"
            plans:
              resold:
                match:
                  owners: anna
                calendars: weekly
                destinations: "far, lost"
                retention:
                  numbers: weekly=3
              late:
                match:
                  accounts: "*b"
                times: "23:00"
                retention:
                  numbers: daily=1
            """;

    @TempDir Path root;
    private TestServer server;
    private String far;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root, Plans.of(root, PLANS));
        server.account("alice", "anna");
        server.account("bob", "root");
        server.account("carol", "root");
        server.call("backup_config_set", "backup_daily_retention=2", "force_prune_daily=1");
        far =
                server.data("backup_destination_add", "name=far", "type=Local", "path=/backup2")
                        .path("id")
                        .asString();
        server.data("backup_destination_add", "name=near", "type=Local", "path=/backup3");
        server.schedule =
                new ScheduleSettings(
                        true,
                        EnumSet.allOf(DayOfWeek.class),
                        Set.of(DayOfWeek.SUNDAY),
                        Set.of(),
                        DayTimes.parse("12:00, 23:00"),
                        ZoneId.of("UTC"),
                        Duration.ofHours(12));
    }

    @Test
    void thePlanOfEachAccountIsToldAndWhy() throws Exception {
        JsonNode data = server.data("packhorse_plan_list");
        assertThat(data.path("accounts"))
                .extracting(account ->
                        account.path("user").asString("")
                                + ": "
                                + account.path("plan").asString("-")
                                + ": "
                                + account.path("why").asString("-"))
                .containsExactly(
                        "alice: resold: owner anna", "bob: late: account bob is *b", "carol: -: -");
        JsonNode resold = data.path("plans").get(0);
        assertThat(resold.path("accounts").asInt()).isEqualTo(1);
        assertThat(resold.path("settings").path("match.owners").asString()).isEqualTo("anna");
        assertThat(resold.path("unknown_destinations"))
                .extracting(JsonNode::asString)
                .containsExactly("lost");
        assertThat(data.has("places")).isFalse();
    }

    @Test
    void ofOneAccountItIsToldWhatStaysWhere() throws Exception {
        JsonNode places = server.data("packhorse_plan_list", "user=alice").path("places");
        assertThat(places)
                .extracting(place ->
                        place.path("name").asString("")
                                + place.path("sent").asInt()
                                + place.path("daily").asInt()
                                + place.path("weekly").asInt())
                .containsExactly("local123", "far123", "near023");
        assertThat(server.data("packhorse_plan_list", "user=carol").path("accounts").get(0))
                .hasToString("{\"user\":\"carol\",\"package\":\"undefined\",\"owner\":\"root\"}");
        assertThatThrownBy(() -> server.call("packhorse_plan_list", "user=nobodyhere"))
                .hasMessageContaining("no account “nobodyhere”");
    }

    @Test
    void anAccountThatCannotBeReadIsToldAsSuch() throws Exception {
        Path users = root.resolve("etc/passwd");
        Files.writeString(users, Files.readString(users).replace(":/home/bob:", ":../bob:"));
        JsonNode data = server.data("packhorse_plan_list");
        assertThat(data.path("accounts").get(1).path("user").asString("")).isEqualTo("bob");
        assertThat(data.path("accounts").get(1).path("problem").asString("")).contains("bob");
        assertThat(data.path("accounts").get(2).path("package").asString("")).isNotEmpty();
    }

    private JsonNode last(String user, int days) throws Exception {
        return server.data("packhorse_schedule_preview", "user=" + user, "days=" + days)
                .path("days")
                .get(days - 1);
    }

    @Test
    void thePreviewObeysThePlans() throws Exception {
        assertThat(last("alice", 40).path("exist"))
                .extracting(point ->
                        point.path("destid").asString("").replace(far, "far")
                                + " "
                                + point.path("tier").asString("")
                                + " "
                                + point.path("date").asString(""))
                .containsExactly(
                        "local weekly 2026-12-27.1200",
                        "local weekly 2026-12-20.1200",
                        "local weekly 2026-12-13.1200",
                        "far weekly 2026-12-27.1200",
                        "far weekly 2026-12-20.1200",
                        "far weekly 2026-12-13.1200");
        assertThat(last("bob", 4).path("exist"))
                .filteredOn(point -> point.path("destid").asString("").equals("local"))
                .extracting(point -> point.path("date").asString(""))
                .containsExactly("2026-11-27.2300");
        assertThat(last("carol", 4).path("restore_points").path("local").asInt())
                .as("two runs of two dates")
                .isEqualTo(4);
    }
}
