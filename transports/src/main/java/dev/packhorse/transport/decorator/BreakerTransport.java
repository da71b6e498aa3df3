package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// Asks a [Breaker] before each call and tells it how the call went. Put it inside a
/// [RetryingTransport], so that every try counts.
public final class BreakerTransport extends SurroundedTransport {
    private final Breaker breaker;

    /// Guards a transport.
    ///
    /// @param transport closed with this one
    /// @param breaker shared by all transports to one destination
    public BreakerTransport(Transport transport, Breaker breaker) {
        super(transport);
        this.breaker = breaker;
    }

    @Override
    <R> R surround(String operation, Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException {
        breaker.begin(operation);
        Runnable outcome = breaker::undecided;
        try {
            R result = call.run();
            outcome = breaker::answered;
            return result;
        } catch (TransportException e) {
            outcome = e.kind().retryable() ? breaker::failed : breaker::answered;
            throw e;
        } finally {
            outcome.run();
        }
    }
}
