package dev.packhorse.transport.s3;

import dev.packhorse.transport.watch.CallWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ExecutableHttpRequest;

/// What runs below one call of the vendor's client, so that another thread can end it: its HTTP
/// requests. The client makes them on the caller's thread, where [#current] finds the scope.
final class CallScope {
    private static final ScopedValue<CallScope> CURRENT = ScopedValue.newInstance();

    private final List<ExecutableHttpRequest> requests = new ArrayList<>();
    private final long mostReplyBytes;
    private boolean aborted;
    private volatile @Nullable CallWatch watch;

    /// @param mostReplyBytes how much the server may answer
    CallScope(long mostReplyBytes) {
        this.mostReplyBytes = mostReplyBytes;
    }

    long mostReplyBytes() {
        return mostReplyBytes;
    }

    static Optional<CallScope> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    <R, X extends Throwable> R run(CallWatch watching, ScopedValue.CallableOp<R, X> call) throws X {
        watch = watching;
        return ScopedValue.where(CURRENT, this).call(call);
    }

    void began(ExecutableHttpRequest request) {
        synchronized (requests) {
            if (!aborted) {
                requests.add(request);
                return;
            }
        }
        request.abort();
    }

    /// Closes the connections of all requests, begun and still to begin.
    void abort() {
        List<ExecutableHttpRequest> due;
        synchronized (requests) {
            aborted = true;
            due = List.copyOf(requests);
        }
        due.forEach(ExecutableHttpRequest::abort);
    }

    /// What the consumer does between two reads does not count as standing still.
    void waiting(boolean waiting) {
        CallWatch watching = watch;
        if (watching != null && waiting) {
            watching.resume();
        } else if (watching != null) {
            watching.pause();
        }
    }

    void progressed(long bytes) {
        CallWatch watching = watch;
        if (watching != null) {
            watching.progressed(bytes);
        }
    }
}
