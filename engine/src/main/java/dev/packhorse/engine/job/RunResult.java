package dev.packhorse.engine.job;

import java.util.List;

/// How a run ended, kept with its job.
///
/// @param succeeded accounts with a whole archive
/// @param partial accounts with a whole archive and warnings
/// @param failed accounts without a new archive, and one more if the system's files failed
/// @param cancelled accounts whose backup was cancelled
/// @param leftOut accounts that the configuration leaves out, with the reason
/// @param errors `ACCOUNT: reason` for each failed account, at most 100
public record RunResult(
        int succeeded,
        int partial,
        int failed,
        int cancelled,
        List<String> leftOut,
        List<String> errors) {
    public RunResult {
        leftOut = List.copyOf(leftOut);
        errors = List.copyOf(errors);
    }
}
