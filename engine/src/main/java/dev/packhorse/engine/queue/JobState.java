package dev.packhorse.engine.queue;

/// The states of a job; `docs/queue-states.md` draws the moves. A job is *open* in the first three.
public enum JobState {
    /// Waits for an activation (restore tasks before `restore_queue_activate`).
    HELD(true),
    /// Waits for a worker, or for its not-before time.
    PENDING(true),
    /// A worker holds its lease.
    ACTIVE(true),
    /// Ended: everything was done.
    SUCCEEDED(false),
    /// Ended: done, with items that somebody should look at.
    PARTIAL(false),
    /// Ended: not done.
    FAILED(false),
    /// Ended: somebody asked for the end.
    CANCELLED(false);

    private final boolean open;

    JobState(boolean open) {
        this.open = open;
    }

    public boolean isOpen() {
        return open;
    }
}
