package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.watch.CallLimits;
import java.time.Duration;

/// The calls that make up one put: each on whatever connection is free, under the limits of its
/// sort.
record FtpCalls(FtpPool pool, Duration timeout, String operation, Cancellation cancellation) {
    /// After a cancellation nobody waits long for the tidying up.
    private static final Duration TIDY = Duration.ofSeconds(5);

    private static final Duration PATIENCE = CallLimits.TRANSFER.idle();

    /// Limits for a stream at whose other end somebody else works: while he does nothing, nothing
    /// moves. The socket's own limit notices a server that sends nothing.
    static CallLimits streaming(Duration timeout) {
        return new CallLimits(
                timeout.compareTo(PATIENCE) > 0 ? timeout : PATIENCE,
                CallLimits.TRANSFER.window(),
                CallLimits.TRANSFER.floorBytesPerSecond());
    }

    /// A few commands.
    <R> R brief(FtpPool.Work<R> work) throws TransportException, CancelledException {
        return pool.call(operation, CallLimits.idle(timeout), cancellation, work);
    }

    /// Something that moves content.
    <R> R moving(FtpPool.Work<R> work) throws TransportException, CancelledException {
        CallLimits limits =
                new CallLimits(
                        timeout,
                        CallLimits.TRANSFER.window(),
                        CallLimits.TRANSFER.floorBytesPerSecond());
        return pool.call(operation, limits, cancellation, work);
    }

    /// What must be done even though the put was cancelled.
    <R> R tidying(FtpPool.Work<R> work) throws TransportException, CancelledException {
        Duration limit = timeout.compareTo(TIDY) < 0 ? timeout : TIDY;
        return pool.call(operation, CallLimits.idle(limit), Cancellation.never(), work);
    }
}
