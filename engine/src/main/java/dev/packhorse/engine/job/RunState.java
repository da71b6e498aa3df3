package dev.packhorse.engine.job;

/// How a run ended, in the words of the log and of notifications. Accounts that were backed up with
/// warnings count as backed up. A run that was to back up accounts and took in none is no success:
/// a server that lost the list of its accounts would look as good as one that is backed up.
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
        if (result.missing() == 0) {
            return ofWhole(result);
        }
        return result.backedUp() == 0 ? FAILURE : PARTIAL_FAILURE;
    }

    private static RunState ofWhole(RunResult result) {
        if (result.nobody().isEmpty()) {
            return SUCCESS;
        }
        return result.leftOut().isEmpty() ? FAILURE : PARTIAL_FAILURE;
    }

    /// The name of the event, as `PartialFailure`.
    String event() {
        return event;
    }
}
