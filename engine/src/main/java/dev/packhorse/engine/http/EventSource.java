package dev.packhorse.engine.http;

import dev.packhorse.engine.live.LiveFeed;
import dev.packhorse.engine.whm.OwnerCheck;
import java.time.Duration;

/// Where the events of `/events` come from.
///
/// @param feed tells them
/// @param owners who owns the accounts that they are about
/// @param heartbeat how often a stream shows that it lives, and its login is judged anew
public record EventSource(LiveFeed feed, OwnerCheck owners, Duration heartbeat) {
    /// With the usual heartbeat.
    public static EventSource of(LiveFeed feed, OwnerCheck owners) {
        return new EventSource(feed, owners, Duration.ofSeconds(15));
    }
}
