package dev.packhorse.engine.job;

/// How a run ended, in the words of the log and of notifications. Accounts that were backed up with
/// warnings count as backed up.
///
/// Source: whmapi1-protocol 12.2 and 12.3.
enum RunState {
    SUCCESS("Success"),
    PARTIAL_FAILURE("PartialFailure"),
    FAILURE("Failure");

    private final String event;

    RunState(String event) {
        this.event = event;
    }

    static RunState of(RunResult result) {
        if (result.failed() + result.cancelled() == 0) {
            return SUCCESS;
        }
        return result.backedUp() == 0 ? FAILURE : PARTIAL_FAILURE;
    }

    /// The name of the event, as `PartialFailure`.
    String event() {
        return event;
    }
}
