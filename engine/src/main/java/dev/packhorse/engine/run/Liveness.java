package dev.packhorse.engine.run;

import java.time.Duration;

/// What a watchdog wants to know about a pool. The ages come from a clock that nobody can set.
///
/// @param sinceHeartbeat since the heartbeat last came on, by a lease or a round, whether the store
///   answered or not
/// @param sinceStoreAnswered since the store last answered the heartbeat
/// @param sinceLooked the longest that any idle worker has not looked for work; zero if all are
///   busy
/// @param running how many jobs run
/// @param deadWorkers workers that an error has ended; more than zero needs a restart
/// @param claiming whether work is taken
public record Liveness(
        Duration sinceHeartbeat,
        Duration sinceStoreAnswered,
        Duration sinceLooked,
        int running,
        int deadWorkers,
        boolean claiming) {}
