package dev.packhorse.engine.queue;

/// The store behind the queue failed. Nothing of the call is in force, unless the failure came
/// while its commit was under way. Unchecked: the worker loop, the HTTP edge and the command line's
/// main are where it ends.
public final class QueueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public QueueException(String message, Throwable cause) {
        super(message, cause);
    }
}
