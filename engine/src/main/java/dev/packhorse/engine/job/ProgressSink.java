package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveRun;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.archive.SourceFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
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
    public boolean isSequence() {
        return target.isSequence();
    }

    @Override
    public void add(ArchiveEntry entry) throws IOException {
        target.add(entry);
        count(1, 0);
    }

    @Override
    public long add(ArchiveEntry.RegularFile entry, EntryBody body) throws IOException {
        long given = target.add(entry, new Counted(body));
        count(1, 0);
        return given;
    }

    @Override
    public void add(ArchiveRun run) throws IOException {
        target.add(run);
        count(run.members(), run.bytes());
    }

    @Override
    public boolean addUnchanged(SourceFile file) throws IOException {
        boolean added = target.addUnchanged(file);
        if (added) {
            count(1, file.stat().sizeBytes());
        }
        return added;
    }

    @Override
    public long room() {
        return target.room();
    }

    @Override
    public void settle() throws IOException {
        target.settle();
    }

    private final class Counted implements EntryBody {
        private final EntryBody body;

        Counted(EntryBody body) {
            this.body = body;
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            int count = body.read(buffer);
            count(0, Math.max(0, count));
            return count;
        }

        @Override
        public Optional<SourceFile> unchangedSource() throws IOException {
            return body.unchangedSource();
        }
    }

    @Override
    public long metadataTime() {
        return target.metadataTime();
    }

    private void count(long moreMembers, long moreBytes) {
        members += moreMembers;
        bytes += moreBytes;
        if (members - toldMembers >= MEMBERS || bytes - toldBytes >= BYTES) {
            toldMembers = members;
            toldBytes = bytes;
            listener.accept(members, bytes);
        }
    }
}
