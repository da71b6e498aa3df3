package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.util.concurrent.atomic.AtomicBoolean;

/// Lets go of what the place needs, once, after the transport beneath is closed.
public final class HeldTransport extends SurroundedTransport {
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// Surrounds a transport.
    ///
    /// @param transport closed with this one
    /// @param release never throws
    public HeldTransport(Transport transport, Runnable release) {
        super(transport);
        this.release = release;
    }

    @Override
    <R> R surround(String operation, Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException {
        return call.run();
    }

    @Override
    public void close() throws TransportException {
        try {
            super.close();
        } finally {
            if (closed.compareAndSet(false, true)) {
                release.run();
            }
        }
    }
}
