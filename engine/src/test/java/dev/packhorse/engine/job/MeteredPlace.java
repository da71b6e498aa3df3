package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A place whose readings are counted, and whose line breaks where a test says. One thread.
final class MeteredPlace extends PassingPlace {
    final List<ObjectKey> reads = new ArrayList<>();
    private final Map<ObjectKey, Long> bytesOf = new HashMap<>();
    private long bytes;
    private long left = Long.MAX_VALUE;
    private long life = Long.MAX_VALUE;
    private int cuts;

    MeteredPlace(Transport place) {
        super(place);
    }

    /// Forgets what was counted.
    void reset() {
        reads.clear();
        bytesOf.clear();
        bytes = 0;
        left = Long.MAX_VALUE;
        life = Long.MAX_VALUE;
        cuts = 0;
    }

    /// As if the process died: nothing that was begun is ended in order.
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /// After so many more bytes, whoever reads is killed.
    void killAfter(long count) {
        life = bytes + count;
    }

    /// How many bytes were handed out.
    long bytes() {
        return bytes;
    }

    /// How many bytes of an object were handed out.
    long bytesOf(ObjectKey key) {
        return bytesOf.getOrDefault(key, 0L);
    }

    /// How often an object was asked for.
    long readsOf(ObjectKey key) {
        return reads.stream().filter(key::equals).count();
    }

    /// From now on the line breaks after so many bytes, so many times; each time anew.
    void cutAfter(long count, int times) {
        left = count;
        cuts = times;
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        reads.add(key);
        long again = left;
        boolean[] broken = {false};
        try {
            return super.read(
                    key,
                    range,
                    in -> {
                        try {
                            return reader.read(new Line(key, in));
                        } catch (BrokenException e) {
                            broken[0] = true;
                            throw e;
                        }
                    },
                    cancellation);
        } catch (TransportException e) {
            if (broken[0]) {
                cuts--;
                left = cuts > 0 ? again : Long.MAX_VALUE;
                throw new TransportException(
                        TransportException.Kind.UNAVAILABLE, "read " + key + ": the line broke", e);
            }
            throw e;
        }
    }

    private static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final class Line extends FilterInputStream {
        private final ObjectKey key;

        Line(ObjectKey key, InputStream in) {
            super(in);
            this.key = key;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (cuts > 0 && left <= 0) {
                throw new BrokenException();
            }
            if (bytes >= life) {
                throw new Killed();
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            if (count > 0) {
                bytes += count;
                bytesOf.merge(key, (long) count, Long::sum);
                left -= cuts > 0 ? count : 0;
            }
            return count;
        }
    }
}
