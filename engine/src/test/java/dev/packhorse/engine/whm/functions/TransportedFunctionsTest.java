package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.UploadArguments;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.Lease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TransportedFunctionsTest {
    @TempDir Path root;
    private TestServer server;
    private String id = "";

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("anna", "root");
        server.account("bert", "root");
        id =
                server.data("backup_destination_add", "name=Disk", "type=Local", "path=/backup2")
                        .path("id")
                        .asString();
    }

    @Test
    void datesAreListedByDestinationAndUser() throws Exception {
        server.catalog.add("anna", DestinationId.LOCAL, Tier.DAILY, "2026-03-01");
        server.catalog.add("anna", new DestinationId(id), Tier.DAILY, "2026-03-03");
        server.catalog.add("anna", new DestinationId(id), Tier.DAILY, "2026-03-02");
        server.catalog.add("bert", new DestinationId(id), Tier.DAILY, "2026-03-02");
        server.catalog.add("anna", DestinationId.random(), Tier.DAILY, "2026-03-04");

        String all =
                "{\""
                        + id
                        + "\":{\"anna\":[\"2026-03-02T00:00:00.000Z\","
                        + "\"2026-03-03T00:00:00.000Z\"],\"bert\":[\"2026-03-02T00:00:00.000Z\"]}}";
        assertThat(server.data("backup_list_transported").path("remote_backups").toString())
                .isEqualTo(all);
        assertThat(
                        server.data("backup_list_transported", "transport=" + id)
                                .path("remote_backups")
                                .toString())
                .isEqualTo(all);
        assertThatThrownBy(() -> server.call("backup_list_transported", "transport=nothere"))
                .hasMessageContaining("nothere");
        assertThatThrownBy(() -> server.call("backup_list_transported", "transport=local"))
                .hasMessageContaining("local");
    }

    private void upload(String account, String destination) {
        UploadArguments upload =
                new UploadArguments(
                        account, destination, Tier.DAILY, "2026-03-02", "a/b.tar.gz", 1, "0");
        server.queue.enqueue(JobRequest.of(JobKind.UPLOAD, account, "root", JobJson.write(upload)));
    }

    private Lease claim() {
        return server.queue
                .claim("w", "node1", Set.of(JobKind.UPLOAD), Duration.ofMinutes(1))
                .orElseThrow();
    }

    private JsonNode list(String... arguments) throws Exception {
        return server.data("backup_get_transport_status", arguments).path("transport_status");
    }

    @Test
    void uploadsAreListedWithTheirStateAndReason() throws Exception {
        upload("anna", id);
        server.queue.finish(claim(), new JobOutcome.Succeeded("{}"), FollowUp.NONE);
        upload("bert", id);
        server.queue.finish(claim(), new JobOutcome.Failed("{}", "it is full"), FollowUp.NONE);
        upload("bert", DestinationId.random().value());
        claim();
        upload("anna", id);

        assertThat(list()).hasSize(4);
        assertThat(server.data("backup_get_transport_status").path("pages").asInt()).isEqualTo(1);
        for (String state : new String[] {"completed", "failed", "pending", "running"}) {
            assertThat(list("state=" + state))
                    .singleElement()
                    .satisfies(each -> assertThat(each.path("status").asString()).isEqualTo(state));
        }
        JsonNode failed = list("state=failed").get(0);
        assertThat(failed.path("user").asString()).isEqualTo("bert");
        assertThat(failed.path("transport").asString()).isEqualTo("Disk");
        assertThat(failed.path("date").asString()).isEqualTo("2026-03-02T00:00:00.000Z");
        assertThat(failed.path("start_timestamp").asString()).matches("2026-11-24T12:00:00\\.000Z");
        assertThat(failed.path("end_timestamp").asString()).matches("2026-11-24T12:00:00\\.000Z");
        assertThat(failed.path("reason").asString()).isEqualTo("it is full");
        assertThat(list("transport_id=" + id)).hasSize(3);
        assertThat(list("transport_name=disk")).hasSize(3);
        assertThat(list("state=pending").get(0).path("end_timestamp").asString()).isEmpty();
    }

    @Test
    void aPageHoldsAThousand() throws Exception {
        assertThat(server.data("backup_get_transport_status").path("pages").asInt()).isZero();
        for (int i = 0; i < 1_001; i++) {
            upload(i == 1_000 ? "bert" : "anna", id);
        }
        assertThat(server.data("backup_get_transport_status").path("pages").asInt()).isEqualTo(2);
        assertThat(list()).hasSize(1_000);
        assertThat(list("page=2")).hasSize(1);
        assertThat(list("page=3")).isEmpty();
        long users =
                StreamSupport.stream(list().spliterator(), false)
                        .map(each -> each.path("user").asString())
                        .distinct()
                        .count();
        assertThat(users + list("page=2").size()).isEqualTo(2);
    }
}
