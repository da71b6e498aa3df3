package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.whm.WhmException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RestoreStartFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        server.catalog.add("alice", DestinationId.LOCAL, Tier.DAILY, "2026-11-20");
    }

    private RestoreArguments arguments(JsonNode answer) {
        JobId id = new JobId(answer.path("job").asString());
        return JobJson.read(
                server.queue.find(id).orElseThrow().request().arguments(), RestoreArguments.class);
    }

    @Test
    void aPlanIsAJobThatChangesNothing() throws Exception {
        JsonNode answer = server.data("packhorse_restore_plan", "user=alice", "only=Homedir");

        RestoreArguments arguments = arguments(answer);
        assertThat(arguments.scope().planOnly()).isTrue();
        assertThat(arguments.restorePoint()).isEqualTo("2026-11-20");
        assertThat(arguments.only()).containsExactly("Homedir");
        assertThat(arguments.session()).isEqualTo(answer.path("session_id").asString());
    }

    @Test
    void partsAreTakenOver() throws Exception {
        RestoreArguments arguments =
                arguments(
                        server.data(
                                "packhorse_restore_start",
                                "user=alice",
                                "part=path:public_html/shop",
                                "part=mailbox:info@alice.example",
                                "into=old",
                                "merge=1"));

        assertThat(arguments.scope().planOnly()).isFalse();
        assertThat(arguments.scope().parts())
                .containsExactly("path:public_html/shop", "mailbox:info@alice.example");
        assertThat(arguments.scope().into()).isEqualTo("old");
        assertThat(arguments.scope().merge()).isTrue();
    }

    @Test
    void anArchiveOrASafetyCopyNeedsNoRestorePoint() throws Exception {
        server.account("bob", "root");
        server.account("carol", "root");

        RestoreArguments archive =
                arguments(
                        server.data(
                                "packhorse_restore_start",
                                "user=bob",
                                "archive=/home/cpmove-bob.tar.gz"));
        RestoreArguments copy =
                arguments(
                        server.data("packhorse_restore_start", "user=carol", "safety_copy=newest"));

        assertThat(archive.archivePath()).isEqualTo("/home/cpmove-bob.tar.gz");
        assertThat(copy.destination()).isEqualTo(RestoreArguments.SAFETY);
        assertThat(copy.restorePoint()).isEqualTo("newest");
    }

    /// By the time at which it is tried again another one is the newest.
    @Test
    void theNewestSafetyCopyIsTheOneThatIsItNow() throws Exception {
        server.account("carol", "root");
        Path folder = Files.createDirectories(root.resolve("state/safety/carol"));
        Files.writeString(folder.resolve("2026-11-20T010203.000Z.tar.gz"), "");
        Files.writeString(folder.resolve("2026-11-21T010203.000Z.tar.gz"), "");

        JsonNode answer =
                server.data("packhorse_restore_start", "user=carol", "safety_copy=newest");

        assertThat(answer.path("restore_point").asString()).isEqualTo("newest");
        RestoreArguments copy = arguments(answer);
        assertThat(copy.destination()).isEqualTo(RestoreArguments.SAFETY);
        assertThat(copy.restorePoint()).isEqualTo("2026-11-21T010203.000Z");
    }

    @Test
    void safetyCopiesAreListedTheNewestFirst() throws Exception {
        assertThat(server.data("packhorse_safety_copy_list", "user=alice").path("copies"))
                .isEmpty();
        Path folder = Files.createDirectories(root.resolve("state/safety/alice"));
        Files.writeString(folder.resolve("2026-11-20T010203Z.tar.gz"), "seven b");
        Files.writeString(folder.resolve("2026-11-21T010203Z.tar.gz"), "");
        Files.writeString(folder.resolve("2026-11-21T010203Z.manifest.json"), "{}");
        Files.writeString(folder.resolve(".packhorse-partial-x.tar.gz"), "");

        JsonNode copies = server.data("packhorse_safety_copy_list", "user=alice").path("copies");

        assertThat(copies).hasSize(2);
        assertThat(copies.get(0).path("name").asString()).isEqualTo("2026-11-21T010203Z");
        assertThat(copies.get(1).path("bytes").asLong()).isEqualTo(7);
    }

    @Test
    void anAccountComesBackUnderAnotherName() throws Exception {
        RestoreArguments arguments =
                arguments(
                        server.data(
                                "packhorse_restore_start", "user=alice", "as=zoe", "homes=/home2"));

        assertThat(arguments.account()).isEqualTo("zoe");
        assertThat(arguments.packedAs()).hasToString("alice");
        assertThat(arguments.as().homes()).isEqualTo("/home2");
    }

    @Test
    void anotherAccountIsRestoredOverOnlyIfThatIsSaid() throws Exception {
        server.account("bob", "root");

        assertThatThrownBy(() -> server.data("packhorse_restore_start", "user=alice", "as=bob"))
                .hasMessageContaining("set “overwrite”");
        assertThat(
                        arguments(
                                        server.data(
                                                "packhorse_restore_start",
                                                "user=alice",
                                                "as=bob",
                                                "part=path:public_html"))
                                .account())
                .isEqualTo("bob");
        server.account("carol", "root");
        assertThat(
                        arguments(
                                        server.data(
                                                "packhorse_restore_start",
                                                "user=alice",
                                                "as=carol",
                                                "overwrite=1"))
                                .packedAs())
                .hasToString("alice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "as=root",
                "as=../x",
                "homes=/srv",
                "homes=home",
                "part=path:../x",
                "part=nothing",
                "into=old",
                "merge=1",
                "archive=cpmove.tar",
                "archive=/home/../etc/x",
                "plan=nothing",
                "only=Nothing"
            })
    void whatCannotBeRestoredIsRefused(String parameter) {
        assertThatThrownBy(() -> server.data("packhorse_restore_start", "user=alice", parameter))
                .isInstanceOf(WhmException.class);
    }

    @Test
    void onlyAPlanThatEndedWellCanBeCarriedOut() throws Exception {
        String job = server.data("packhorse_restore_plan", "user=alice").path("job").asString();

        assertThatThrownBy(
                        () -> server.data("packhorse_restore_start", "user=alice", "plan=" + job))
                .hasMessageContaining("is no plan of a restore");
    }
}
