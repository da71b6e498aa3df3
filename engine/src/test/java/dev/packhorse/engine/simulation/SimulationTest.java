package dev.packhorse.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nights on two servers, drawn by seeds. More of them, or one again:
/// `-Dpackhorse.simulation.seeds=10000`, `-Dpackhorse.simulation.first=4711`. The bound that holds
/// on a machine of its own, 10,000 in five minutes: `-Dpackhorse.bounds=tight`.
class SimulationTest {
    private static final int STEPS = 60;
    private static final boolean TIGHT = "tight".equals(System.getProperty("packhorse.bounds"));
    private static final long FIRST = Long.getLong("packhorse.simulation.first", 1);
    private static final long SEEDS = Long.getLong("packhorse.simulation.seeds", 150);
    private static final Duration LONGEST =
            Duration.ofMinutes(5).multipliedBy(SEEDS).dividedBy(10_000);

    /// Each plays seeds of its own on a store of its own, on one thread.
    private static final int LANES = 2;

    /// A store only grows; so many seeds of a lane share one.
    private static final int SEEDS_A_STORE = 100;

    private static final long ENOUGH_MEMORY = 2L << 30;

    @TempDir private Path folder;

    /// Memory is fast enough for many seeds: what the disk adds is tested elsewhere. Containers
    /// have little of it.
    private Path fastFolder() throws Exception {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                        && Files.getFileStore(memory).getUsableSpace() >= ENOUGH_MEMORY
                ? Files.createTempDirectory(memory, "packhorse-simulation-")
                : Files.createTempDirectory(folder, "lane");
    }

    @Test
    void whateverHappensNothingIsLostDoubledOrStuck() throws Exception {
        long began = System.nanoTime();
        long pruned = 0;
        try (ExecutorService lanes = Executors.newFixedThreadPool(LANES)) {
            List<Future<Long>> all = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                long first = FIRST + lane;
                all.add(lanes.submit(() -> play(first)));
            }
            for (Future<Long> lane : all) {
                pruned += lane.get();
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.out.printf(
                "figure: %d seeds of %d steps and their end in %.1f s, %d points pruned%n",
                SEEDS, STEPS, took.toMillis() / 1e3, pruned);
        if (SEEDS > 100) {
            assertThat(pruned).as("points pruned").isGreaterThan(SEEDS);
        }
        if (TIGHT) {
            assertThat(took).isLessThan(LONGEST);
        }
    }

    /// Plays the seeds of one lane.
    ///
    /// @return how many points were pruned
    private long play(long first) throws Exception {
        long pruned = 0;
        long step = (long) SEEDS_A_STORE * LANES;
        for (long from = first; from < FIRST + SEEDS; from += step) {
            pruned += play(from, Math.min(from + step, FIRST + SEEDS));
        }
        return pruned;
    }

    private long play(long from, long end) throws Exception {
        Path place = fastFolder();
        long pruned = 0;
        try (Store store = TestStore.h2(place)) {
            for (long seed = from; seed < end; seed += LANES) {
                TestStore.empty(store);
                pruned += play(store, seed);
            }
        } finally {
            try (var files = Files.list(place)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(place);
        }
        return pruned;
    }

    private static int play(Store store, long seed) {
        try {
            return new Simulation(store, seed).run(STEPS);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "play it again with -Dtest=SimulationTest"
                            + " -Dpackhorse.simulation.seeds=1"
                            + " -Dpackhorse.simulation.first="
                            + seed,
                    e);
        }
    }
}
