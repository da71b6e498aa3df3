package dev.packhorse.engine.index;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A source at a distance, where each read costs a request: one that goes on where the last one
/// ended fetches more than it was asked for, twice as much each time, so that a large file is
/// limited by the line and not by its delay. A read somewhere else begins small again, so that a
/// small file costs little. Keeps at most [#MOST_BYTES], or the largest single read if that is
/// more. One thread.
public final class ReadAhead implements RangeSource {
    /// What a read fetches at least, if there is so much.
    public static final int LEAST_BYTES = 256 << 10;

    /// What a read fetches at most, if it asks for no more.
    public static final int MOST_BYTES = 8 << 20;

    private final RangeSource source;
    private final long size;
    private byte[] held = new byte[0];
    private long heldAt;
    private int window;

    /// @param source whose size does not change
    public ReadAhead(RangeSource source) throws IOException {
        this.source = source;
        this.size = source.size();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        if (!isHeld(offset)) {
            fetch(offset, target.remaining());
            if (!isHeld(offset)) {
                return -1;
            }
        }
        int from = Math.toIntExact(offset - heldAt);
        int count = Math.min(target.remaining(), held.length - from);
        target.put(held, from, count);
        return count;
    }

    private boolean isHeld(long offset) {
        return offset >= heldAt && offset < heldAt + held.length;
    }

    private void fetch(long offset, int wanted) throws IOException {
        long skipped = offset - (heldAt + held.length);
        boolean goesOn = held.length > 0 && skipped >= 0 && skipped <= window;
        window = goesOn ? Math.min(2 * window, MOST_BYTES) : LEAST_BYTES;
        long length = Math.min(size - offset, Math.max(wanted, window));
        // The old bytes go before the new ones come, so that only one lot is in memory.
        held = new byte[0];
        if (length <= 0) {
            return;
        }
        ByteBuffer fetched = ByteBuffer.allocate(Math.toIntExact(length));
        int count = source.read(fetched, offset);
        while (count >= 0 && fetched.hasRemaining()) {
            count = source.read(fetched, offset + fetched.position());
        }
        heldAt = offset;
        held =
                fetched.position() == length
                        ? fetched.array()
                        : java.util.Arrays.copyOf(fetched.array(), fetched.position());
    }
}
