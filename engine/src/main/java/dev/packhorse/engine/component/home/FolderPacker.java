package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.archive.SourceFile;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Packs an archive that lies on the disk as a folder into an archive file, so that it is judged
/// and restored like any other. Folders are held and no link is followed, since parts of the tree
/// may belong to somebody who changes them meanwhile; what changed while it was read ends the
/// packing. One use, one thread, which has root's rights.
public final class FolderPacker {
    /// Deeper than any reader of ours takes.
    private static final int MOST_DEPTH = 256;

    private static final ByteString ACL = ByteString.of("system.posix_acl_");
    private static final ByteString USER = ByteString.of("user.");

    private final ArchiveSink sink;
    private final Cancellation cancellation;
    private final boolean isProven;
    private final ItemList leftOut = new ItemList();
    private final HardLinkTable hardLinks = new HardLinkTable();

    public FolderPacker(ArchiveSink sink, Cancellation cancellation) {
        this(sink, cancellation, false);
    }

    private FolderPacker(ArchiveSink sink, Cancellation cancellation, boolean isProven) {
        this.sink = sink;
        this.cancellation = cancellation;
        this.isProven = isProven;
    }

    /// A packer for a tree whose digest proves every member of it before anybody uses what was
    /// packed: files with further names are then taken whoever owns them, since trees share files.
    public static FolderPacker ofProvenTree(ArchiveSink sink, Cancellation cancellation) {
        return new FolderPacker(sink, cancellation, true);
    }

    /// Packs what lies in the folder.
    ///
    /// @return what was left out, and why
    /// @throws ArchiveException HOSTILE for a device, LIMIT for a tree that is too deep, DAMAGED
    ///   for a file that changed
    /// @throws IOException if it cannot be read, or the archive not be written
    public List<String> pack(Directory folder) throws IOException {
        packContent(folder, null, 1);
        return leftOut();
    }

    /// Packs one entry of a folder, with all that is below it.
    ///
    /// @param path the entry's, as it is to stand in the archive
    /// @return what was left out, and why
    /// @throws ArchiveException as [#pack]
    /// @throws IOException as [#pack]
    public List<String> packOnly(Directory folder, BytePath path) throws IOException {
        packOne(folder, folder.stat(), path.name(), path, path.names().size());
        return leftOut();
    }

    private List<String> leftOut() {
        if (hardLinks.overflowed()) {
            leftOut.add(
                    "more than "
                            + HardLinkTable.LIMIT
                            + " files have several names: some come back as a file for each name");
        }
        return leftOut.toList();
    }

    /// How much space the files below a folder take.
    ///
    /// @throws IOException if it cannot be read
    public static long measure(Directory folder, Cancellation cancellation) throws IOException {
        return measure(folder, cancellation, 1);
    }

    private static long measure(Directory folder, Cancellation cancellation, int depth)
            throws IOException {
        requireDepth(depth, "a folder");
        long sum = 0;
        for (ByteName name : folder.list()) {
            cancellation.check();
            FileStat stat = folder.stat(name);
            sum += Math.min(stat.allocatedBytes(), stat.sizeBytes()) + 1_024;
            if (stat.type() == FileType.DIRECTORY) {
                try (Directory below = folder.open(name)) {
                    sum += measure(below, cancellation, depth + 1);
                }
            }
        }
        return sum;
    }

    private static void requireDepth(int depth, String what) throws ArchiveException {
        if (depth > MOST_DEPTH) {
            throw new ArchiveException(
                    Kind.LIMIT, what + ": deeper than " + MOST_DEPTH + " folders");
        }
    }

    private void packContent(Directory folder, @Nullable BytePath path, int depth)
            throws IOException {
        requireDepth(depth, String.valueOf(path));
        FileStat own = folder.stat();
        for (ByteName name : folder.list()) {
            cancellation.check();
            if (path != null
                    && path.value().length() + 1 + name.value().length() > BytePath.MAX_BYTES) {
                throw new ArchiveException(
                        Kind.LIMIT, path + ": name longer than " + BytePath.MAX_BYTES + " bytes");
            }
            BytePath below = path == null ? BytePath.of(name) : path.resolve(name);
            packOne(folder, own, name, below, depth);
        }
    }

    private void packOne(Directory folder, FileStat owner, ByteName name, BytePath path, int depth)
            throws IOException {
        FileStat stat = folder.stat(name);
        switch (stat.type()) {
            case DIRECTORY -> {
                try (Directory below = folder.open(name)) {
                    sink.add(
                            new ArchiveEntry.Folder(
                                    path, attributes(below.stat(), below.xattrs())));
                    packContent(below, path, depth + 1);
                }
            }
            case REGULAR -> packFile(folder, owner, name, path, stat);
            case SYMLINK ->
                    sink.add(
                            new ArchiveEntry.SymbolicLink(
                                    path, attributes(stat, Map.of()), folder.readLink(name)));
            case FIFO -> leftOut.add(path + ": named pipes are not restored");
            case SOCKET -> leftOut.add(path + ": sockets are not restored");
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                    throw new ArchiveException(Kind.HOSTILE, path + ": device");
        }
    }

    private void packFile(
            Directory folder, FileStat owner, ByteName name, BytePath path, FileStat seen)
            throws IOException {
        if (seen.links() > 1) {
            Optional<BytePath> first = hardLinks.firstName(seen);
            if (first.isPresent()) {
                sink.add(new ArchiveEntry.HardLink(path, attributes(seen, Map.of()), first.get()));
                return;
            }
        }
        try (PosixFile file = folder.openForReading(name)) {
            FileStat stat = file.openedStat();
            if (!isProven && stat.links() > 1 && owner.uid() != 0 && stat.uid() != owner.uid()) {
                // whoever owns the folder may have linked it here to have it read
                leftOut.add(path + ": hard link to a file of another user");
                return;
            }
            packContent(path, file, stat);
            hardLinks.remember(stat, path);
        }
    }

    private void packContent(BytePath path, PosixFile file, FileStat stat) throws IOException {
        List<DataRegion> holes = FileRegions.of(file, stat);
        List<DataRegion> data =
                holes.isEmpty() ? List.of(new DataRegion(0, stat.sizeBytes())) : holes;
        FileBody body =
                new FileBody(
                        file,
                        new SourceFile(path, stat),
                        true,
                        data,
                        FileClock.UNKNOWN,
                        cancellation);
        long declared = data.stream().mapToLong(DataRegion::length).sum();
        Attributes attributes = attributes(stat, file.xattrs());
        if (sink.addUnchanged(new SourceFile(path, stat))) {
            return;
        }
        long given =
                sink.add(
                        new ArchiveEntry.RegularFile(path, attributes, stat.sizeBytes(), holes),
                        body);
        IOException failure = body.failure();
        if (failure != null) {
            throw failure;
        }
        FileStat after = file.stat();
        boolean same =
                given == declared
                        && after.sizeBytes() == stat.sizeBytes()
                        && after.mtimeSeconds() == stat.mtimeSeconds()
                        && after.mtimeNanos() == stat.mtimeNanos();
        if (!same) {
            throw new ArchiveException(
                    Kind.DAMAGED, path + ": was changed while the folder was being read");
        }
    }

    private static Attributes attributes(FileStat stat, Map<ByteString, ByteString> all) {
        Map<ByteString, ByteString> kept = new java.util.HashMap<>(all);
        kept.keySet().removeIf(name -> !name.startsWith(USER) && !name.startsWith(ACL));
        return new Attributes(
                stat.mode(), stat.uid(), stat.gid(), stat.mtimeSeconds(), stat.mtimeNanos(), kept);
    }
}
