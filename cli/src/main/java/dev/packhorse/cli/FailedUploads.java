package dev.packhorse.cli;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The uploads that were given up lately. Of other kinds none runs again with all others: a restore
/// of long ago would go over an account of today.
///
/// @param since what ended before stays as it is: its archives are replaced by newer ones
record FailedUploads(Queue queue, Instant since) {
    /// The only kind of which all may run again at once.
    static final String KIND = "upload";

    static final int BATCH = 1_000;
    private static final int LONGEST_LIST = 10_000;
    private static final Pattern TIME = Pattern.compile("(\\d{1,5})(m|h|d)");

    /// The queue of a daemon.
    interface Queue {
        /// The uploads that failed, the newest first.
        JsonNode failed(int limit) throws ClientException;

        /// Lets one run again.
        ///
        /// @return false if it is refused
        boolean retry(String id) throws ClientException;
    }

    /// The queue that a daemon answers for.
    record Daemon(DaemonClient client) implements Queue {
        @Override
        public JsonNode failed(int limit) throws ClientException {
            Parameters failed =
                    new Parameters()
                            .add("kind", KIND)
                            .add("state", "failed")
                            .add("limit", Integer.toString(limit));
            return client.call("packhorse_job_list", failed).path("jobs");
        }

        @Override
        public boolean retry(String id) throws ClientException {
            try {
                client.call("packhorse_job_retry", new Parameters().add("id", id));
                return true;
            } catch (ClientException e) {
                if (e.kind() != ClientException.Kind.FAILED) {
                    throw e;
                }
                return false;
            }
        }
    }

    /// How many run again, and how many the daemon refused.
    record Retried(int again, int refused) {}

    /// A time as `90m`, `12h` or `7d`.
    static Duration time(String text) throws UserError {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new UserError(
                    ExitCode.USAGE,
                    "--since is “" + text + "”, which is no time: give it as 90m, 12h or 7d");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /// Many at a time, each once: one that fails again at once is not tried for ever. Those that
    /// stay in the list make the next one longer, so that they hide none behind them.
    Retried retry() throws ClientException {
        Set<String> tried = new HashSet<>();
        int refused = 0;
        int staying = 0;
        boolean more;
        do {
            more = false;
            int stay = 0;
            for (JsonNode job : queue.failed(Math.min(BATCH + staying, LONGEST_LIST))) {
                String id = job.path("id").asString("");
                if (!isRecent(job) || !tried.add(id)) {
                    stay++;
                    continue;
                }
                more = true;
                if (!queue.retry(id)) {
                    refused++;
                    stay++;
                }
            }
            staying = stay;
        } while (more);
        return new Retried(tried.size() - refused, refused);
    }

    private boolean isRecent(JsonNode job) {
        return job.path("finished").asLong(0) >= since.getEpochSecond();
    }
}
