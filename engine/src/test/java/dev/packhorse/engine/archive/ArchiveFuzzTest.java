package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes an archive has, the judge takes it or refuses it as [ArchiveException]; it takes
/// no more time or memory than its input is worth, leaves nothing behind, and what it took can be
/// read. Runs a fixed number of seeded inputs; `-Dpackhorse.fuzz.seconds=600` runs new ones for so
/// long. What such a run found is kept as a file in `src/test/resources/fuzz/archive` and tried
/// each time.
class ArchiveFuzzTest {
    private static final int INPUTS = 800;
    private static final Duration SLOWEST = Duration.ofSeconds(5);

    /// An input may make an extended header and a sparse map at their limits, no more.
    private static final long MOST_BYTES = 96L << 20;

    private static final ArchiveLimits LIMITS = ArchiveLimits.DEFAULTS.withEntries(10_000);

    private static final List<ArchiveTrust> TRUSTS =
            List.of(ArchiveTrust.PROVEN, ArchiveTrust.VOUCHED, ArchiveTrust.RESTRICTED);

    @TempDir Path folder;
    private Path file;
    private Path members;
    private List<byte[]> seeds = List.of();

    @BeforeEach
    void makeSeeds() throws IOException {
        file = folder.resolve("archive");
        members = Files.createDirectory(folder.resolve("members"));
        List<byte[]> made = new ArrayList<>();
        for (long seed = 0; seed < 4; seed++) {
            Path packed = folder.resolve("seed");
            ArchiveBuilding.pack(packed, new Packing.Plain(), RandomTree.of(5_000 + seed));
            made.add(Files.readAllBytes(packed));
            Files.delete(packed);
        }
        byte[] home = new TarBuilder().folder("./").file("./a", "abc").link("b", '1', "a").end();
        made.add(
                new TarBuilder()
                        .folder("cpmove-demo/")
                        .file("cpmove-demo/cp/demo", "USER=demo\n")
                        .raw("cpmove-demo/homedir.tar", '0', "", home.length, home, h -> {})
                        .end());
        made.add(
                TarBuilder.demo()
                        .gnuLong(
                                'L',
                                ("cpmove-demo/homedir/" + "n".repeat(200) + "\0")
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .file("x", "long")
                        .pax(
                                'x',
                                "path",
                                "cpmove-demo/homedir/p",
                                "mtime",
                                "1.5",
                                "SCHILY.xattr.user.a",
                                "1",
                                "SCHILY.acl.access",
                                "user::rw-,user:1:r--,group::r--,mask::r--,other::r--",
                                "LIBARCHIVE.xattr.user.b",
                                "AP8K")
                        .file("x", "pax")
                        .pax('g', "comment", "x")
                        .link("cpmove-demo/homedir/l", '2', "p")
                        .end());
        seeds = made;
    }

    @Test
    void everyInputIsTakenOrRefused() throws Exception {
        long extra = Long.getLong("packhorse.fuzz.seconds", 0);
        long end = System.nanoTime() + Duration.ofSeconds(extra).toNanos();
        long start = extra == 0 ? 0 : new Random().nextLong() >>> 1;
        int taken = 0;
        long count = 0;
        while (count < INPUTS || (extra > 0 && System.nanoTime() < end)) {
            if (judge("seed " + (start + count), input(start + count))) {
                taken++;
            }
            count++;
        }
        assertThat(taken).as("inputs that reached the end").isBetween(1, (int) count - 1);
        System.out.printf(
                "figure: %d hostile inputs, %d read to the end, the others refused%n",
                count, taken);
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void whatIsKeptStaysSolved(Path kept) throws Exception {
        judge(kept.toString(), Files.readAllBytes(kept));
    }

    static List<Path> corpus() throws Exception {
        URL folder = Objects.requireNonNull(ArchiveFuzzTest.class.getResource("/fuzz/archive"));
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList();
        }
    }

    private byte[] input(long seed) {
        Random random = new Random(seed);
        byte[] tar = new Mutator(seed).mutate(seeds.get(random.nextInt(seeds.size())));
        if (random.nextInt(4) > 0) {
            return tar;
        }
        byte[] gzip = TarBuilder.gzip(tar);
        if (random.nextBoolean()) {
            gzip[random.nextInt(gzip.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return gzip;
    }

    /// Whether it was taken.
    private boolean judge(String what, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        ArchiveTrust trust = TRUSTS.get(bytes.length % TRUSTS.size());
        long before = allocated();
        long start = System.nanoTime();
        boolean taken = false;
        try (JudgedArchive archive =
                new ArchiveJudge(LIMITS, trust).judge(file, members, Cancellation.never())) {
            taken = true;
            archive.forEach(BytePath.of("homedir"), (_, content) -> drain(content));
            for (String name : archive.names("cp")) {
                archive.text("cp/" + name);
            }
        } catch (ArchiveException e) {
            assertThat(taken).as("%s: judged, then refused: %s", what, e.getMessage()).isFalse();
            assertThat(e.getMessage()).as(what).isNotBlank();
            assertThat(members).as(what).isEmptyDirectory();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(what + ": " + e, e);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(SLOWEST);
        assertThat(allocated() - before).as(what).isLessThan(MOST_BYTES);
        empty();
        return taken;
    }

    private void empty() throws IOException {
        try (Directory directory = Directory.openTrusted(members)) {
            for (ByteName name : directory.list()) {
                directory.removeTree(name);
            }
        }
    }

    private static void drain(InputStream content) throws IOException {
        byte[] block = new byte[8_192];
        while (content.read(block) >= 0) {
            // until the end
        }
    }

    /// Bytes that this thread has ever asked for.
    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
