package dev.packhorse.engine.queue;

import dev.packhorse.transport.spi.Cancellation;
import java.util.Optional;

/// What a handler is given with its job. One thread.
public interface JobContext {
    /// The lease under which it runs; `lease().job()` is the job as it was when claimed.
    Lease lease();

    /// Requested when somebody cancels the job, when the lease is lost, or when the daemon stops.
    Cancellation cancellation();

    /// Whether the cancellation came from a stopping daemon: then end with [JobOutcome.HandedBack].
    boolean isStopping();

    /// Sets the progress that the next heartbeat carries: a JSON object, cheap to call often.
    void progress(String json);

    /// Stores a resume mark at once, see [JobQueue#mark].
    void mark(Optional<String> resumeMark) throws LeaseLostException;
}
