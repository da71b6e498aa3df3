package dev.packhorse.cli.render;

import java.time.Duration;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Tells in one line how far a running job is: a bar and the time that is left where it is known
/// how much there is in all, else what was done so far and how fast.
public final class ProgressText {
    private static final int BAR = 24;
    private static final Duration LEAST = Duration.ofSeconds(2);

    private ProgressText() {}

    /// The line.
    ///
    /// @param job as `packhorse_job_get` shows it
    /// @param bytesBefore what had been done when the looking on began
    /// @param watched for how long it was looked on
    public static String of(JsonNode job, long bytesBefore, Duration watched) {
        JsonNode progress = job.path("progress");
        String stage = progress.path("stage").asString("");
        String what = stage.isEmpty() ? job.path("state").asString("") : stage;
        long bytes = bytes(job);
        long expected = progress.path("expectedBytes").asLong(0);
        StringBuilder line = new StringBuilder(what);
        if (bytes > 0 && expected > 0) {
            line.append(' ').append(bar(bytes, expected));
        }
        if (bytes > 0) {
            line.append("  ").append(JobText.size(bytes));
            if (expected >= bytes) {
                line.append(" of ").append(JobText.size(expected));
            }
        }
        long rate = rate(bytes - bytesBefore, watched);
        if (rate > 0) {
            line.append("  ").append(JobText.size(rate)).append("/s");
        }
        line.append("  ").append(clock(watched));
        if (rate > 0 && expected > bytes) {
            line.append("  ETA ").append(clock(Duration.ofSeconds((expected - bytes) / rate)));
        }
        return LogText.printable(line.toString());
    }

    /// Bytes of content that a job has done.
    public static long bytes(JsonNode job) {
        return job.path("progress").path("bytes").asLong(0);
    }

    /// More than was expected is nearly all.
    private static String bar(long bytes, long expected) {
        int percent = (int) Math.min(99, bytes * 100.0 / expected);
        int full = percent * BAR / 100;
        return "[%s%s] %d %%".formatted("#".repeat(full), "-".repeat(BAR - full), percent);
    }

    private static long rate(long bytes, Duration watched) {
        return watched.compareTo(LEAST) < 0 || bytes <= 0
                ? 0
                : (long) (bytes / (watched.toMillis() / 1_000.0));
    }

    private static String clock(Duration time) {
        return String.format(
                Locale.ROOT,
                "%d:%02d:%02d",
                time.toHours(),
                time.toMinutesPart(),
                time.toSecondsPart());
    }
}
