package dev.packhorse.engine.job;

import java.util.List;
import java.util.Objects;

/// How a run ended, kept with its job.
///
/// @param succeeded accounts with a whole archive
/// @param partial accounts with a whole archive and warnings, and one more if the system's files
///   have warnings
/// @param failed accounts without a new archive, and one more if the system's files failed
/// @param cancelled accounts whose backup was cancelled
/// @param leftOut accounts that the configuration leaves out, with the reason
/// @param errors `ACCOUNT: reason` for each failed account, at most 100
/// @param warnings what the backup of the system's files lacks, if it does
/// @param nobody why the run took in no account at all although it was to, empty if it did
public record RunResult(
        int succeeded,
        int partial,
        int failed,
        int cancelled,
        List<String> leftOut,
        List<String> errors,
        List<String> warnings,
        String nobody) {
    public RunResult {
        leftOut = List.copyOf(leftOut);
        errors = List.copyOf(errors);
        // Runs of before an update have neither.
        warnings = List.copyOf(Objects.requireNonNullElse(warnings, List.of()));
        nobody = Objects.requireNonNullElse(nobody, "");
    }

    /// The end of a run that took accounts in, without warnings about the system's files.
    public RunResult(
            int succeeded,
            int partial,
            int failed,
            int cancelled,
            List<String> leftOut,
            List<String> errors) {
        this(succeeded, partial, failed, cancelled, leftOut, errors, List.of(), "");
    }

    /// How many have no new archive.
    int missing() {
        return failed + cancelled;
    }

    /// How many accounts have a whole archive. The system's files are no account.
    int backedUp() {
        return succeeded + partial - warnings.size();
    }
}
