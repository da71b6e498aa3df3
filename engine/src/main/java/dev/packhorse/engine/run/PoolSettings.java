package dev.packhorse.engine.run;

import dev.packhorse.engine.model.JobKind;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// How a pool works.
///
/// @param node this server's name; jobs bound to another node are left alone
/// @param workers how many jobs of a stage may run at a time; a stage without an entry has none
/// @param leaseFor how long a lease lasts without a heartbeat
/// @param heartbeat how often leases are renewed and those of dead workers taken back
/// @param poll how often an idle worker looks by itself, for work that came from other processes or
///   is due by time
/// @param stopWithin how long a stop waits for running jobs
/// @param backoff how long a job waits between attempts
public record PoolSettings(
        String node,
        Map<JobKind.Stage, Integer> workers,
        Duration leaseFor,
        Duration heartbeat,
        Duration poll,
        Duration stopWithin,
        Backoff backoff) {

    public PoolSettings {
        workers = Collections.unmodifiableMap(new EnumMap<>(workers));
        workers.forEach((stage, count) -> {
            if (count < 0 || count > 256) {
                throw new IllegalArgumentException(
                        "workers of " + stage + " must be 0 to 256: " + count);
            }
        });
        if (heartbeat.isNegative() || heartbeat.isZero() || poll.isNegative() || poll.isZero()) {
            throw new IllegalArgumentException("heartbeat and poll must be longer than nothing");
        }
        if (leaseFor.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "a lease of "
                            + leaseFor
                            + " must last at least two heartbeats of "
                            + heartbeat);
        }
    }

    /// The usual times: lease 60 s, heartbeat 15 s, poll 3 s, stop within 20 s.
    public static PoolSettings of(String node, Map<JobKind.Stage, Integer> workers) {
        return new PoolSettings(
                node,
                workers,
                Duration.ofSeconds(60),
                Duration.ofSeconds(15),
                Duration.ofSeconds(3),
                Duration.ofSeconds(20),
                Backoff.usual());
    }
}
