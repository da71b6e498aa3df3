package dev.packhorse.engine.queue;

/// What a renewal found.
public enum LeaseState {
    /// The lease is held and was prolonged.
    HELD,
    /// The lease is held and was prolonged, and somebody asked for the job's end.
    CANCEL_REQUESTED,
    /// The lease is gone: stop, and write nothing more.
    LOST
}
