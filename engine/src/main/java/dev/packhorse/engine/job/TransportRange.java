package dev.packhorse.engine.job;

import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An object at a destination that reads ranges. Each read is one call of the transport.
record TransportRange(Transport transport, ObjectKey key, long sizeBytes, Cancellation cancellation)
        implements RangeSource {
    @Override
    public long size() {
        return sizeBytes;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        if (offset >= sizeBytes) {
            return -1;
        }
        int wanted = (int) Math.min(target.remaining(), sizeBytes - offset);
        byte[] bytes = bytes(new ByteRange(offset, wanted));
        target.put(bytes);
        return bytes.length == 0 && wanted > 0 ? -1 : bytes.length;
    }

    /// Nothing where the object has become shorter than it was.
    private byte[] bytes(ByteRange range) throws IOException {
        try {
            return transport.read(
                    key, range, in -> in.readNBytes((int) range.length()), cancellation);
        } catch (TransportException e) {
            if (e.kind() == TransportException.Kind.RANGE) {
                return new byte[0];
            }
            throw e;
        }
    }
}
