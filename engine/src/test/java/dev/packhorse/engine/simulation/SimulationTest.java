package dev.packhorse.engine.simulation;

import dev.packhorse.engine.jdbc.Store;
import dev.packhorse.engine.jdbc.TestStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nights on two servers, drawn by seeds. More of them, or one again:
/// `-Dpackhorse.simulation.seeds=10000`, `-Dpackhorse.simulation.first=4711`.
class SimulationTest {
    private static final int STEPS = 60;

    @TempDir private Path folder;

    /// Memory is fast enough for many seeds: what the disk adds is tested elsewhere.
    private Path fastFolder() throws Exception {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "packhorse-simulation-")
                : folder;
    }

    @Test
    void whateverHappensNothingIsLostDoubledOrStuck() throws Exception {
        long first = Long.getLong("packhorse.simulation.first", 1);
        long seeds = Long.getLong("packhorse.simulation.seeds", 150);
        Path place = fastFolder();
        try (Store store = TestStore.h2(place)) {
            for (long seed = first; seed < first + seeds; seed++) {
                TestStore.empty(store);
                try {
                    new Simulation(store, seed).run(STEPS);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError(
                            "play it again with -Dtest=SimulationTest"
                                    + " -Dpackhorse.simulation.seeds=1"
                                    + " -Dpackhorse.simulation.first="
                                    + seed,
                            e);
                }
            }
        } finally {
            if (!place.equals(folder)) {
                try (var files = Files.list(place)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(place);
            }
        }
    }
}
