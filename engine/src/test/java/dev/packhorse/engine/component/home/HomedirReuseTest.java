package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.CpmoveWriter;
import dev.packhorse.engine.archive.EarlierArchive;
import dev.packhorse.engine.archive.PackAids;
import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.gzip.DeflateBackend;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Packs a home that changes from round to round, once anew and once with what the archive before
/// holds: both must be the same, byte for byte, and restore to the home as it is.
class HomedirReuseTest {

    @TempDir private Path folder;

    private Packing packing = packing(false);
    private @Nullable PackReport report;

    /// Every change of these tests shows in the times, since a file is never written to twice.
    private Supplier<FileClock> clock = () -> new FileClock(Long.MAX_VALUE);

    private static Packing packing(boolean single) {
        return new Packing.Gzip(new GzipSettings(2, 1, DeflateBackend.JDK, single));
    }

    @ParameterizedTest
    @CsvSource({"false, 50", "true, 15"})
    void anArchiveThatTakesOverIsTheOneThatReadsEverything(boolean single, int rounds)
            throws Exception {
        packing = packing(single);
        HomeServer server = new HomeServer(Files.createDirectory(folder.resolve("packed")));
        HomeServer restored = new HomeServer(Files.createDirectory(folder.resolve("restored")));
        ChangingHome changes = new ChangingHome(single ? 20_261_201 : 20_261_125);
        server.asAccount(home -> changes.grow(home, 150));
        Path earlier = folder.resolve("archive-0");
        pack(server, earlier, Optional.empty());
        long taken = 0;
        for (int round = 1; round <= rounds; round++) {
            server.asAccount(changes::change);
            Path whole = folder.resolve("whole-" + round);
            Path reused = folder.resolve("archive-" + round);
            pack(server, whole, Optional.empty());
            PackedArchive packed = pack(server, reused, Optional.of(earlier));
            taken += packed.reuse().takenBytes();
            assertThat(packed.reuse().disprovenSegments()).isZero();
            assertThat(Files.mismatch(whole, reused)).as("round %d", round).isEqualTo(-1);
            assertThat(entries(reused)).isEqualTo(entries(whole));
            assertRestores(server, restored, reused, round);
            for (Path archive : List.of(whole, earlier)) {
                Files.delete(archive);
                Files.delete(index(archive));
            }
            earlier = reused;
        }
        assertThat(taken).as("bytes taken over").isPositive();
        System.out.printf(
                "figure: %d rounds of change, %d bytes taken over, each archive the same%n",
                rounds, taken);
    }

    private static void assertRestores(
            HomeServer server, HomeServer restored, Path archive, int round) throws Exception {
        Process test = new ProcessBuilder("gzip", "-t").redirectInput(archive.toFile()).start();
        assertThat(test.waitFor()).as("gzip -t, round %d", round).isZero();
        restored.wipe();
        RestoreReport report = restored.restore(archive);
        assertThat(report.skipped()).as("round %d", round).isEmpty();
        assertThat(TreeFacts.differences(TreeFacts.of(server.home), TreeFacts.of(restored.home)))
                .as("round %d", round)
                .isEmpty();
    }

    @Test
    void whatChangedJustNowIsReadAgain() throws Exception {
        HomeServer server = new HomeServer(folder);
        byte[] content = new byte[100_000];
        new Random(1).nextBytes(content);
        server.asAccount(home -> write(home, "fresh", content));
        Path first = folder.resolve("first");
        clock = FileClock::now;
        pack(server, first, Optional.empty());
        PackedArchive again = pack(server, folder.resolve("second"), Optional.of(first));
        assertThat(again.reuse().takenBytes()).isLessThan(10_000);
    }

    /// The runs of a night after the first are known; what was left out is told there, too.
    @Test
    void attributesThatAreLeftOutAreToldEachTime() throws Exception {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isDirectory(memory), "needs a file system for large attributes");
        Path there = Files.createTempDirectory(memory, "packhorse-reuse");
        try {
            HomeServer server = new HomeServer(there);
            server.asAccount(home -> {
                write(home, "small", new byte[100]);
                write(home, "large", new byte[2_000_000]);
                giveAttributes(home, "small", 20);
                giveAttributes(home, "large", 3);
            });
            String[] told = {
                "homedir/small: its extended attributes are too large and were left out",
                "homedir/large: its extended attributes are too large and were left out"
            };
            pack(server, folder.resolve("first"), Optional.empty());
            assertThat(report().warnings()).containsExactlyInAnyOrder(told);
            pack(server, folder.resolve("second"), Optional.of(folder.resolve("first")));
            assertThat(report().warnings()).containsExactlyInAnyOrder(told);
        } finally {
            try (Directory above = Directory.openTrusted(memory)) {
                above.removeTree(ByteName.of(there.getFileName().toString()));
            }
        }
    }

    private static void giveAttributes(Directory home, String name, int count) throws IOException {
        byte[] value = new byte[60_000];
        try (PosixFile file = home.openForReading(ByteName.of(name))) {
            for (int i = 0; i < count; i++) {
                file.setXattr(ByteString.of("user.large-" + i), ByteString.of(value));
            }
        } catch (PosixException e) {
            assumeTrue(false, "the file system takes no large attributes: " + e.getMessage());
        }
    }

    private PackReport report() {
        return Objects.requireNonNull(report);
    }

    private static void write(Directory home, String name, byte[] content) throws IOException {
        try (PosixFile file = home.create(ByteName.of(name), 0644)) {
            file.write(ByteBuffer.wrap(content));
        }
    }

    private static Path index(Path archive) {
        return archive.resolveSibling(archive.getFileName() + ".index");
    }

    private static List<IndexEntry> entries(Path archive) throws IOException {
        List<IndexEntry> entries = new ArrayList<>();
        try (FileChannel file = FileChannel.open(index(archive))) {
            ArchiveIndex.open(RangeSource.of(file)).forEach(each -> entries.add(each.entry()));
        }
        return entries;
    }

    private PackedArchive pack(HomeServer server, Path archive, Optional<Path> earlier)
            throws Exception {
        if (earlier.isEmpty()) {
            return write(server, archive, Optional.empty());
        }
        try (FileChannel file = FileChannel.open(earlier.get());
                FileChannel index = FileChannel.open(index(earlier.get()))) {
            return write(
                    server,
                    archive,
                    Optional.of(
                            new EarlierArchive(file, ArchiveIndex.open(RangeSource.of(index)))));
        }
    }

    private PackedArchive write(HomeServer server, Path archive, Optional<EarlierArchive> earlier)
            throws Exception {
        try (FileChannel target = create(archive);
                FileChannel index = create(index(archive));
                CpmoveWriter writer =
                        CpmoveWriter.open(
                                target,
                                ByteName.of("demo"),
                                1_700_000_000L,
                                packing,
                                new PackAids(
                                        (work, refused) ->
                                                AccountThread.unstarted(
                                                        server.identity, work, refused),
                                        Optional.of(index),
                                        earlier),
                                Cancellation.never())) {
            // what a restore asks for besides the home
            writer.addText("cp/demo", 0600, "USER=demo\nDNS=demo.example\n");
            writer.addText("homedir_paths", 0600, "/home/demo\n");
            writer.addText("meta/hostname", 0600, "host.example");
            report = server.packHome(new HomedirComponent(clock, Duration.ofMinutes(1)), writer);
            return writer.finish();
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
