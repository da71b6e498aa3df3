package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ModuleProgress;
import dev.packhorse.engine.component.QuietLog;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A restore of a home that is killed, and fails for good in a later try: what all tries made is
/// taken away. The killed tries are processes of their own. Needs root, for files of others.
class KilledHomeTest {
    private static final int FILES = 60;
    private static final int MANY = 5_000;
    private static final int KILLED = 137;
    private static final int ROUNDS = 6;
    private static final Random RANDOM = new Random(11);

    @TempDir Path folder;

    private HomeServer server;
    private Path archive;
    private Path kept;

    @BeforeEach
    void pack() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new HomeServer(folder);
        archive = folder.resolve("cpmove-demo.tar");
        kept = Files.createDirectories(folder.resolve("kept"));
        server.asAccount(home -> {
            OddHome.write(home);
            for (int i = 0; i < FILES; i++) {
                try (Directory part =
                        i % 10 == 0
                                ? home.makeDirectory(ByteName.of("part" + i / 10), 0750)
                                : home.open(ByteName.of("part" + i / 10))) {
                    OddHome.file(part, ByteName.of("file" + i), 0644, "content " + i + "\n");
                    part.setTimes(ByteName.of("file" + i), 1_500_000_000L + i, 7);
                }
            }
        });
        server.pack(archive);
        server.wipe();
        server.asAccount(home -> {
            OddHome.file(home, ByteName.of("own.txt"), 0644, "own\n");
            try (Directory part = home.makeDirectory(ByteName.of("part2"), 0755)) {
                OddHome.file(part, ByteName.of("file25"), 0644, "was here before\n");
                OddHome.file(part, ByteName.of("other"), 0644, "was here before\n");
            }
        });
    }

    private Process start(int keeps, int visits) throws IOException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledRestore.class.getName(),
                        folder.toString(),
                        archive.toString(),
                        kept.toString(),
                        Integer.toString(keeps),
                        Integer.toString(visits));
        Files.deleteIfExists(kept.resolve("count"));
        return new ProcessBuilder(command).inheritIO().start();
    }

    /// A try in a process that is gone behind some members.
    ///
    /// @param keeps how many states are kept of them
    private void kill(int keeps, int visits) throws Exception {
        assertThat(start(keeps, visits).waitFor()).isEqualTo(KILLED);
    }

    /// A try whose state cannot be kept any more behind some members.
    private record Failing(ModuleProgress all, int visits, AtomicInteger count)
            implements ModuleProgress {
        @Override
        public Optional<String> before() {
            return all.before();
        }

        @Override
        public void reached(String state) throws IOException {
            if (count.incrementAndGet() == visits) {
                throw new IOException("the state cannot be kept");
            }
        }

        @Override
        public Optional<Path> folder() throws IOException {
            return all.folder();
        }

        @Override
        public boolean goesOnLater() {
            return false;
        }
    }

    private void fail(int visits) {
        assertThatThrownBy(() -> restore(new Failing(whole(), visits, new AtomicInteger())))
                .hasMessageContaining("the state cannot be kept");
    }

    private ModuleProgress whole() {
        return new KilledRestore.Kept(kept, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    private void restore(ModuleProgress progress) throws IOException, ComponentException {
        server.restore(
                archive,
                ArchiveTrust.PROVEN,
                new HomedirComponent(FileClock::now, Duration.ZERO),
                progress);
    }

    /// What is in the home, without times and modes of folders and the file that is replaced.
    private List<String> home() throws IOException {
        return TreeDigest.lines(server.home).stream()
                .filter(line -> !line.startsWith("part2/file25 "))
                .map(line -> line.contains(" DIRECTORY ") ? line.split(" ", -1)[0] : line)
                .toList();
    }

    private Path journal() {
        return kept.resolve("home/made");
    }

    @Test
    void whatKilledTriesMadeGoesWhenALaterOneFails() throws Exception {
        List<String> before = home();
        for (int round = 0; round < ROUNDS; round++) {
            Files.deleteIfExists(kept.resolve("state"));
            int first = 5 + RANDOM.nextInt(60);
            kill(RANDOM.nextInt(first), first);
            assertThat(home()).hasSizeGreaterThan(before.size());
            if (round % 2 == 1) {
                int second = 2 + RANDOM.nextInt(10);
                kill(RANDOM.nextInt(second), second);
            }

            fail(1 + RANDOM.nextInt(10));

            assertThat(home()).as("round %s", round).isEqualTo(before);
            assertThat(journal()).doesNotExist();
        }
    }

    @Test
    void whatSomebodyChangedSinceStays() throws Exception {
        kill(20, 65);
        assertThat(server.home.resolve("part1/file15")).hasContent("content 15");
        Files.writeString(
                server.home.resolve("part1/file15"), "mine now\n", StandardOpenOption.APPEND);
        server.asAccount(home -> {
            try (Directory part = home.open(ByteName.of("part1"))) {
                ByteName other = ByteName.of("other");
                OddHome.file(part, other, 0644, "content 16\n");
                part.setTimes(other, 1_500_000_016L, 7);
                part.rename(other, part, ByteName.of("file16"));
            }
        });

        HomeLeftovers.takeAway(
                server.services, server.account.name(), kept.resolve("home"), QuietLog.LOG);

        assertThat(server.home.resolve("part1/file15")).content().endsWith("mine now\n");
        assertThat(server.home.resolve("part1/file16"))
                .as("looks the same, but is another file")
                .exists();
        assertThat(server.home.resolve("part1/file14")).doesNotExist();
        assertThat(server.home.resolve("part0")).doesNotExist();
        assertThat(server.home.resolve("part2/other")).hasContent("was here before");
    }

    /// The end of the journal is what a power cut left of it.
    @Test
    void aTornJournalIsReadAsFarAsItIsSound() throws Exception {
        List<String> before = home();
        for (byte[] torn :
                List.of(
                        new byte[4_096],
                        "torn".getBytes(StandardCharsets.US_ASCII),
                        new byte[] {0, 0, 0, 50, 1, 2, 3})) {
            Files.deleteIfExists(kept.resolve("state"));
            kill(50, 50);
            Files.write(journal(), torn, StandardOpenOption.APPEND);

            fail(3);

            assertThat(home()).isEqualTo(before);
        }
    }

    @Test
    void aTryThatComesToItsEndLeavesAll() throws Exception {
        kill(30, 40);
        restore(whole());

        assertThat(server.home.resolve("part5/file59")).hasContent("content 59");
        assertThat(server.home.resolve("public_html/again.txt")).hasContent("hello");
        assertThat(journal()).as("until it is known that the home is done").isNotEmptyFile();
    }

    /// In the middle of whatever it does.
    @Test
    void noKillLeavesAnythingThatIsNotKnown() throws Exception {
        server.asAccount(home -> {
            try (Directory many = home.makeDirectory(ByteName.of("many"), 0755)) {
                for (int i = 0; i < MANY; i++) {
                    OddHome.file(many, ByteName.of("file" + i), 0644, "content " + i + "\n");
                }
            }
        });
        Files.delete(archive);
        server.pack(archive);
        server.wipe();
        List<String> before = home();
        int killed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Process process = start(0, 0);
            int most = RANDOM.nextInt(MANY);
            while (process.isAlive() && entries() < most) {
                Thread.onSpinWait();
            }
            process.toHandle().destroyForcibly();
            killed += process.waitFor() == KILLED ? 1 : 0;

            HomeLeftovers.takeAway(
                    server.services, server.account.name(), kept.resolve("home"), QuietLog.LOG);

            assertThat(home()).as("round %s, killed at %s", round, most).isEqualTo(before);
        }
        assertThat(killed).isPositive();
    }

    private int entries() {
        String[] names = server.home.resolve("many").toFile().list();
        return names == null ? 0 : names.length;
    }
}
