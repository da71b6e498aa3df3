package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.BlockOutput;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/// Writes an account archive: a tar stream whose members all lie below one top folder, in a
/// container of choice, digested in the same pass. Memory does not grow with the number of files;
/// eight bytes are kept for each folder. One thread.
///
/// A body that fails with an exception of its own leaves a valid archive: its member is filled up
/// with zeros before the exception comes through, and more members may follow. Only a failure of
/// the target or a cancellation makes the archive unusable.
public final class CpmoveWriter implements ArchiveSink, AutoCloseable {
    /// What [#finish()] adds to the members: a record of zeros, as tar wants it.
    private static final int END_BLOCKS = 2;

    private static final int TOP_MODE = 0700;
    private static final int PARENT_MODE = 0700;
    private static final int SEEN = 1;

    private final DigestChannel channel;
    private final BlockOutput output;
    private final EntryHeaders headers;
    private final long metadataTime;
    private final Cancellation cancellation;
    private final NameTable folders = new NameTable();
    private ByteString lastParent = ByteString.of("");
    private ArchiveTotals totals = ArchiveTotals.NONE;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        BROKEN,
        FINISHED,
        CLOSED
    }

    private CpmoveWriter(
            DigestChannel channel,
            BlockOutput output,
            EntryHeaders headers,
            long metadataTime,
            Cancellation cancellation) {
        this.channel = channel;
        this.output = output;
        this.headers = headers;
        this.metadataTime = metadataTime;
        this.cancellation = cancellation;
    }

    /// Begins an archive with its top folder.
    ///
    /// @param target receives the archive file's bytes, on the writing thread; the caller's to
    ///   name, sync, publish and close
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
            Cancellation cancellation)
            throws IOException {
        DigestChannel channel = new DigestChannel(target);
        CpmoveWriter writer =
                new CpmoveWriter(
                        channel,
                        packing.open(channel),
                        new EntryHeaders(topFolder.value()),
                        metadataTime,
                        cancellation);
        boolean begun = false;
        try {
            writer.addTop();
            begun = true;
            return writer;
        } finally {
            if (!begun) {
                writer.close();
            }
        }
    }

    private void addTop() throws IOException {
        writeAll(headers.ofTop(Attributes.ofRoot(TOP_MODE, metadataTime)));
        totals = new ArchiveTotals(0, 1, 0, 0);
    }

    @Override
    public long metadataTime() {
        return metadataTime;
    }

    /// How much the archive holds so far.
    public ArchiveTotals totals() {
        return totals;
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
        put(entry, header);
        return writeContent(SparseMap.storedBytes(entry), body);
    }

    /// Ends the archive. What was written is an archive only after this has returned, and durable
    /// only when the caller has synced the target.
    ///
    /// @throws IOException if the target cannot be written, or the run was cancelled
    public PackedArchive finish() throws IOException {
        requireOpen();
        cancellation.check();
        state = State.BROKEN;
        output.writeZeros((long) END_BLOCKS * TarFormat.BLOCK);
        long beyond = output.taken() % TarFormat.RECORD;
        output.writeZeros(beyond == 0 ? 0 : TarFormat.RECORD - beyond);
        output.finish();
        state = State.FINISHED;
        return new PackedArchive(channel.count(), channel.sha256(), totals);
    }

    /// Ends the threads; without [#finish()] before it the archive is abandoned. Does not close the
    /// target. Idempotent.
    @Override
    public void close() {
        state = State.CLOSED;
        output.close();
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException(
                    "archive writer is " + (state == State.BROKEN ? "broken" : "finished"));
        }
    }

    /// Writes the folders above a path that nobody put yet.
    private void addParents(ByteString path) throws IOException {
        int end = lastSlash(path);
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

    private static int lastSlash(ByteString path) {
        for (int i = path.length() - 1; i >= 0; i--) {
            if (path.at(i) == '/') {
                return i;
            }
        }
        return -1;
    }

    private void put(ArchiveEntry entry, byte[] header) throws IOException {
        output.boundary();
        writeAll(header);
        totals = totals.plus(entry);
    }

    private void writeAll(byte[] bytes) throws IOException {
        State before = state;
        state = State.BROKEN;
        output.write(bytes, 0, bytes.length);
        state = before;
    }

    private long writeContent(long declared, EntryBody body) throws IOException {
        state = State.BROKEN;
        BodyCopy copy = new BodyCopy(output, cancellation);
        copy.copy(declared, body);
        state = State.OPEN;
        IOException failure = copy.bodyFailure();
        if (failure != null) {
            throw failure;
        }
        return copy.given();
    }
}
