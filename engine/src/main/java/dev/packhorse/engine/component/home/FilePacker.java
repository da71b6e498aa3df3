package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.component.ItemList;
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

/// Packs the content of open files, which may change meanwhile. Small files are read whole before
/// their entry is written, again if they changed under the reading. Large ones are streamed with
/// the size they had when they were opened: what grew is cut there, what shrank is filled up with
/// zeros, and both are told. One thread.
final class FilePacker {
    /// Files up to this size are read before their entry is written.
    private static final int SMALL = 128 << 10;

    private static final int TRIES = 3;

    private final ArchiveSink sink;
    private final ItemList warnings;
    private final Cancellation cancellation;
    private final ByteBuffer small = ByteBuffer.allocate(SMALL);

    FilePacker(ArchiveSink sink, ItemList warnings, Cancellation cancellation) {
        this.sink = sink;
        this.warnings = warnings;
        this.cancellation = cancellation;
    }

    /// An open file.
    record Opened(PosixFile file, FileStat stat, Map<ByteString, ByteString> xattrs) {}

    /// Packs the file, and returns its logical size in the archive.
    ///
    /// @throws IOException if the archive cannot be written, or the run was cancelled
    long pack(BytePath path, Opened opened) throws IOException {
        FileStat stat = opened.stat();
        boolean holes = stat.allocatedBytes() < stat.sizeBytes();
        if (stat.sizeBytes() <= SMALL && !holes) {
            FileStat settled = readSmall(path, opened);
            if (settled.sizeBytes() <= SMALL) {
                return packSmall(path, opened, settled);
            }
        }
        return packLarge(path, opened);
    }

    /// Reads the file into the buffer until it holds still, and returns its description.
    private FileStat readSmall(BytePath path, Opened opened) throws IOException {
        FileStat before = opened.stat();
        for (int tries = 1; ; tries++) {
            small.clear();
            try {
                fill(opened.file());
            } catch (PosixException e) {
                warnings.add(
                        path + ": read error, its content is incomplete (" + e.getMessage() + ")");
                return before;
            }
            FileStat after = opened.file().stat();
            if (isSame(before, after) || after.sizeBytes() > SMALL) {
                return after;
            }
            if (tries == TRIES) {
                warnings.add(path + ": changed while it was being packed");
                return after;
            }
            before = after;
        }
    }

    private void fill(PosixFile file) throws IOException {
        while (small.hasRemaining() && file.readAt(small, small.position()) > 0) {
            // until the end of the file or of the buffer
        }
    }

    private long packSmall(BytePath path, Opened opened, FileStat stat) throws IOException {
        cancellation.check();
        small.flip();
        int size = small.remaining();
        sink.add(
                RegularFile.of(path, attributes(stat, opened.xattrs()), size),
                target -> {
                    if (!small.hasRemaining()) {
                        return -1;
                    }
                    int count = Math.min(small.remaining(), target.remaining());
                    target.put(small.slice(small.position(), count));
                    small.position(small.position() + count);
                    return count;
                });
        return size;
    }

    private long packLarge(BytePath path, Opened opened) throws IOException {
        FileStat stat = opened.stat();
        List<DataRegion> holes = FileRegions.of(opened.file(), stat);
        List<DataRegion> data =
                holes.isEmpty() ? List.of(new DataRegion(0, stat.sizeBytes())) : holes;
        FileBody body = new FileBody(opened.file(), data, cancellation);
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
            warnings.add(
                    path
                            + ": read error, the last "
                            + missing
                            + " bytes are zeros ("
                            + failure.getMessage()
                            + ")");
        } else if (missing > 0) {
            warnings.add(
                    path
                            + ": shrank while it was being packed, the last "
                            + missing
                            + " bytes are zeros");
        } else {
            FileStat after = file.stat();
            if (after.sizeBytes() > stat.sizeBytes()) {
                warnings.add(
                        path
                                + ": grew while it was being packed, cut at "
                                + stat.sizeBytes()
                                + " bytes");
            } else if (!isSame(stat, after)) {
                warnings.add(path + ": changed while it was being packed");
            }
        }
    }

    private static boolean isSame(FileStat before, FileStat after) {
        return before.sizeBytes() == after.sizeBytes()
                && before.mtimeSeconds() == after.mtimeSeconds()
                && before.mtimeNanos() == after.mtimeNanos();
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
