package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.SegmentOutput;
import dev.packhorse.engine.gzip.StoredRange;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexFile;
import dev.packhorse.engine.index.IndexWriter;
import dev.packhorse.engine.index.SegmentKey;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/// Writes an account archive: a tar stream whose members all lie below one top folder, in a
/// container of choice, digested in the same pass, with a side index if one is asked for. Memory
/// does not grow with the number of files; eight bytes are kept for each folder. One thread.
///
/// The stream is cut into segments at borders of members that depend on nothing but the members, so
/// that the segments of two archives of one account are the same where the account is. Runs, and
/// files that take segments of their own, may be taken over from an earlier archive; the result is
/// byte for byte what packing them anew gives.
///
/// A body that fails with an exception of its own leaves a valid archive: its member is filled up
/// with zeros before the exception comes through, and more members may follow. Any other failure
/// makes the archive unusable.
public final class CpmoveWriter implements ArchiveSink, AutoCloseable {
    /// What [#finish()] adds to the members: a record of zeros, as tar wants it.
    private static final int END_BLOCKS = 2;

    private static final int TOP_MODE = 0700;
    private static final int PARENT_MODE = 0700;
    private static final int SEEN = 1;

    private final DigestChannel channel;
    private final SegmentOutput output;
    private final SegmentFiller filler;
    private final WrittenSegments written;
    private final Optional<IndexWriter> index;
    private final Optional<EarlierArchive> earlier;
    private final RunSegment.Target runs;
    private final EntryHeaders headers;
    private final long metadataTime;
    private final Cancellation cancellation;
    private final NameTable folders = new NameTable();
    private ByteString lastParent = ByteString.of("");
    private State state = State.OPEN;

    private enum State {
        OPEN,
        BROKEN,
        FINISHED,
        CLOSED
    }

    private CpmoveWriter(
            DigestChannel channel,
            SegmentOutput output,
            Optional<IndexWriter> index,
            Optional<EarlierArchive> earlier,
            ByteString topFolder,
            long metadataTime,
            Cancellation cancellation) {
        this.channel = channel;
        this.output = output;
        this.index = index;
        this.earlier = earlier;
        this.metadataTime = metadataTime;
        this.cancellation = cancellation;
        headers = new EntryHeaders(topFolder);
        written = new WrittenSegments(index);
        filler = new SegmentFiller(output, written, earlier, cancellation);
        runs = new RunSegment.Target(topFolder, metadataTime, cancellation, written);
    }

    /// Begins an archive with its top folder, without index and without an earlier archive.
    ///
    /// @throws IOException if the target cannot be written
    public static CpmoveWriter open(
            WritableByteChannel target,
            ByteName topFolder,
            long metadataTime,
            Packing packing,
            Cancellation cancellation)
            throws IOException {
        return open(target, topFolder, metadataTime, packing, PackAids.none(), cancellation);
    }

    /// Begins an archive with its top folder.
    ///
    /// @param target receives the archive file's bytes, on a thread of the writer's; the caller's
    ///   to name, sync, publish and close
    /// @param topFolder the top folder's name, which must be the archive file's name without its
    ///   suffix, as `cpmove-demo`
    /// @param metadataTime what [ArchiveSink#metadataTime()] tells
    /// @param cancellation looked at for every block of content
    /// @throws IOException if the target cannot be written
    public static CpmoveWriter open(
            WritableByteChannel target,
            ByteName topFolder,
            long metadataTime,
            Packing packing,
            PackAids aids,
            Cancellation cancellation)
            throws IOException {
        String top = topFolder.toString();
        Optional<IndexWriter> index = Optional.empty();
        if (aids.index().isPresent()) {
            String format = packing.format().identity();
            index = Optional.of(new IndexWriter(aids.index().get(), format, top));
        }
        DigestChannel channel = new DigestChannel(target);
        // The channel has no thread before its first block is full.
        SegmentOutput output = SegmentOutput.start(channel, packing.format(), aids.workers());
        boolean begun = false;
        try {
            CpmoveWriter writer =
                    new CpmoveWriter(
                            channel,
                            output,
                            index,
                            aids.earlier().filter(each -> each.fits(packing, top)),
                            topFolder.value(),
                            metadataTime,
                            cancellation);
            writer.addTop();
            begun = true;
            return writer;
        } finally {
            if (!begun) {
                output.close();
                channel.close();
            }
        }
    }

    private void addTop() throws IOException {
        filler.putTop(headers.ofTop(Attributes.ofRoot(TOP_MODE, metadataTime)));
    }

    @Override
    public long metadataTime() {
        return metadataTime;
    }

    /// How much of what was added is in the archive so far, the top folder included.
    public ArchiveTotals totals() {
        ArchiveTotals members = written.totals();
        return new ArchiveTotals(
                members.files(), members.folders() + 1, members.links(), members.unpackedBytes());
    }

    @Override
    public void add(ArchiveEntry entry) throws IOException {
        requireOpen();
        if (entry instanceof ArchiveEntry.RegularFile) {
            throw new IllegalArgumentException("a regular file needs a body: " + entry.path());
        }
        cancellation.check();
        byte[] path = entry.path().value().toBytes();
        if (entry instanceof ArchiveEntry.Folder && folders.tag(path, path.length) == SEEN) {
            return;
        }
        byte[] header = headers.of(entry);
        addParents(entry.path().value());
        if (entry instanceof ArchiveEntry.Folder) {
            folders.put(path, path.length, SEEN);
        }
        put(entry, header);
    }

    /// {@inheritDoc}
    ///
    /// A member that no tar header can hold is refused as [ArchiveException.Kind#LIMIT] before
    /// anything of it is written; the archive goes on without it.
    @Override
    public long add(ArchiveEntry.RegularFile entry, EntryBody body) throws IOException {
        requireOpen();
        String fault = SparseMap.fault(entry.data(), entry.sizeBytes());
        if (!fault.isEmpty()) {
            throw new IllegalArgumentException(entry.path() + ": " + fault);
        }
        if (entry.data().size() > SparseMap.MOST_REGIONS) {
            throw new ArchiveException(
                    ArchiveException.Kind.LIMIT,
                    entry.path() + ": has " + entry.data().size() + " data regions");
        }
        cancellation.check();
        byte[] header = headers.of(entry);
        addParents(entry.path().value());
        state = State.BROKEN;
        ContentCopy copy = filler.put(entry, header, body);
        state = State.OPEN;
        copy.throwFailure();
        return copy.given();
    }

    /// {@inheritDoc}
    ///
    /// The folders above the members are not written by the writer.
    @Override
    public void add(ArchiveRun run) throws IOException {
        requireOpen();
        cancellation.check();
        state = State.BROKEN;
        filler.end();
        for (BytePath folder : run.folders()) {
            byte[] path = folder.value().toBytes();
            folders.put(path, path.length, SEEN);
        }
        Optional<SegmentKey> key = run.key();
        int number = find(key);
        if (number < 0) {
            output.submit(new RunSegment(run, key, null, runs));
        } else if (earlier.orElseThrow().isSampled(key.orElseThrow())) {
            StoredRange expected = earlier.get().range(number);
            output.submit(new RunSegment(run, key, expected, runs));
        } else {
            take(number, () -> run.added(ArchiveRun.Origin.TAKEN));
        }
        state = State.OPEN;
    }

    private int find(Optional<SegmentKey> key) {
        return key.isEmpty() || earlier.isEmpty() ? -1 : earlier.get().segment(key.get());
    }

    private void take(int number, Runnable after) throws IOException {
        EarlierArchive archive = earlier.orElseThrow();
        output.copy(archive.range(number), new TakenSegment(archive, number, written, after));
    }

    @Override
    public boolean addUnchanged(SourceFile file) throws IOException {
        requireOpen();
        if (earlier.isEmpty()) {
            return false;
        }
        SegmentKey key = SourceKey.ofFile(file);
        Optional<ArchiveIndex.FileSegments> found = earlier.get().file(key);
        if (found.isEmpty() || earlier.get().isSampled(key)) {
            return false;
        }
        cancellation.check();
        addParents(file.path().value());
        state = State.BROKEN;
        filler.end();
        int count = found.get().count();
        for (int i = 0; i < count; i++) {
            boolean last = i == count - 1;
            take(found.get().first() + i, last ? () -> written.file(key, count) : () -> {});
        }
        state = State.OPEN;
        return true;
    }

    @Override
    public void settle() throws IOException {
        requireOpen();
        state = State.BROKEN;
        filler.end();
        output.drain();
        state = State.OPEN;
    }

    /// Ends the archive. What was written is an archive only after this has returned, and durable
    /// only when the caller has synced the target, and that of the index.
    ///
    /// @throws IOException if the target cannot be written, or the run was cancelled
    public PackedArchive finish() throws IOException {
        settle();
        cancellation.check();
        state = State.BROKEN;
        long end = written.rawBytes() + (long) END_BLOCKS * TarFormat.BLOCK;
        long beyond = end % TarFormat.RECORD;
        filler.putZeros(
                END_BLOCKS * TarFormat.BLOCK
                        + (beyond == 0 ? 0 : (int) (TarFormat.RECORD - beyond)));
        output.finish();
        String sha256 = channel.sha256();
        Optional<IndexFile> indexFile = Optional.empty();
        if (index.isPresent()) {
            indexFile = Optional.of(index.get().finish(channel.count(), sha256));
        }
        state = State.FINISHED;
        return new PackedArchive(channel.count(), sha256, totals(), indexFile, written.reuse());
    }

    /// Ends the threads; without [#finish()] before it the archive is abandoned. Does not close the
    /// target. Idempotent.
    @Override
    public void close() {
        state = State.CLOSED;
        output.close();
        channel.close();
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException(
                    "archive writer is " + (state == State.BROKEN ? "broken" : "finished"));
        }
    }

    /// Writes the folders above a path that nobody put yet.
    private void addParents(ByteString path) throws IOException {
        int end = path.lastIndexOf('/');
        if (end < 0) {
            return;
        }
        ByteString parent = path.substring(0, end);
        if (parent.equals(lastParent)) {
            return;
        }
        byte[] bytes = parent.toBytes();
        for (int slash = 0; slash < bytes.length; ) {
            slash = parent.indexOf('/', slash + 1);
            slash = slash < 0 ? bytes.length : slash;
            if (folders.tag(bytes, slash) != SEEN) {
                folders.put(bytes, slash, SEEN);
                BytePath folder = new BytePath(parent.substring(0, slash));
                ArchiveEntry entry =
                        new ArchiveEntry.Folder(
                                folder, Attributes.ofRoot(PARENT_MODE, metadataTime));
                put(entry, headers.of(entry));
            }
        }
        lastParent = parent;
    }

    private void put(ArchiveEntry entry, byte[] header) throws IOException {
        state = State.BROKEN;
        filler.put(entry, header);
        state = State.OPEN;
    }
}
