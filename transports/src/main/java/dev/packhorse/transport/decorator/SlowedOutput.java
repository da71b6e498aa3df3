package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Passes bytes on no faster than a limit says, in small pieces, so that waits are short and the
/// limit's share is fair. One thread at a time.
final class SlowedOutput extends FilterOutputStream {
    private final SpeedLimit limit;
    private final Cancellation cancellation;

    SlowedOutput(OutputStream out, SpeedLimit limit, Cancellation cancellation) {
        super(out);
        this.limit = limit;
        this.cancellation = cancellation;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int count = Math.min(ThrottledTransport.PIECE, length - done);
            limit.pass(count, cancellation);
            out.write(bytes, offset + done, count);
            done += count;
        }
    }
}
