package dev.packhorse.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was acknowledged is there after the process was killed in the middle of its work.
class CrashDurabilityTest {
    private static final int ROUNDS = Integer.getInteger("packhorse.crashRounds", 10);
    private static final long SEED = 20261124;

    @TempDir Path folder;

    @Test
    void acknowledgedJobsOutliveSigkill() throws Exception {
        Random random = new Random(SEED);
        Set<JobId> acknowledged = new LinkedHashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(writeAndKill(1 + random.nextInt(60)));
            try (Store store = TestStore.h2(folder)) {
                JdbcJobQueue queue =
                        new JdbcJobQueue(store, SettableClock.somewhere(), WorkListener.none());
                for (JobId id : acknowledged) {
                    assertThat(queue.find(id)).as("round %s, seed %s", round, SEED).isPresent();
                    assertThat(queue.events(id)).hasSize(1);
                }
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
        System.out.printf(
                "figure: %d kills, %d acknowledged jobs, none lost%n", ROUNDS, acknowledged.size());
    }

    /// @return the ids that the child printed, those after the kill among them
    private Set<JobId> writeAndKill(int ids) throws Exception {
        Set<JobId> acknowledged = new LinkedHashSet<>();
        Process child = ChildStore.start(folder, "write");
        try (BufferedReader lines = child.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("open");
            String line = lines.readLine();
            while (line != null) {
                // The kill may have cut the last line short.
                if (line.length() == 15) {
                    acknowledged.add(new JobId(line));
                }
                if (acknowledged.size() == ids) {
                    // The handle's way leaves the child's output to be read.
                    child.toHandle().destroyForcibly();
                }
                line = lines.readLine();
            }
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        return acknowledged;
    }
}
