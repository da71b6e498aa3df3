package dev.packhorse.engine.session;

import java.util.List;

/// How a transfer session's item ended.
///
/// @param failed whether it was not restored
/// @param message one sentence; for a failure what went wrong
/// @param altered items restored otherwise than archived
/// @param dangerous items to look at
/// @param skipped items left out
/// @param warnings what else a person should know
public record TransferOutcome(
        boolean failed,
        String message,
        List<String> altered,
        List<String> dangerous,
        List<String> skipped,
        List<String> warnings) {
    public TransferOutcome {
        altered = List.copyOf(altered);
        dangerous = List.copyOf(dangerous);
        skipped = List.copyOf(skipped);
        warnings = List.copyOf(warnings);
    }

    public static TransferOutcome failure(String message) {
        return new TransferOutcome(true, message, List.of(), List.of(), List.of(), List.of());
    }

    /// Whether it was restored with something to look at.
    public boolean hasWarnings() {
        return !failed
                && !(altered.isEmpty()
                        && dangerous.isEmpty()
                        && skipped.isEmpty()
                        && warnings.isEmpty());
    }
}
