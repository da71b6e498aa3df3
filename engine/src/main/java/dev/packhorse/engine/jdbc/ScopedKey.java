package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.queue.JobRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The keys of a job as the store compares them. A job that is bound to a server has keys of that
/// server's own: two servers of one store may have accounts of one name.
final class ScopedKey {
    /// Of a row `j`: what its exclusive key is compared as.
    static final String EXCLUSIVE =
            "(CASE WHEN j.node IS NULL THEN j.exclusive_key ELSE j.node || ' ' || j.exclusive_key END)";

    private ScopedKey() {}

    /// The unique key, null without one.
    static @Nullable String unique(JobRequest request) {
        Optional<String> key = request.uniqueKey();
        return request.node().isPresent() ? of(request.node().get(), key) : key.orElse(null);
    }

    /// A key of a job that is bound to a server, null without one.
    static @Nullable String of(String node, Optional<String> key) {
        // No name of a server has a space.
        return key.map(own -> node + " " + own).orElse(null);
    }
}
