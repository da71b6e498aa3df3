package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A test with a [PruneServer] and what it asks of it.
abstract class PruneCase {
    @TempDir Path folder;
    PruneServer server;

    @BeforeEach
    void open() throws Exception {
        server = new PruneServer(folder);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    static PruneResult succeeded(JobHandler.Ended ended) {
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Succeeded.class);
        return JobJson.read(((JobOutcome.Succeeded) ended.outcome()).result(), PruneResult.class);
    }

    static String stopped(JobHandler.Ended ended) {
        assertThat(ended.outcome()).isInstanceOf(JobOutcome.Failed.class);
        return ((JobOutcome.Failed) ended.outcome()).reason();
    }

    List<RestorePoint> left() {
        return server.catalog.ofAccount(new AccountName("alice"));
    }

    /// The newest three of these are all that is left, in the catalog and as objects.
    void assertThreeLeft(List<RestorePoint> points) throws IOException {
        assertThat(left()).containsExactlyElementsOf(points.subList(0, 3));
        assertThat(server.catalog.deleting()).isEmpty();
        for (int i = 0; i < points.size(); i++) {
            assertThat(server.exists(points.get(i))).as("%s", points.get(i)).isEqualTo(i < 3);
        }
    }

    void assertNothingGone(List<RestorePoint> points) throws IOException {
        assertThat(left()).containsExactlyElementsOf(points);
        assertThat(server.catalog.deleting()).isEmpty();
        for (RestorePoint point : points) {
            assertThat(server.exists(point)).isTrue();
        }
    }
}
