package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.PruneArguments;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.schedule.ScheduleSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The functions about what stays. Today is 2026-11-24.
class RetentionFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        server.call("backup_config_set", "backup_daily_retention=2", "force_prune_daily=1");
        for (int day = 20; day <= 24; day++) {
            server.catalog.add("alice", DestinationId.LOCAL, Tier.DAILY, "2026-11-" + day);
        }
    }

    private JsonNode plan(String... arguments) throws Exception {
        return server.data("packhorse_prune_plan", arguments).path("destinations").get(0);
    }

    @Test
    void thePlanTellsWhatGoesAndWhy() throws Exception {
        JsonNode plan = plan();
        assertThat(plan.path("destid").asString()).isEqualTo("local");
        assertThat(plan.path("keep").asInt()).isEqualTo(2);
        assertThat(plan.path("remove").asInt()).isEqualTo(3);
        assertThat(plan.path("remove_bytes").asLong()).isEqualTo(3 * 4_096);
        assertThat(plan.path("brakes").isEmpty()).isTrue();
        assertThat(plan.path("points"))
                .extracting(point -> point.path("date").asString())
                .containsExactly("2026-11-20", "2026-11-21", "2026-11-22");
        assertThat(plan("kept=1", "user=alice").path("points").get(0).path("reasons"))
                .extracting(JsonNode::asString)
                .containsExactly("daily 1 of 2");
        assertThat(plan("user=nobodyhere").path("points").isEmpty()).isTrue();
        assertThatThrownBy(() -> plan("destid=nowhere")).hasMessageContaining("“nowhere”");
    }

    @Test
    void aSuspensionIsToldInThePlan() throws Exception {
        plan();
        server.queue.advance(Duration.ofDays(400));
        assertThat(plan().path("brakes").get(0).asString())
                .contains("the clock went from 2026-11-24", "--confirm");
        assertThat(Files.readString(root.resolve("state/retention.yaml"))).contains("suspended:");
    }

    @Test
    void aPruneIsAJobForEachPlace() throws Exception {
        String far =
                server.data("backup_destination_add", "name=far", "type=Local", "path=/backup2")
                        .path("id")
                        .asString();
        JsonNode jobs = server.data("packhorse_prune_start", "confirm=1").path("jobs");
        assertThat(jobs)
                .extracting(job -> job.path("name").asString())
                .containsExactly("local", "far");
        assertThat(jobs).extracting(job -> job.path("added").asInt()).containsExactly(1, 1);
        assertThat(
                        server.data("packhorse_prune_start", "confirm=1", "destid=FAR")
                                .path("jobs")
                                .get(0)
                                .path("added")
                                .asInt())
                .as("asked twice")
                .isZero();
        List<Job> queued = server.queue.list(JobFilter.of(Set.of(JobKind.PRUNE), Set.of()));
        assertThat(queued).hasSize(2);
        PruneArguments arguments =
                JobJson.read(queued.getLast().request().arguments(), PruneArguments.class);
        assertThat(arguments.destination()).isEqualTo(far);
        assertThat(arguments.confirm()).isTrue();
        assertThat(arguments.force()).isFalse();
    }

    @Test
    void forceAndForgettingNeedANameThatTheyAreFor() {
        assertThatThrownBy(() -> server.call("packhorse_prune_start", "force=1"))
                .hasMessageContaining("“user”");
        assertThatThrownBy(() -> server.call("packhorse_prune_start", "forget_missing=1"))
                .hasMessageContaining("“destid”");
        assertThat(server.queue.list(JobFilter.of(Set.of(JobKind.PRUNE), Set.of()))).isEmpty();
    }

    @Test
    void pinsAreSetListedHonouredAndTakenBack() throws Exception {
        server.call("packhorse_pin_add", "user=alice", "date=2026-11-20", "until=2027-01-01");
        JsonNode pin = server.data("packhorse_pin_list").path("pins").get(0);
        assertThat(pin)
                .hasToString(
                        "{\"user\":\"alice\",\"date\":\"2026-11-20\",\"destid\":\"\",\"until\":\"2027-01-01\"}");
        assertThat(plan().path("remove").asInt()).isEqualTo(2);
        assertThat(server.data("packhorse_pin_list", "user=bob").path("pins").isEmpty()).isTrue();
        assertThatThrownBy(() ->
                        server.call(
                                "packhorse_pin_add",
                                "user=alice",
                                "date=2026-11-20",
                                "until=2026-11-23"))
                .hasMessageContaining("“until”");
        assertThatThrownBy(() -> server.call("packhorse_pin_add", "user=alice", "date=2020-01-01"))
                .hasMessageContaining("no restore point of “alice” on 2020-01-01");
        server.call("packhorse_pin_remove", "user=alice", "date=2026-11-20");
        assertThatThrownBy(
                        () -> server.call("packhorse_pin_remove", "user=alice", "date=2026-11-20"))
                .hasMessageContaining("no such pin");
        assertThat(plan().path("remove").asInt()).isEqualTo(3);
    }

    @Test
    void thePreviewPlaysTheDaysThrough() throws Exception {
        server.schedule =
                new ScheduleSettings(
                        true,
                        EnumSet.allOf(DayOfWeek.class),
                        Set.of(DayOfWeek.SUNDAY),
                        Set.of(),
                        LocalTime.of(23, 0),
                        ZoneId.of("UTC"),
                        Duration.ofHours(12));
        server.account("bob", "root");
        JsonNode days = server.data("packhorse_schedule_preview", "days=40").path("days");
        assertThat(days.size()).isEqualTo(40);
        assertThat(days.get(0).path("tiers"))
                .extracting(JsonNode::asString)
                .containsExactly("daily");
        assertThat(days.get(5).path("tiers"))
                .as("2026-11-29 is a Sunday")
                .extracting(JsonNode::asString)
                .containsExactly("daily", "weekly");
        assertThat(days.get(0).path("restore_points").path("local").asInt())
                .as("two of alice, one of bob")
                .isEqualTo(3);
        assertThat(days.get(39).path("restore_points").path("local").asInt())
                .as("two daily and four weekly of each")
                .isEqualTo(12);

        JsonNode alice = server.data("packhorse_schedule_preview", "days=2", "user=alice");
        assertThat(alice.path("days").get(1).path("exist"))
                .extracting(point -> point.path("date").asString())
                .containsExactly("2026-11-25", "2026-11-24");
        assertThat(server.catalog.ofAccount(new dev.packhorse.engine.model.AccountName("alice")))
                .as("nothing changed")
                .hasSize(5);
    }

    @Test
    void aPreviewOfTooMuchIsRefused() throws Exception {
        for (int i = 0; i < 260; i++) {
            server.catalog.add("u" + i, DestinationId.LOCAL, Tier.DAILY, "2026-11-20");
        }
        assertThatThrownBy(() -> server.call("packhorse_schedule_preview", "days=800"))
                .hasMessageContaining("name a “user”");
    }
}
