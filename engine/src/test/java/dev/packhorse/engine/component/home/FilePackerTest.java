package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.component.home.FilePacker.Opened;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFailures;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePackerTest {
    private static final BytePath PATH = BytePath.of("homedir/log");
    private static final ByteName NAME = ByteName.of("log");
    private static final int LARGE = 1_000_000;

    @TempDir Path folder;

    private final ItemList warnings = new ItemList();
    private final ItemList unread = new ItemList();

    /// Something that happens to the file once its first bytes were read.
    @FunctionalInterface
    private interface Change {
        void happen(PosixFile file) throws IOException;
    }

    /// What came of packing a file that changes on the way.
    private Packed pack(int size, Change change) throws IOException {
        try (Directory directory = Directory.openTrusted(folder);
                PosixFile writer = directory.create(NAME, 0644)) {
            writer.write(ByteBuffer.wrap("x".repeat(size).getBytes(StandardCharsets.US_ASCII)));
            writer.setTimes(1_000, 0);
            try (PosixFile file = directory.openForReading(NAME)) {
                ChangingSink sink = new ChangingSink(() -> change.happen(writer));
                long logical =
                        new FilePacker(
                                        sink,
                                        warnings::add,
                                        unread::add,
                                        Cancellation.never(),
                                        ByteBuffer.allocateDirect(FilePacker.SMALL),
                                        FileClock.now())
                                .pack(PATH, new Opened(file, file.stat(), Map.of()));
                return new Packed(logical, sink.given, sink.entrySize);
            }
        }
    }

    private record Packed(long logical, long given, long entrySize) {}

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static final class ChangingSink implements ArchiveSink {
        private final Step change;
        long given;
        long entrySize;

        ChangingSink(Step change) {
            this.change = change;
        }

        @Override
        public void add(ArchiveEntry entry) {
            throw new IllegalStateException("no file: " + entry);
        }

        @Override
        public long add(ArchiveEntry.RegularFile entry, EntryBody body) throws IOException {
            entrySize = entry.sizeBytes();
            long declared =
                    entry.data().isEmpty()
                            ? entry.sizeBytes()
                            : entry.data().stream().mapToLong(DataRegion::length).sum();
            boolean changed = false;
            while (given < declared) {
                ByteBuffer target = ByteBuffer.allocate((int) Math.min(100_000, declared - given));
                int count = body.read(target);
                if (count < 0) {
                    break;
                }
                given += count;
                if (!changed) {
                    changed = true;
                    change.run();
                }
            }
            return given;
        }

        @Override
        public long metadataTime() {
            return 0;
        }
    }

    @Test
    void aFileThatHoldsStillIsPackedWithoutAWord() throws IOException {
        assertThat(pack(LARGE, _ -> {})).isEqualTo(new Packed(LARGE, LARGE, LARGE));
        assertThat(warnings.toList()).isEmpty();
    }

    @Test
    void whatShrinksKeepsItsSizeAndIsTold() throws IOException {
        assertThat(pack(LARGE, file -> file.truncate(150_000)))
                .isEqualTo(new Packed(LARGE, 150_000, LARGE));
        assertThat(warnings.toList())
                .containsExactly(
                        "homedir/log: shrank while it was being packed, the last 850000 bytes are"
                                + " zeros");
    }

    @Test
    void whatGrowsIsCutAndTold() throws IOException {
        assertThat(pack(LARGE, file -> file.truncate(LARGE + 5)))
                .isEqualTo(new Packed(LARGE, LARGE, LARGE));
        assertThat(warnings.toList())
                .containsExactly(
                        "homedir/log: grew while it was being packed, cut at 1000000 bytes");
    }

    @Test
    void whatIsWrittenOverIsTold() throws IOException {
        pack(LARGE, file -> file.writeAt(ByteBuffer.wrap(new byte[10]), LARGE - 20));
        assertThat(warnings.toList())
                .containsExactly("homedir/log: changed while it was being packed");
    }

    @Test
    void aSmallFileIsReadBeforeItsEntryIsWritten() throws IOException {
        assertThat(pack(1_000, file -> file.truncate(1)))
                .isEqualTo(new Packed(1_000, 1_000, 1_000));
        assertThat(warnings.toList()).isEmpty();
    }

    /// A process's memory at address 0 cannot be read, as a bad sector cannot.
    @ParameterizedTest
    @ValueSource(ints = {1_000, LARGE})
    void contentThatTheDiskDoesNotGiveBackIsMissed(int size) throws IOException {
        Path self = Path.of("/proc", String.valueOf(ProcessHandle.current().pid()));
        try (Directory directory = Directory.openTrusted(folder);
                PosixFile whole = directory.create(NAME, 0644);
                Directory process = Directory.openTrusted(self);
                PosixFile sick = process.openForReading(ByteName.of("mem"))) {
            whole.write(ByteBuffer.wrap(new byte[size]));
            new FilePacker(
                            new ChangingSink(() -> {}),
                            warnings::add,
                            unread::add,
                            Cancellation.never(),
                            ByteBuffer.allocateDirect(FilePacker.SMALL),
                            FileClock.now())
                    .pack(PATH, new Opened(sick, whole.stat(), Map.of()));
        }

        assertThat(unread.toList())
                .singleElement()
                .asString()
                .startsWith("homedir/log: read error, ");
    }

    /// Else a file that a tree has no room for would pass for one that vanished.
    @Test
    void whatTheArchiveRefusesIsNoFailureOfTheFile() {
        assertThatThrownBy(() ->
                        pack(
                                1_000,
                                _ -> {
                                    throw PosixFailures.of("openat", "there", Errno.ENOSPC);
                                }))
                .isNotInstanceOf(PosixException.class)
                .hasMessageContaining("the archive cannot be written: openat there");
    }

    @Test
    void anEmptyFileHasNoContent() throws IOException {
        assertThat(pack(0, _ -> {})).isEqualTo(new Packed(0, 0, 0));
    }
}
