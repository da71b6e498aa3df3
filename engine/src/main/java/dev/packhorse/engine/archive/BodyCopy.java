package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.BlockOutput;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Copies one body into the stream, as many bytes as its header declares whatever the body does.
/// One thread, one use.
final class BodyCopy {
    private static final long ZEROS_AT_ONCE = 1 << 20;

    private final BlockOutput output;
    private final Cancellation cancellation;
    private long given;
    private @Nullable IOException bodyFailure;

    BodyCopy(BlockOutput output, Cancellation cancellation) {
        this.output = output;
        this.cancellation = cancellation;
    }

    /// Writes the declared number of bytes, zeros for those that the body does not give, and the
    /// padding to whole blocks.
    ///
    /// @throws IOException if the output failed or the run was cancelled, but not if the body
    ///   failed
    void copy(long declared, EntryBody body) throws IOException {
        boolean more = declared > 0;
        while (more) {
            cancellation.check();
            ByteBuffer space = output.space();
            space.limit((int) Math.min(space.limit(), space.position() + (declared - given)));
            more = fill(space, body) && given < declared;
        }
        long missing = declared - given;
        while (missing > 0) {
            cancellation.check();
            long step = Math.min(missing, ZEROS_AT_ONCE);
            output.writeZeros(step);
            missing -= step;
        }
        output.writeZeros(TarFormat.padding(declared));
    }

    /// How many bytes came from the body.
    long given() {
        return given;
    }

    /// The body's own failure, if it had one.
    @Nullable IOException bodyFailure() {
        return bodyFailure;
    }

    /// Lets the body fill the space once, and tells whether it may have more.
    private boolean fill(ByteBuffer space, EntryBody body) throws CancelledException {
        int before = space.position();
        int told;
        try {
            told = body.read(space);
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            // Whatever it had put before it failed was not told, and does not count.
            space.position(before);
            bodyFailure = e;
            return false;
        }
        int count = space.position() - before;
        if (told != (count == 0 ? -1 : count)) {
            throw new IllegalStateException("body put " + count + " bytes but tells " + told);
        }
        given += count;
        return count > 0;
    }
}
