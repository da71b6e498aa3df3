package dev.packhorse.engine.archive;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Writes members as a plain tar archive that is a part of an account: they bear the names that
/// they have in the archive of all of it, and what stands above them is left out. One thread.
public final class PartWriter implements ArchiveSink {
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int END_BLOCKS = 2;

    private final OutputStream target;
    private final EntryHeaders headers;
    private final long metadataTime;
    private final Cancellation cancellation;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    private long contentBytes;

    /// @param target stays the caller's
    /// @param topFolder the first component of every member's name
    /// @param metadataTime what [ArchiveSink#metadataTime()] tells
    public PartWriter(
            OutputStream target, ByteName topFolder, long metadataTime, Cancellation cancellation) {
        this.target = target;
        this.headers = new EntryHeaders(topFolder.value());
        this.metadataTime = metadataTime;
        this.cancellation = cancellation;
    }

    @Override
    public void add(ArchiveEntry entry) throws IOException {
        if (entry instanceof ArchiveEntry.RegularFile) {
            throw new IllegalArgumentException("a regular file needs a body: " + entry.path());
        }
        cancellation.check();
        target.write(headers.of(entry));
    }

    @Override
    public long add(ArchiveEntry.RegularFile entry, EntryBody body) throws IOException {
        cancellation.check();
        target.write(headers.of(entry));
        ContentCopy copy = new ContentCopy(body, cancellation);
        long stored = SparseMap.storedBytes(entry);
        for (long left = stored; left > 0; left -= block.position()) {
            copy.fill(block.clear(), (int) Math.min(left, BLOCK_BYTES));
            target.write(block.array(), 0, block.position());
        }
        target.write(new byte[TarFormat.padding(stored)]);
        contentBytes += copy.given();
        copy.throwFailure();
        return copy.given();
    }

    @Override
    public long metadataTime() {
        return metadataTime;
    }

    /// How many bytes of files were added so far.
    public long contentBytes() {
        return contentBytes;
    }

    /// Ends the archive; without it a reader knows that something is missing.
    public void finish() throws IOException {
        target.write(new byte[END_BLOCKS * TarFormat.BLOCK]);
    }
}
