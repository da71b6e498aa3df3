package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

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

/// Kills the real daemon with SIGKILL at seeded moments while clients add work, and holds it to its
/// word: every id that a client was given is there after the restart, every job comes to one end,
/// none stands still for longer than two leases after a kill, and no half file has a final name.
/// Longer: `-Dpackhorse.kills=1000`; the bound that holds on a machine of its own:
/// `-Dpackhorse.bounds=tight`.
class DaemonKillTest {
    private static final int KILLS = Integer.getInteger("packhorse.kills", 100);
    private static final boolean TIGHT = "tight".equals(System.getProperty("packhorse.bounds"));
    private static final Duration LONGEST_STILL =
            TIGHT ? Duration.ofSeconds(6) : Duration.ofSeconds(60);

    /// Servers that are killed at the same time: a start is mostly waiting.
    private static final int SERVERS = 3;

    private static final long SEED = 20_261_124L;

    @TempDir private Path work;

    @Test
    void nothingAcknowledgedIsLostHoweverOftenItIsKilled() throws Exception {
        List<String> options = QuickStart.options(Files.createDirectory(work.resolve("cache")));
        long began = System.nanoTime();
        List<Future<KilledServer.Counts>> servers = new ArrayList<>();
        KilledServer.Counts all = new KilledServer.Counts(0, 0, 0, Duration.ZERO);
        try (ExecutorService threads = Executors.newFixedThreadPool(SERVERS)) {
            for (int i = 0; i < SERVERS; i++) {
                Path folder = Files.createDirectory(work.resolve("server-" + i));
                KilledServer server = new KilledServer(folder, options, SEED + 1_000_003L * i);
                int kills = (KILLS + i) / SERVERS;
                servers.add(threads.submit(() -> server.kill(kills)));
            }
            for (Future<KilledServer.Counts> server : servers) {
                all = all.plus(server.get());
            }
        }
        double minutes = (System.nanoTime() - began) / 6e10;
        System.out.printf(
                "figure: %d kills (%.0f a minute), %d answers about %d jobs: each there, each ended"
                        + " once, none stood still for longer than %.1f s%n",
                all.kills(),
                all.kills() / minutes,
                all.answers(),
                all.jobs(),
                all.longest().toMillis() / 1e3);
        assertThat(all.kills()).isEqualTo(KILLS);
        assertThat(all.longest())
                .as("time that a job stood still after a kill, while a daemon ran")
                .isLessThanOrEqualTo(LONGEST_STILL);
    }
}
