package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Lets so many calls through at a time; others wait, and stop waiting when they are cancelled. A
/// visitor or reader that calls the same transport takes a place of its own, so with one place it
/// would wait for itself.
public final class LimitedTransport extends SurroundedTransport {
    private static final long LOOK_MILLIS = 50;

    private final int calls;
    private final Semaphore places;

    /// Limits a transport.
    ///
    /// @param transport closed with this one
    /// @param calls at least 1
    public LimitedTransport(Transport transport, int calls) {
        super(transport);
        if (calls < 1) {
            throw new IllegalArgumentException("at least one call must pass");
        }
        this.calls = calls;
        this.places = new Semaphore(calls, true);
    }

    @Override
    public TransportTraits traits() {
        TransportTraits traits = super.traits();
        return traits.withMaxConnections(Math.min(calls, traits.maxConnections()));
    }

    @Override
    <R> R surround(String operation, Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException {
        try {
            do {
                cancellation.check();
            } while (!places.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new TransportException(Kind.UNAVAILABLE, operation + ": interrupted", e);
        }
        try {
            return call.run();
        } finally {
            places.release();
        }
    }
}
