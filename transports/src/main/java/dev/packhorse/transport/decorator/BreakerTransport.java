package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import java.util.function.Function;

/// Asks a [Breaker] before each call and tells it how the call went. Put it inside a
/// [RetryingTransport], so that every try counts. What failed on this side says nothing about the
/// place.
public final class BreakerTransport extends SurroundedTransport {
    private final Transport transport;
    private final Breaker breaker;

    /// Guards a transport.
    ///
    /// @param transport closed with this one
    /// @param breaker shared by all transports to one destination
    public BreakerTransport(Transport transport, Breaker breaker) {
        super(transport);
        this.transport = transport;
        this.breaker = breaker;
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        JudgedReader<R> judged = new JudgedReader<>(reader);
        return guarded(
                "read " + key,
                () -> transport.read(key, range, judged, cancellation),
                failure -> judged.failedItself() ? breaker::answered : outcome(failure));
    }

    @Override
    <R> R surround(String operation, Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException {
        return guarded(operation, call, this::outcome);
    }

    private <R> R guarded(
            String operation, Call<R> call, Function<TransportException, Runnable> judge)
            throws TransportException, CancelledException {
        breaker.begin(operation);
        Runnable outcome = breaker::undecided;
        try {
            R result = call.run();
            outcome = breaker::answered;
            return result;
        } catch (TransportException e) {
            outcome = judge.apply(e);
            throw e;
        } finally {
            outcome.run();
        }
    }

    private Runnable outcome(TransportException failure) {
        if (!failure.isOfPlace()) {
            return breaker::undecided;
        }
        return failure.kind().retryable() ? breaker::failed : breaker::answered;
    }
}
