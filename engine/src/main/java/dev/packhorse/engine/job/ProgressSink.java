package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.FileStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;

/// Tells how far packing is, every few hundred members or few megabytes. One thread.
final class ProgressSink implements ArchiveSink {
    private static final int MEMBERS = 256;
    private static final long BYTES = 16L << 20;

    private final ArchiveSink target;
    private final BiConsumer<Long, Long> listener;
    private long members;
    private long bytes;
    private long toldMembers;
    private long toldBytes;

    /// @param listener takes members and bytes so far
    ProgressSink(ArchiveSink target, BiConsumer<Long, Long> listener) {
        this.target = target;
        this.listener = listener;
    }

    @Override
    public void add(ArchiveEntry entry) throws IOException {
        target.add(entry);
        count(1, 0);
    }

    @Override
    public boolean reuse(BytePath path, FileStat source) throws IOException {
        boolean reused = target.reuse(path, source);
        if (reused) {
            count(1, 0);
        }
        return reused;
    }

    @Override
    public long add(ArchiveEntry.RegularFile entry, EntryBody body) throws IOException {
        long given = target.add(entry, buffer -> counted(body, buffer));
        count(1, 0);
        return given;
    }

    private int counted(EntryBody body, ByteBuffer buffer) throws IOException {
        int count = body.read(buffer);
        count(0, Math.max(0, count));
        return count;
    }

    @Override
    public long metadataTime() {
        return target.metadataTime();
    }

    private void count(int moreMembers, int moreBytes) {
        members += moreMembers;
        bytes += moreBytes;
        if (members - toldMembers >= MEMBERS || bytes - toldBytes >= BYTES) {
            toldMembers = members;
            toldBytes = bytes;
            listener.accept(members, bytes);
        }
    }
}
