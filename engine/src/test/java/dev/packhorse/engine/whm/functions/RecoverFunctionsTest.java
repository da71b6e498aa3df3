package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Which accounts a recovery brings back.
class RecoverFunctionsTest {
    @TempDir Path root;

    private TestServer server;
    private String id;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(root);
        id =
                server.data("backup_destination_add", "name=far", "type=Local", "path=/far")
                        .path("id")
                        .asString("");
    }

    private void points(Tier tier, String slot, String... users) {
        for (String user : users) {
            server.catalog.add(user, new DestinationId(id), tier, slot);
        }
    }

    private static String[] users(int count) {
        return IntStream.range(0, count).mapToObj(i -> "user" + i).toArray(String[]::new);
    }

    private JsonNode recover(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("destid=" + id));
        arguments.addAll(List.of(more));
        return server.data("packhorse_recover_start", arguments.toArray(String[]::new));
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(each -> names.add(each.path("user").asString("")));
        return names;
    }

    /// A prune that began before would decide about points that it never saw.
    @Test
    void pointsAreNotTakenUpWhileTheirPlaceIsPruned() throws Exception {
        server.data("packhorse_prune_start", "destid=" + id, "confirm=1");
        server.data("packhorse_destination_adopt", "destid=" + id);

        Lease pruning = claim().orElseThrow();
        assertThat(claim()).isEmpty();
        server.queue.finish(pruning, new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        assertThat(claim()).isPresent();
    }

    private Optional<Lease> claim() {
        Set<JobKind> both = EnumSet.of(JobKind.PRUNE, JobKind.ADOPT);
        return server.queue.claim("w", "node1", both, Duration.ofMinutes(1));
    }

    @Test
    void anAccountThatWasRemovedBeforeIsLeftOutAndTold() throws Exception {
        points(Tier.DAILY, "2026-11-20", "alice", "bob", "gone");
        points(Tier.DAILY, "2026-11-26", "alice", "bob", "carol");
        points(Tier.DAILY, "2026-11-27", "alice", "bob", "carol");
        points(Tier.DAILY, "2026-11-28", "alice", "bob", "newcomer");

        JsonNode listed = server.data("packhorse_recover_list", "destid=" + id).path("accounts");
        assertThat(names(listed)).containsExactly("alice", "bob", "carol", "gone", "newcomer");
        String reason =
                "its newest backup is of 2026-11-20, and the daily runs of 2026-11-26, 2026-11-27, 2026-11-28 left it out";
        assertThat(listed.get(3).path("gone").asString("")).isEqualTo(reason);
        assertThat(listed.get(0).path("gone").asString("x")).isEmpty();

        JsonNode started = recover();
        assertThat(names(started.path("jobs")))
                .containsExactly("alice", "bob", "newcomer", "carol");
        assertThat(names(started.path("left_out"))).containsExactly("gone");
        assertThat(started.path("left_out").get(0).path("reason").asString("")).isEqualTo(reason);
    }

    /// Nothing tells one that was removed lately from a living one whose backup failed.
    @Test
    void whoTheNewestRunLeftOutComesLast() throws Exception {
        points(Tier.DAILY, "2026-11-27", "acme", "bob");
        points(Tier.DAILY, "2026-11-28", "bob", "newacme");
        points(Tier.WEEKLY, "2026-11-22", "weekly");

        recover();

        Map<String, Integer> priorities = new TreeMap<>();
        server.queue
                .list(JobFilter.of(Set.of(JobKind.RESTORE), Set.of()))
                .forEach(job -> priorities.put(job.request().subject(), job.request().priority()));
        assertThat(priorities)
                .isEqualTo(
                        Map.of(
                                "acme", JobRequest.Priority.LAST_RESTORE,
                                "bob", JobRequest.Priority.RESTORE,
                                "newacme", JobRequest.Priority.RESTORE,
                                "weekly", JobRequest.Priority.RESTORE));
    }

    @Test
    void anAccountThatWasRemovedComesBackOnlyWhenAskedFor() throws Exception {
        points(Tier.DAILY, "2026-11-20", "alice", "gone", "older");
        runs(Tier.DAILY, 26, 28, "alice", "bob", "carol");
        assertThat(names(recover().path("left_out"))).containsExactly("gone", "older");

        assertThat(names(recover("user=gone").path("jobs"))).containsExactly("gone");
        assertThat(names(recover("all=1").path("jobs")))
                .containsExactly("alice", "bob", "carol", "gone", "older");
        assertThatThrownBy(() -> recover("user=nobody1"))
                .hasMessageContaining("no restore point of")
                .hasMessageContaining("nobody1");
    }

    /// A run on each day of November from one to another.
    private void runs(Tier tier, int first, int last, String... users) {
        IntStream.rangeClosed(first, last)
                .forEach(day -> points(tier, "2026-11-%02d".formatted(day), users));
    }

    @Test
    void anAccountWhoseBackupsFailedForSomeNightsIsNotGone() throws Exception {
        runs(Tier.DAILY, 15, 22, users(10));
        runs(Tier.DAILY, 23, 28, users(9));
        assertThat(recover().path("left_out")).as("six nights without").isEmpty();

        points(Tier.DAILY, "2026-11-29", users(9));
        assertThat(names(recover().path("left_out"))).as("seven").containsExactly("user9");
    }

    @Test
    void twoRunsShowOfNobodyThatItIsGone() throws Exception {
        points(Tier.DAILY, "2026-11-01", users(10));
        runs(Tier.DAILY, 27, 28, users(9));

        assertThat(recover().path("jobs")).hasSize(10);
    }

    @Test
    void anAccountThatIsBackedUpWeeklyAloneByNowIsNotGone() throws Exception {
        runs(Tier.DAILY, 10, 14, users(11));
        runs(Tier.DAILY, 15, 28, users(10));
        points(Tier.WEEKLY, "2026-11-15", users(11));

        assertThat(recover().path("left_out")).isEmpty();
    }

    /// The run of that day was of both, and the account belongs to one of them since.
    @Test
    void allCalendarsOfTheNewestPointCount() throws Exception {
        runs(Tier.DAILY, 10, 15, users(11));
        points(Tier.WEEKLY, "2026-11-15", users(11));
        runs(Tier.DAILY, 16, 28, users(10));
        points(Tier.WEEKLY, "2026-11-22", users(10));
        assertThat(recover().path("left_out")).isEmpty();

        points(Tier.WEEKLY, "2026-11-29", users(10));
        points(Tier.WEEKLY, "2026-12-06", users(10));
        assertThat(names(recover().path("left_out"))).containsExactly("user10");
    }

    @Test
    void anAccountThatTheNewestMonthlyRunHasIsNotGone() throws Exception {
        points(Tier.DAILY, "2026-11-01", "gone");
        points(Tier.MONTHLY, "2026-11-01", users(10));
        points(Tier.MONTHLY, "2026-11-01", "gone");
        runs(Tier.DAILY, 24, 28, users(10));
        assertThat(recover().path("left_out"))
                .as("it may belong to the monthly calendar alone by now")
                .isEmpty();
    }

    /// With one monthly date kept, as shipped, there never are three monthly runs to ask.
    @Test
    void aCalendarThatKeepsOneDateKeepsNobodyFromBeingGone() throws Exception {
        points(Tier.DAILY, "2026-10-01", "gone");
        points(Tier.MONTHLY, "2026-10-01", "gone");
        points(Tier.MONTHLY, "2026-11-01", users(10));
        runs(Tier.DAILY, 24, 28, users(10));

        JsonNode leftOut = recover().path("left_out");
        assertThat(names(leftOut)).containsExactly("gone");
        assertThat(leftOut.get(0).path("reason").asString(""))
                .isEqualTo(
                        "its newest backup is of 2026-10-01, and the daily runs of 2026-11-26, 2026-11-27, 2026-11-28 left it out");
    }

    /// One failed backup of an account that is backed up monthly alone.
    @Test
    void aCalendarThatKeepsOneDateShowsOfNobodyThatItIsGone() throws Exception {
        points(Tier.MONTHLY, "2026-10-01", "user9");
        points(Tier.MONTHLY, "2026-11-01", users(9));
        runs(Tier.DAILY, 24, 28, users(9));

        assertThat(recover().path("left_out")).isEmpty();
    }

    /// An account that was given another name last week: both have the domain.
    @Test
    void theLivingComeBackBeforeThoseThatLaterRunsLeftOut() throws Exception {
        runs(Tier.DAILY, 20, 25, "acme", "bob");
        runs(Tier.DAILY, 26, 28, "newacme", "bob");

        assertThat(names(recover().path("jobs"))).containsExactly("bob", "newacme", "acme");
    }

    @Test
    void runsThatWereCutOffShowOfNobodyThatItIsGone() throws Exception {
        runs(Tier.DAILY, 10, 17, users(100));
        runs(Tier.DAILY, 25, 28, users(5));

        assertThat(recover().path("jobs")).hasSize(100);
    }

    @Test
    void backupsByHandShowOfNobodyThatItIsGone() throws Exception {
        points(Tier.DAILY, "2026-11-10", users(20));
        points(Tier.DAILY, "2026-11-26", "user3");
        points(Tier.DAILY, "2026-11-27", "user4");
        points(Tier.DAILY, "2026-11-28", "user4", "user5");

        assertThat(recover().path("jobs")).hasSize(20);
    }
}
