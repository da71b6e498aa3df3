package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.archive.SourceFile;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Packs the content of open files, which may change meanwhile. Small files are read whole before
/// their entry is written, again if they changed under the reading. Large ones are streamed with
/// the size they had when they were opened: what grew is cut there, what shrank is filled up with
/// zeros, and both are told. One thread.
final class FilePacker {
    /// Files up to this size are read before their entry is written.
    static final int SMALL = 128 << 10;

    private static final int TRIES = 3;

    private final ArchiveSink sink;
    private final Consumer<String> warnings;
    private final Consumer<String> unread;
    private final Cancellation cancellation;
    private final ByteBuffer small;
    private final FileClock clock;

    /// @param unread told of content that an earlier archive may have
    /// @param small room for a small file
    FilePacker(
            ArchiveSink sink,
            Consumer<String> warnings,
            Consumer<String> unread,
            Cancellation cancellation,
            ByteBuffer small,
            FileClock clock) {
        this.sink = sink;
        this.warnings = warnings;
        this.unread = unread;
        this.cancellation = cancellation;
        this.small = small;
        this.clock = clock;
    }

    /// An open file.
    ///
    /// @param complete whether these are all attributes that belong into an archive; else the file
    ///   is not taken over into the next one, so that each backup tells of them
    record Opened(
            PosixFile file, FileStat stat, Map<ByteString, ByteString> xattrs, boolean complete) {
        Opened(PosixFile file, FileStat stat, Map<ByteString, ByteString> xattrs) {
            this(file, stat, xattrs, true);
        }
    }

    /// What was packed of a small file.
    ///
    /// @param stat the file as its content was read
    /// @param sizeBytes how much of it
    /// @param whole whether that is all of it, from one moment
    record Packed(FileStat stat, long sizeBytes, boolean whole) {}

    /// Packs the file, and returns its logical size in the archive.
    ///
    /// @throws IOException if the archive cannot be written, or the run was cancelled
    long pack(BytePath path, Opened opened) throws IOException {
        FileStat stat = opened.stat();
        if (stat.sizeBytes() <= SMALL && !hasHoles(stat)) {
            return packSmall(path, opened, SMALL).sizeBytes();
        }
        return packLarge(path, opened);
    }

    static boolean hasHoles(FileStat stat) {
        return stat.allocatedBytes() < stat.sizeBytes();
    }

    /// Packs a file that is read before its entry is written.
    ///
    /// @param most what is beyond is cut off, which is told; at most the size of the buffer
    /// @throws IOException if the archive cannot be written, or the run was cancelled
    Packed packSmall(BytePath path, Opened opened, long most) throws IOException {
        cancellation.check();
        small.clear().limit((int) Math.min(most, SMALL));
        FileStat before = opened.stat();
        boolean whole = false;
        for (int tries = 1; tries <= TRIES && !whole; tries++) {
            small.position(0);
            if (!read(path, opened.file(), before)) {
                break;
            }
            FileStat after = opened.file().stat();
            whole = FileClock.isSame(before, after) && small.position() == after.sizeBytes();
            before = after;
        }
        small.flip();
        if (before.sizeBytes() > most) {
            warnings.accept(
                    path + ": grew while it was being packed, cut at " + small.limit() + " bytes");
        } else if (!whole) {
            warnings.accept(path + ": changed while it was being packed");
        }
        int size = small.remaining();
        RegularFile entry = RegularFile.of(path, attributes(before, opened.xattrs()), size);
        write(entry, new SmallBody(new SourceFile(path, before), whole && opened.complete()));
        return new Packed(before, size, whole);
    }

    /// What the archive refuses, as a tree on a full disk does, is no failure of the file: it must
    /// not pass for one that is left out.
    private void write(RegularFile entry, SmallBody body) throws IOException {
        try {
            sink.add(entry, body);
        } catch (PosixException e) {
            throw new IOException("the archive cannot be written: " + e.getMessage(), e);
        }
    }

    /// Reads the file into the buffer, as far as it is said to reach and there is room.
    private boolean read(BytePath path, PosixFile file, FileStat stat) throws IOException {
        try {
            while (small.position() < stat.sizeBytes()
                    && small.hasRemaining()
                    && file.readAt(small, small.position()) > 0) {
                // until the end of the file or of the buffer
            }
            return true;
        } catch (PosixException e) {
            unread.accept(
                    path + ": read error, its content is incomplete (" + e.getMessage() + ")");
            return false;
        }
    }

    /// The content that lies in the buffer.
    private final class SmallBody implements EntryBody {
        private final SourceFile source;
        private final boolean known;

        /// @param known whether this is all that belongs to the file, from one moment
        SmallBody(SourceFile source, boolean known) {
            this.source = source;
            this.known = known;
        }

        @Override
        public int read(ByteBuffer target) {
            if (!small.hasRemaining()) {
                return -1;
            }
            int count = Math.min(small.remaining(), target.remaining());
            target.put(small.slice(small.position(), count));
            small.position(small.position() + count);
            return count;
        }

        @Override
        public Optional<SourceFile> unchangedSource() {
            return known && clock.isSettled(source.stat()) ? Optional.of(source) : Optional.empty();
        }
    }

    private long packLarge(BytePath path, Opened opened) throws IOException {
        FileStat stat = opened.stat();
        List<DataRegion> holes = FileRegions.of(opened.file(), stat);
        List<DataRegion> data =
                holes.isEmpty() ? List.of(new DataRegion(0, stat.sizeBytes())) : holes;
        FileBody body =
                new FileBody(
                        opened.file(),
                        new SourceFile(path, stat),
                        opened.complete(),
                        data,
                        clock,
                        cancellation);
        long declared = data.stream().mapToLong(DataRegion::length).sum();
        long given =
                sink.add(
                        new RegularFile(
                                path, attributes(stat, opened.xattrs()), stat.sizeBytes(), holes),
                        body);
        tellChanges(path, stat, opened.file(), body, declared - given);
        return stat.sizeBytes();
    }

    private void tellChanges(
            BytePath path, FileStat stat, PosixFile file, FileBody body, long missing)
            throws IOException {
        PosixException failure = body.failure();
        if (failure != null) {
            unread.accept(
                    path
                            + ": read error, the last "
                            + missing
                            + " bytes are zeros ("
                            + failure.getMessage()
                            + ")");
        } else if (missing > 0) {
            warnings.accept(
                    path
                            + ": shrank while it was being packed, the last "
                            + missing
                            + " bytes are zeros");
        } else {
            FileStat after = file.stat();
            if (after.sizeBytes() > stat.sizeBytes()) {
                warnings.accept(
                        path
                                + ": grew while it was being packed, cut at "
                                + stat.sizeBytes()
                                + " bytes");
            } else if (stat.mtimeSeconds() != after.mtimeSeconds()
                    || stat.mtimeNanos() != after.mtimeNanos()) {
                warnings.accept(path + ": changed while it was being packed");
            }
        }
    }

    static Attributes attributes(FileStat stat, Map<ByteString, ByteString> xattrs) {
        return new Attributes(
                stat.mode(),
                stat.uid(),
                stat.gid(),
                stat.mtimeSeconds(),
                stat.mtimeNanos(),
                xattrs);
    }
}
