package dev.packhorse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

class FailedUploadsTest {
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

    private final Map<String, Instant> failed = new LinkedHashMap<>();
    private final Set<String> stuck = new HashSet<>();
    private final List<String> again = new ArrayList<>();

    private final class InMemory implements FailedUploads.Queue {
        @Override
        public JsonNode failed(int limit) {
            ArrayNode jobs = JsonNodeFactory.instance.arrayNode();
            failed.entrySet().stream()
                    .sorted(Map.Entry.<String, Instant>comparingByValue().reversed())
                    .limit(limit)
                    .forEach(each ->
                            jobs.addObject()
                                    .put("id", each.getKey())
                                    .put("finished", each.getValue().getEpochSecond()));
            return jobs;
        }

        @Override
        public boolean retry(String id) {
            if (!stuck.contains(id)) {
                failed.remove(id);
                again.add(id);
            }
            return !stuck.contains(id);
        }
    }

    private FailedUploads uploads(Duration since) {
        return new FailedUploads(new InMemory(), NOW.minus(since));
    }

    @Test
    void whatEndedLongAgoStays() throws Exception {
        failed.put("new", NOW.minus(Duration.ofHours(47)));
        failed.put("old", NOW.minus(Duration.ofHours(49)));
        assertThat(uploads(Duration.ofDays(2)).retry()).isEqualTo(new FailedUploads.Retried(1, 0));
        assertThat(again).containsExactly("new");
        assertThat(uploads(FailedUploads.time("3d")).retry())
                .isEqualTo(new FailedUploads.Retried(1, 0));
        assertThat(again).containsExactly("new", "old");
    }

    @Test
    void aBatchThatIsRefusedHidesNoneBehindIt() throws Exception {
        for (int i = 0; i < 2 * FailedUploads.BATCH; i++) {
            failed.put("stuck" + i, NOW);
            stuck.add("stuck" + i);
        }
        failed.put("behind", NOW.minusSeconds(60));
        assertThat(uploads(Duration.ofDays(2)).retry())
                .isEqualTo(new FailedUploads.Retried(1, 2 * FailedUploads.BATCH));
        assertThat(again).containsExactly("behind");
    }

    @Test
    void whatIsNoTimeIsTold() {
        assertThatThrownBy(() -> FailedUploads.time("yesterday"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--since is “yesterday”");
    }

    @Test
    void noOtherKindRunsAgainWithAllOthers() {
        StringWriter err = new StringWriter();
        CommandLine line = Packhorse.commandLine();
        line.setErr(new PrintWriter(err));
        assertThat(line.execute("queue", "retry", "--kind", "restore", "--all"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--kind upload");
    }
}
