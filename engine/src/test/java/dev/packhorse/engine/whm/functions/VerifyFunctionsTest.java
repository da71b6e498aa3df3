package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.job.DrillArguments;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.VerifyArguments;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class VerifyFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        server.catalog.add("alice", DestinationId.LOCAL, Tier.DAILY, "2026-11-24");
    }

    private JobRequest request(String id) {
        return server.queue.find(new JobId(id)).map(Job::request).orElseThrow();
    }

    @Test
    void thePlanTellsAgesAndWhatIsNext() throws Exception {
        JsonNode local = server.data("packhorse_verify_plan").path("destinations").get(0);
        assertThat(local.path("destid").asString()).isEqualTo("local");
        assertThat(local.path("daily").asInt()).isOne();
        assertThat(local.path("copies").asInt()).isOne();
        assertThat(local.path("bytes").asLong()).isEqualTo(4_096);
        assertThat(local.at("/next/0/archive").asString())
                .isEqualTo("2026-11-24/accounts/alice.tar.gz");
        assertThat(local.at("/next/0/verdict").asString()).isEqualTo("stored");
        assertThat(local.path("damaged")).isEmpty();
    }

    @Test
    void aVerificationIsAJobForEachPlace() throws Exception {
        JsonNode jobs =
                server.data("packhorse_verify_start", "user=alice", "restore_point=2026-11-24")
                        .path("jobs");
        assertThat(jobs.get(0).path("destid").asString()).isEqualTo("local");
        VerifyArguments arguments =
                JobJson.read(
                        request(jobs.get(0).path("job").asString()).arguments(),
                        VerifyArguments.class);
        assertThat(arguments.account()).isEqualTo("alice");
        assertThat(arguments.date()).isEqualTo("2026-11-24");
        assertThat(arguments.everything()).isFalse();
        assertThat(arguments.session()).startsWith("verify");
    }

    @Test
    void whatCannotBeIsRefusedWithTheParameter() {
        assertThatThrownBy(() -> server.call("packhorse_verify_start", "restore_point=2026-11-24"))
                .hasMessageContaining("“restore_point” needs the “user”");
        assertThatThrownBy(() -> server.call("packhorse_verify_start", "user=alice", "all=1"))
                .hasMessageContaining("“user” or “all”");
        assertThatThrownBy(() ->
                        server.call(
                                "packhorse_verify_start", "user=alice", "restore_point=2020-01-01"))
                .hasMessageContaining("no stored archive of “alice” of 2020-01-01");
        assertThatThrownBy(() -> server.call("packhorse_verify_plan", "destid=nowhere"))
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> server.call("packhorse_drill_start", "user=bob"))
                .hasMessageContaining("no good backup of “bob”");
    }

    @Test
    void drillsAreAskedForAndListed() throws Exception {
        String job = server.data("packhorse_drill_start", "user=alice").path("job").asString();
        assertThat(JobJson.read(request(job).arguments(), DrillArguments.class).account())
                .isEqualTo("alice");
        JsonNode drill = server.data("packhorse_drill_list").path("drills").get(0);
        assertThat(drill.path("user").asString()).isEqualTo("alice");
        assertThat(drill.path("compared").asString()).contains("4 entries");
        assertThat(drill.has("proven")).isTrue();
        assertThat(drill.path("modules").get(0).toString())
                .isEqualTo("{\"module\":\"ZoneFile\",\"members\":3,\"counts\":{\"zones\":3}}");
    }
}
