package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// A daemon with seven sorts of destinations works for a long time behind networks that break, hang
/// and crawl, under clients that ask, cancel and remove. Once it has warmed up it must hold the
/// same after any time: heap, memory beside it, descriptors, threads, children, rows. When the
/// networks are well again everything ends, and every archive is whole wherever it is.
///
/// It takes minutes, most of them waiting for what hangs, so it runs only when it is told for how
/// long: `-Dpackhorse.soak.minutes=N`, as `make prove` does.
@EnabledIfSystemProperty(named = "packhorse.soak.minutes", matches = "[1-9][0-9]*")
class SoakTest {
    private static final long SEED = Long.getLong("packhorse.soak.seed", 20_261_130L);
    private static final Duration WARM_UP = Duration.ofSeconds(12);
    private static final Duration LIMIT = Duration.ofMinutes(12);
    private static final Duration TO_SETTLE = Duration.ofMinutes(3);
    private static final int CLIENTS = 3;
    private static final int MOST_JOBS = 300;
    private static final String HEAP = "128m";

    /// As much as the store's cache of pages takes of such a heap, which fills by and by.
    private static final long MORE_HEAP = 8 << 20;

    private static final long MORE_DIRECT = 1 << 20;
    private static final int MORE_DESCRIPTORS = 8;
    private static final int MORE_THREADS = 4;

    @TempDir private Path work;

    private final Random chance = new Random(SEED);
    private final AtomicLong answers = new AtomicLong();
    private final List<SoakPlace> places = new ArrayList<>();
    private int rounds;

    @Test
    void whatTheDaemonHoldsStaysAndNothingIsLeft() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        DemoServer.write(server(), 20);
        try (SlowScript script = SlowScript.write()) {
            script.hurry();
            openPlaces(script);
            Map<String, SoakPlace> there = new TreeMap<>();
            int whole;
            try (DaemonUnderTest daemon = start()) {
                for (SoakPlace place : places) {
                    there.put(place.addTo(daemon), place);
                }
                whole = soak(daemon, List.copyOf(there.keySet()));
                assertThat(daemon.stop()).as("exit code of a stop in order").isZero();
            }
            SoakRemains remains = new SoakRemains(work);
            assertThat(remains.assertArchivesAreWhole(there)).isEqualTo(whole);
            remains.assertNothingIsUnderWay();
            System.out.println("figure: " + remains.assertStoreIsTidy(MOST_JOBS));
            try (DaemonUnderTest again = start()) {
                int kept = remains.assertOnlyDownloadsOfPlansStay(TO_SETTLE);
                System.out.printf("figure: %d downloads of plans are kept for a day%n", kept);
                assertThat(again.stop()).as("exit code of the second stop").isZero();
            }
        } finally {
            places.forEach(SoakPlace::close);
        }
    }

    private Path server() {
        return work.resolve("server");
    }

    private void openPlaces(SlowScript script) throws IOException {
        places.add(SoakPlace.local());
        places.add(SoakPlace.custom(script));
        places.add(SoakPlace.sftp());
        places.add(SoakPlace.rsync());
        places.add(SoakPlace.ftp());
        places.add(SoakPlace.webdav());
        places.add(SoakPlace.s3("soak-" + UUID.randomUUID()));
    }

    private DaemonUnderTest start() throws IOException {
        return DaemonUnderTest.start(
                work,
                HEAP,
                List.of("-XX:NativeMemoryTracking=summary"),
                "workers.upload=8",
                "workers.restore=3",
                "verify.destinations=on");
    }

    /// @return how many archives are stored and whole at the end
    private int soak(DaemonUnderTest daemon, List<String> ids) throws Exception {
        daemon.call(
                "backup_config_set",
                new Parameters().add("backup_daily_retention", "2").add("force_prune_daily", "1"));
        SoakWork tasks = new SoakWork(daemon, new SoakAccounts(server()), ids, chance);
        tasks.packAll(LIMIT);
        chaos(daemon, tasks, warmUp());
        Footprint before = Footprint.of(daemon.pid());
        chaos(daemon, tasks, length());
        Footprint after = assertHoldsNoMoreThan(before, daemon);
        int whole = tasks.verifyAll(LIMIT);
        tasks.assertAllEnded();
        System.out.printf(
                "figure: %d rounds, %d answers, %d archives whole at %d places%n",
                rounds, answers.get(), whole, places.size() + 1);
        System.out.printf("figure: warm: %s; at the end: %s%n", before, after);
        System.out.println("ended: " + tasks.ended());
        return whole;
    }

    private static Duration length() {
        return Duration.ofMinutes(Integer.getInteger("packhorse.soak.minutes"));
    }

    private static Duration warmUp() {
        Duration part = length().dividedBy(10);
        return part.compareTo(WARM_UP) > 0 ? part : WARM_UP;
    }

    /// Rounds of work with faults, then an end of the faults and of the work.
    private void chaos(DaemonUnderTest daemon, SoakWork tasks, Duration length) throws Exception {
        long end = System.nanoTime() + length.toNanos();
        try (SoakClients _ =
                SoakClients.start(daemon, SoakAccounts.NAMES, CLIENTS, SEED + rounds, answers)) {
            do {
                places.forEach(place -> place.breakBy(chance));
                tasks.round();
                if (rounds % 4 == 0) {
                    tasks.passNights();
                }
                rounds++;
            } while (System.nanoTime() < end);
            places.forEach(SoakPlace::calm);
            tasks.drain(LIMIT);
        }
        tasks.packAll(LIMIT);
        tasks.removeEndedJobs();
    }

    /// What is idle may need a while to go.
    private static Footprint assertHoldsNoMoreThan(Footprint before, DaemonUnderTest daemon)
            throws IOException {
        Footprint[] now = {Footprint.of(daemon.pid())};
        long end = System.nanoTime() + TO_SETTLE.toNanos();
        while (excess(before, now[0]).isPresent() && System.nanoTime() < end) {
            now[0] = Footprint.of(daemon.pid());
        }
        assertThat(excess(before, now[0])).as("what piled up").isEmpty();
        return now[0];
    }

    /// What one holds more than the other, beyond what comes and goes.
    private static Optional<String> excess(Footprint before, Footprint now) {
        List<String> found = new ArrayList<>();
        if (now.heap() > before.heap() + MORE_HEAP) {
            found.add("heap:\n%s\nbefore:\n%s".formatted(now.classes(), before.classes()));
        }
        if (now.direct() > before.direct() + MORE_DIRECT) {
            found.add(
                    "memory beside the heap: %d before, %d now"
                            .formatted(before.direct(), now.direct()));
        }
        if (now.descriptors().size() > before.descriptors().size() + MORE_DESCRIPTORS) {
            found.add("descriptors: " + without(now.descriptors(), before.descriptors()));
        }
        if (now.threads().size() > before.threads().size() + MORE_THREADS) {
            found.add("threads: " + without(now.threads(), before.threads()));
        }
        if (!now.children().isEmpty()) {
            found.add("children: " + now.children());
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", found));
    }

    private static List<String> without(List<String> all, List<String> some) {
        List<String> left = new ArrayList<>(all);
        some.forEach(left::remove);
        return left;
    }
}
