package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notice;

/// The one notification of a run: how many accounts, which ones failed and why, where to read more.
final class RunDigest {
    private RunDigest() {}

    /// @param log the name of the run's log, 0 for none
    static Notice of(JobId run, RunArguments arguments, RunResult result, long log) {
        return new Notice(
                Events.BACKUP,
                RunState.of(result).event(),
                run.value(),
                title(arguments, result),
                text(run, result, log),
                log);
    }

    private static String title(RunArguments arguments, RunResult result) {
        if (!result.nobody().isEmpty()) {
            return "backup of %s: no account was backed up".formatted(arguments.date());
        }
        int all = all(result);
        int bad = result.missing();
        return switch (RunState.of(result)) {
            case SUCCESS -> "backup of %s: all %d accounts".formatted(arguments.date(), all);
            case PARTIAL_FAILURE ->
                    "backup of %s: %d of %d accounts failed".formatted(arguments.date(), bad, all);
            case FAILURE -> "backup of %s failed".formatted(arguments.date());
        };
    }

    private static int all(RunResult result) {
        return result.backedUp() + result.missing();
    }

    private static String text(JobId run, RunResult result, long log) {
        StringBuilder text = new StringBuilder();
        text.append(
                "%d accounts were backed up, %d of them with warnings; %d failed, %d were cancelled, %d are left out by the configuration.\n"
                        .formatted(
                                result.backedUp(),
                                result.partial() - result.warnings().size(),
                                result.failed(),
                                result.cancelled(),
                                result.leftOut().size()));
        if (!result.nobody().isEmpty()) {
            text.append("\nNo account was backed up: ")
                    .append(oneLine(result.nobody()))
                    .append('\n');
        }
        if (!result.errors().isEmpty()) {
            text.append("\nFailed:\n");
            result.errors().forEach(error -> text.append("  ").append(oneLine(error)).append('\n'));
            if (result.failed() > result.errors().size()) {
                text.append("  and ")
                        .append(result.failed() - result.errors().size())
                        .append(" more\n");
            }
        }
        if (!result.warnings().isEmpty()) {
            text.append("\nWarnings:\n");
            result.warnings().forEach(each -> text.append("  ").append(oneLine(each)).append('\n'));
        }
        text.append("\nRun ").append(run);
        if (log != 0) {
            text.append(", log ").append(log).append(".log");
        }
        return text.append('\n').toString();
    }

    private static String oneLine(String error) {
        String line = error.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() > 400 ? line.substring(0, 400) + "…" : line;
    }
}
