package dev.packhorse.engine.auth;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockoutKeeperTest {
    private static final LoginSource STRANGER = LoginSource.of(InetAddress.ofLiteral("192.0.2.7"));
    private static final long LIMIT_NANOS = Duration.ofSeconds(60).toNanos();

    @TempDir private Path folder;
    private final SettableClock clock = new SettableClock();
    private final List<Lockout> told = new CopyOnWriteArrayList<>();

    private LockoutKeeper open() {
        return LockoutKeeper.open(
                folder.resolve("lockouts.json"),
                LockoutRules.USUAL,
                Duration.ofMillis(1),
                clock,
                new LockoutKeeper.Watch() {
                    @Override
                    public void lockedOut(Lockout lockout) {
                        told.add(lockout);
                    }

                    @Override
                    public void lockedOut(List<Lockout> ofAMinute) {}
                });
    }

    private static void fail(LockoutKeeper keeper, int times) {
        for (int i = 0; i < times; i++) {
            keeper.guard().failed(STRANGER, "root");
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private String kept() throws IOException {
        Path file = folder.resolve("lockouts.json");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Test
    void countsAndLocksOutliveAKillASecondLater() throws Exception {
        // Never closed: as after a kill.
        LockoutKeeper killed = open();
        fail(killed, 9);
        await(() -> kept().contains("\"of_day\":9"));
        LockoutKeeper second = open();
        fail(second, 1);
        assertThat(second.guard().lockouts()).hasSize(2);
        await(() -> kept().contains("locked_until"));
        await(() -> told.size() == 2);
        clock.advance(Duration.ofMinutes(14));
        try (LockoutKeeper third = open()) {
            assertThat(third.guard().lockedFor(STRANGER, "root", true))
                    .contains(Duration.ofMinutes(1));
            assertThat(third.guard().lockouts()).extracting(Lockout::failures).containsOnly(10);
            third.guard().clearAll();
        }
        try (LockoutKeeper fourth = open()) {
            assertThat(fourth.guard().lockouts()).as("a clearing is kept, too").isEmpty();
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("lockouts.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void codesThatAreClosedStaySoAcrossARestart() throws Exception {
        try (LockoutKeeper keeper = open()) {
            for (int i = 0; i < CodeGuard.MOST; i++) {
                assertThat(keeper.guard().codes().takes("bob", _ -> false)).isFalse();
            }
            await(() -> told.size() == 1);
        }
        assertThat(told.getFirst().isOfCodes()).isTrue();
        try (LockoutKeeper keeper = open()) {
            assertThat(keeper.guard().codes().takes("bob", _ -> true)).isFalse();
            assertThat(keeper.guard().lockouts()).isEqualTo(told);
            assertThat(keeper.guard().size()).isEqualTo(1);
            assertThat(keeper.guard().clear(STRANGER.address())).isZero();
            assertThat(keeper.guard().counts()).isEqualTo(new LoginCounts(0, 0, 0, 1));
            assertThat(keeper.guard().clearAll()).isEqualTo(1);
        }
        try (LockoutKeeper keeper = open()) {
            assertThat(keeper.guard().codes().takes("bob", _ -> true)).isTrue();
        }
    }

    /// An earlier version knew nothing of codes.
    @Test
    void theFileOfAnEarlierVersionIsTakenUp() throws IOException {
        try (LockoutKeeper keeper = open()) {
            fail(keeper, 10);
        }
        String kept = kept();
        Files.writeString(folder.resolve("lockouts.json"), kept.replace(",\"codes\":[]", ""));
        assertThat(kept()).isNotEqualTo(kept);
        try (LockoutKeeper keeper = open()) {
            assertThat(keeper.guard().lockouts()).hasSize(2);
        }
    }

    @Test
    void answersAboutANameStaySlowAfterARestart() {
        try (LockoutKeeper keeper = open()) {
            fail(keeper, 3);
        }
        LoginSource other = LoginSource.of(InetAddress.ofLiteral("198.51.100.1"));
        try (LockoutKeeper keeper = open()) {
            assertThat(keeper.guard().failed(other, "root")).hasMillis(8);
            assertThat(keeper.guard().failed(other, "bob")).hasMillis(2);
        }
    }

    @Test
    void aFloodOfFailuresIsNoFloodOfWrites() throws Exception {
        try (WatchService watch = folder.getFileSystem().newWatchService()) {
            WatchKey key = folder.register(watch, ENTRY_CREATE);
            LockoutKeeper keeper = open();
            long start = System.nanoTime();
            fail(keeper, 20_000);
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            keeper.close();
            // A write makes two names: the temporary one and the file's.
            assertThat(key.pollEvents()).hasSizeLessThan(2 * ((int) seconds + 3));
            assertThat(kept()).contains("locked_until");
        }
    }

    @Test
    void aClosedKeeperLeavesTheFileToTheNext() throws IOException {
        LockoutKeeper first = open();
        fail(first, 3);
        first.close();
        String kept = kept();
        fail(first, 3);
        first.close();
        assertThat(kept()).isEqualTo(kept).contains("\"of_day\":3");
    }

    @Test
    void whatIsOverIsNotKept() throws IOException {
        try (LockoutKeeper keeper = open()) {
            fail(keeper, 3);
            clock.advance(Duration.ofDays(2));
        }
        assertThat(kept()).contains("version").doesNotContain("192.0.2.7");
    }

    @Test
    void aDamagedFileKeepsNobodyFromTheStart() throws IOException {
        for (String damage :
                List.of("", "{", "{\"version\":2}", "{\"version\":1,\"addresses\":[{}]}")) {
            Files.writeString(folder.resolve("lockouts.json"), damage);
            try (LockoutKeeper keeper = open()) {
                fail(keeper, 10);
                assertThat(keeper.guard().lockouts()).hasSize(2);
            }
        }
    }
}
