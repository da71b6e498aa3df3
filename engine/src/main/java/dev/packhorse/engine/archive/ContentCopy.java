package dev.packhorse.engine.archive;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Takes content out of a body: as many bytes as its header declares, whatever the body does. What
/// it does not give is zeros. One thread, one use.
final class ContentCopy {
    private final EntryBody body;
    private final Cancellation cancellation;
    private long given;
    private boolean ended;
    private @Nullable IOException failure;

    ContentCopy(EntryBody body, Cancellation cancellation) {
        this.body = body;
        this.cancellation = cancellation;
    }

    /// Puts so many bytes at the buffer's position.
    ///
    /// @throws IOException if the run was cancelled, but not if the body failed
    void fill(ByteBuffer target, int count) throws IOException {
        int limit = target.limit();
        target.limit(target.position() + count);
        while (!ended && target.hasRemaining()) {
            cancellation.check();
            ended = !once(target);
        }
        zeros(target);
        target.limit(limit);
    }

    static void zeros(ByteBuffer target) {
        while (target.remaining() >= Long.BYTES) {
            target.putLong(0);
        }
        while (target.hasRemaining()) {
            target.put((byte) 0);
        }
    }

    /// How many bytes came from the body.
    long given() {
        return given;
    }

    /// Throws the body's own failure, if it had one.
    void throwFailure() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /// Lets the body fill the room once, and tells whether it may have more.
    private boolean once(ByteBuffer target) throws CancelledException {
        int before = target.position();
        int told;
        try {
            told = body.read(target);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            // Whatever it had put before it failed was not told, and does not count.
            target.position(before);
            failure = e;
            return false;
        }
        if (told < 0) {
            target.position(before);
            return false;
        }
        if (told == 0 || target.position() - before != told) {
            throw new IllegalStateException(
                    "body told %d bytes and put %d".formatted(told, target.position() - before));
        }
        given += told;
        return true;
    }
}
