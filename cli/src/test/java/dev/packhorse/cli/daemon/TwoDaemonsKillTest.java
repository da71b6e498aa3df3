package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two daemons on one PostgreSQL, killed, stopped and woken in turn while clients of both add work:
/// every id that a client was given comes to an end, once, on the server whose account it is about;
/// the daemon that lives sees it all. Longer: `-Dpackhorse.two.rounds=50`.
class TwoDaemonsKillTest {
    private static final int ROUNDS = Integer.getInteger("packhorse.two.rounds", 3);
    private static final long SEED = 20_261_129L;
    private static final List<String> NAMES = List.of("first", "second");

    /// Two servers of one store with accounts of one name would share their jobs.
    private static final Map<String, List<String>> ACCOUNTS =
            Map.of("first", List.of("bob", "carol"), "second", List.of("dave", "gina"));

    @TempDir private Path work;

    @Test
    void whatEitherAcceptedEndsOnceWhicheverDies() throws Exception {
        Random moments = new Random(SEED);
        try (SharedStore store = SharedStore.start(work);
                Fleet fleet = new Fleet(work, store, ACCOUNTS)) {
            for (int round = 0; round < ROUNDS; round++) {
                String hit = NAMES.get(moments.nextInt(2));
                int wanted = fleet.accepted() + 4;
                try (Fleet.Clients _ = fleet.clients(SEED + round)) {
                    DaemonUnderTest.await(Fleet.TO_ANSWER, () -> fleet.accepted() >= wanted);
                    switch (round % 3) {
                        case 0 -> fleet.kill(hit);
                        case 1 -> fleet.freeze(hit, () -> {});
                        default -> store.killAndRestart();
                    }
                }
                fleet.restartIfDead(hit);
            }
            assertThat(fleet.accepted()).isGreaterThanOrEqualTo(4 * ROUNDS);
            fleet.assertEachEndedOnceAtHome("first");
            System.out.printf(
                    "figure: %d rounds, %d jobs accepted: each ended once, on its own server%n",
                    ROUNDS, fleet.accepted());
        }
    }
}
