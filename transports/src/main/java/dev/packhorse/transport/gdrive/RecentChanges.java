package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The files that one destination published and removed last, since a search in Drive may be late
/// to find the ones and to lose the others, while looking for an id never is. Only this process
/// knows them; whoever opens the destination after another goes on with what that one did. Safe for
/// many threads.
final class RecentChanges {
    private static final int MOST = 2_000;

    /// No search is later than that.
    private static final Duration LONGEST = Duration.ofHours(1);

    /// One a destination, of which a server has a handful.
    private static final Map<Place, RecentChanges> PLACES = new ConcurrentHashMap<>();

    private final InstantSource clock;
    private final Map<ObjectKey, Change> published = new LinkedHashMap<>();
    private final Map<String, Change> removed = new LinkedHashMap<>();

    private record Place(URI endpoint, GoogleLogin login, String mark) {}

    private record Change(String id, long millis) {}

    RecentChanges(InstantSource clock) {
        this.clock = clock;
    }

    /// Those of a destination.
    ///
    /// @param mark of its objects
    static RecentChanges of(GdriveSettings settings, String mark) {
        return PLACES.computeIfAbsent(
                new Place(settings.endpoint(), settings.login(), mark),
                _ -> new RecentChanges(InstantSource.system()));
    }

    synchronized void publish(ObjectKey key, String id) {
        published.remove(key);
        published.put(key, new Change(id, clock.millis()));
        shrink(published);
    }

    synchronized void remove(String id) {
        published.values().removeIf(change -> change.id().equals(id));
        removed.remove(id);
        removed.put(id, new Change(id, clock.millis()));
        shrink(removed);
    }

    private static void shrink(Map<?, ?> changes) {
        if (changes.size() > MOST) {
            var eldest = changes.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /// The eldest come first.
    private void forgetOld(Map<?, Change> changes) {
        long oldest = clock.millis() - LONGEST.toMillis();
        for (Iterator<Change> all = changes.values().iterator(); all.hasNext(); ) {
            if (all.next().millis() >= oldest) {
                return;
            }
            all.remove();
        }
    }

    synchronized boolean isRemoved(String id) {
        forgetOld(removed);
        return removed.containsKey(id);
    }

    synchronized Optional<String> published(ObjectKey key) {
        forgetOld(published);
        return Optional.ofNullable(published.get(key)).map(Change::id);
    }

    /// A copy of what was published.
    synchronized Map<ObjectKey, String> published() {
        forgetOld(published);
        Map<ObjectKey, String> ids = new HashMap<>();
        published.forEach((key, change) -> ids.put(key, change.id()));
        return ids;
    }
}
