package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallLimits;
import dev.packhorse.transport.watch.CallWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.commons.net.ftp.FTPReply;
import org.jspecify.annotations.Nullable;

/// The connections of one destination: at most so many at a time, each used by one call at a time.
/// A connection whose state is in doubt is closed, never given to the next call. Many threads.
final class FtpPool {
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);

    private final FtpSettings settings;
    private final Semaphore permits;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private boolean closed;

    private record Idle(FtpSession session, long sinceNanos) {}

    /// Work on a connection.
    @FunctionalInterface
    interface Work<R> {
        R run(FtpSession session) throws IOException;
    }

    FtpPool(FtpSettings settings, int connections) {
        this.settings = settings;
        this.permits = new Semaphore(connections);
    }

    /// Runs the work on a connection of its own, watched.
    ///
    /// @param operation for messages, as `put a/b`
    <R> R call(String operation, CallLimits limits, Cancellation cancellation, Work<R> work)
            throws TransportException, CancelledException {
        acquire(operation, cancellation);
        try {
            FtpSession session = answering(cancellation);
            try {
                return watched(operation, limits, cancellation, session, work);
            } finally {
                giveBack(session);
            }
        } finally {
            permits.release();
        }
    }

    private <R> R watched(
            String operation,
            CallLimits limits,
            Cancellation cancellation,
            FtpSession session,
            Work<R> work)
            throws TransportException, CancelledException {
        try (CallWatch watch = new CallWatch(limits, cancellation, session::cut)) {
            session.watchedBy(watch);
            try {
                if (!session.isInStep()) {
                    session.begin();
                }
                return work.run(session);
            } catch (IOException e) {
                throw failure(operation, session, watch.explain(operation, e));
            }
        }
    }

    private static TransportException failure(
            String operation, FtpSession session, IOException reason) throws CancelledException {
        boolean protocolOnly =
                reason instanceof TransportException known && known.getCause() == null;
        if (!protocolOnly) {
            session.cut();
        }
        if (reason instanceof CancelledException cancelled) {
            throw cancelled;
        }
        return FtpErrors.of(operation, reason);
    }

    private void acquire(String operation, Cancellation cancellation)
            throws TransportException, CancelledException {
        try {
            do {
                cancellation.check();
            } while (!permits.tryAcquire(50, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new TransportException(Kind.UNAVAILABLE, operation + ": interrupted", e);
        }
    }

    /// An idle connection that still answers, or a new one that is not connected yet.
    private FtpSession answering(Cancellation cancellation) {
        for (Idle found = poll(); found != null; found = poll()) {
            if (System.nanoTime() - found.sinceNanos() < FRESH_NANOS
                    || answers(found.session(), cancellation)) {
                return found.session();
            }
            found.session().cut();
        }
        return new FtpSession(settings);
    }

    private boolean answers(FtpSession session, Cancellation cancellation) {
        Duration limit =
                PROBE_LIMIT.compareTo(settings.timeout()) < 0 ? PROBE_LIMIT : settings.timeout();
        try (CallWatch watch = new CallWatch(CallLimits.idle(limit), cancellation, session::cut)) {
            session.watchedBy(watch);
            return FTPReply.isPositiveCompletion(session.noop());
        } catch (IOException _) {
            return false;
        }
    }

    private @Nullable Idle poll() {
        synchronized (idle) {
            return idle.pollLast();
        }
    }

    private void giveBack(FtpSession session) {
        session.unwatched();
        synchronized (idle) {
            if (!closed && session.isInStep()) {
                idle.addLast(new Idle(session, System.nanoTime()));
                return;
            }
        }
        session.cut();
    }

    /// Closes the idle connections; those in use are closed when they come back.
    void close() {
        List<Idle> due;
        synchronized (idle) {
            closed = true;
            due = List.copyOf(idle);
            idle.clear();
        }
        for (Idle connection : due) {
            connection.session().cut();
        }
    }
}
