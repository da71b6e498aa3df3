package dev.packhorse.engine.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/// A channel whose writes and syncs may fail, and, if it is one for writing, its close.
final class FaultyChannel extends FileChannel {
    private final FileChannel real;
    private final Changes changes;
    private final Change.Open opening;
    private final boolean appends;

    FaultyChannel(FileChannel real, Changes changes, Change.Open opening, boolean appends) {
        this.real = real;
        this.changes = changes;
        this.opening = opening;
        this.appends = appends;
    }

    private Change.Write writing(ByteBuffer source, long position) {
        byte[] bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        return new Change.Write(
                opening.handle(), opening.path(), position, new Change.Bytes(bytes));
    }

    /// A disk that fills up takes the first half of a buffer.
    private int write(ByteBuffer source, Change.Write change) throws IOException {
        try {
            return changes.make(change, () -> real.write(source));
        } catch (FailedByTestException e) {
            ByteBuffer half = source.duplicate();
            half.limit(half.position() + half.remaining() / 2);
            while (half.hasRemaining()) {
                real.write(half);
            }
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        changes.look(opening.path());
        return real.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        changes.look(opening.path());
        return real.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        changes.look(opening.path());
        return real.read(target, position);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return write(source, writing(source, appends ? real.size() : real.position()));
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long written = 0;
        for (int i = offset; i < offset + length; i++) {
            written += write(sources[i]);
        }
        return written;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return changes.make(writing(source, position), () -> real.write(source, position));
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        real.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        changes.run(
                new Change.Truncate(opening.handle(), opening.path(), size),
                () -> real.truncate(size));
        return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        changes.run(new Change.Sync(opening.handle(), opening.path()), () -> real.force(metadata));
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        changes.look(opening.path());
        return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
        int read = source.read(block);
        block.flip();
        return read < 0 ? 0 : write(block, position);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return real.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return real.lock(position, size, shared);
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return real.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        try {
            changes.run(new Change.Close(opening.handle(), opening.path()), () -> {});
        } finally {
            real.close();
        }
    }
}
