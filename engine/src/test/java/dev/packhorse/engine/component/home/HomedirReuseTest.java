package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.CpmoveWriter;
import dev.packhorse.engine.archive.EarlierArchive;
import dev.packhorse.engine.archive.PackAids;
import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.gzip.DeflateBackend;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
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
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Packs a home that changes from round to round, once anew and once with what the archive before
/// holds: both must be the same, byte for byte.
class HomedirReuseTest {
    private static final int ROUNDS = 50;
    private static final Packing PACKING =
            new Packing.Gzip(new GzipSettings(2, 1, DeflateBackend.JDK));

    @TempDir private Path folder;

    /// Every change of these tests shows in the times, since a file is never written to twice.
    private Supplier<FileClock> clock = () -> new FileClock(Long.MAX_VALUE);

    @Test
    void anArchiveThatTakesOverIsTheOneThatReadsEverything() throws Exception {
        HomeServer server = new HomeServer(folder);
        Random random = new Random(20_261_125);
        List<String> files = new ArrayList<>();
        server.asAccount(home -> grow(home, random, files, 400));
        Path earlier = folder.resolve("archive-0");
        pack(server, earlier, Optional.empty());
        long taken = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            server.asAccount(home -> change(home, random, files));
            Path whole = folder.resolve("whole-" + round);
            Path reused = folder.resolve("archive-" + round);
            pack(server, whole, Optional.empty());
            PackedArchive packed = pack(server, reused, Optional.of(earlier));
            taken += packed.reuse().takenBytes();
            assertThat(packed.reuse().disprovenSegments()).isZero();
            assertThat(Files.mismatch(whole, reused)).as("round %d", round).isEqualTo(-1);
            assertThat(entries(reused)).isEqualTo(entries(whole));
            Files.delete(whole);
            Files.delete(index(whole));
            Files.delete(earlier);
            Files.delete(index(earlier));
            earlier = reused;
        }
        assertThat(taken).as("bytes taken over").isPositive();
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

    private static void grow(Directory home, Random random, List<String> files, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            String name = "f" + random.nextInt(1_000_000);
            if (!files.contains(name)) {
                write(home, name, content(random));
                files.add(name);
            }
        }
        home.setTimes(1_700_000_000, 0);
    }

    private static void change(Directory home, Random random, List<String> files)
            throws IOException {
        for (int i = 0; i < 4; i++) {
            String name = files.get(random.nextInt(files.size()));
            switch (random.nextInt(4)) {
                case 0 -> grow(home, random, files, 1);
                case 1 -> {
                    home.removeFile(ByteName.of(name));
                    files.remove(name);
                }
                case 2 -> {
                    home.removeFile(ByteName.of(name));
                    write(home, name, content(random));
                }
                default -> append(home, name, content(random));
            }
        }
        home.setTimes(1_700_000_000, 0);
    }

    private static byte[] content(Random random) {
        byte[] bytes =
                new byte
                        [random.nextInt(20) == 0
                                ? random.nextInt(2_000_000)
                                : random.nextInt(9_000)];
        int alphabet = 1 + random.nextInt(255);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(alphabet);
        }
        return bytes;
    }

    private static void write(Directory home, String name, byte[] content) throws IOException {
        try (PosixFile file = home.create(ByteName.of(name), 0644)) {
            file.write(ByteBuffer.wrap(content));
            if (content.length % 2 == 0) {
                // Of the files that are packed first.
                file.setTimes(1_600_000_000, content.length);
            }
        }
    }

    private static void append(Directory home, String name, byte[] more) throws IOException {
        byte[] before;
        try (PosixFile file = home.openForReading(ByteName.of(name))) {
            before = file.asInputStream().readAllBytes();
        }
        byte[] both = java.util.Arrays.copyOf(before, before.length + more.length);
        System.arraycopy(more, 0, both, before.length, more.length);
        home.removeFile(ByteName.of(name));
        write(home, name, both);
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
                                PACKING,
                                new PackAids(
                                        (work, refused) ->
                                                AccountThread.unstarted(
                                                        server.identity, work, refused),
                                        Optional.of(index),
                                        earlier),
                                Cancellation.never())) {
            server.packHome(new HomedirComponent(clock, Duration.ofMinutes(1)), writer);
            return writer.finish();
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
