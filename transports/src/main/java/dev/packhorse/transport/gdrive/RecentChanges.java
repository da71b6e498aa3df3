package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The files that one destination published and removed last, since a search in Drive may be late
/// to find the ones and to lose the others, while looking for an id never is. Only this process
/// knows them. Safe for many threads.
final class RecentChanges {
    private static final int MOST = 2_000;

    private final Map<ObjectKey, String> published = new LinkedHashMap<>();
    private final Map<String, Boolean> removed = new LinkedHashMap<>();

    synchronized void publish(ObjectKey key, String id) {
        published.remove(key);
        published.put(key, id);
        shrink(published);
    }

    synchronized void remove(String id) {
        published.values().remove(id);
        removed.put(id, true);
        shrink(removed);
    }

    private static void shrink(Map<?, ?> changes) {
        if (changes.size() > MOST) {
            var eldest = changes.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    synchronized boolean isRemoved(String id) {
        return removed.containsKey(id);
    }

    synchronized Optional<String> published(ObjectKey key) {
        return Optional.ofNullable(published.get(key));
    }

    /// A copy of what was published.
    synchronized Map<ObjectKey, String> published() {
        return Map.copyOf(published);
    }
}
