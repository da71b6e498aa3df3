package dev.packhorse.engine.run;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The runs under way. Safe for many threads. Once it is stopping, a run that is added is told so
/// at once: none can slip past the stop.
final class RunSet {
    private final Set<ActiveRun> runs = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    void add(ActiveRun run) {
        runs.add(run);
        if (stopping) {
            run.stop();
        }
    }

    void remove(ActiveRun run) {
        runs.remove(run);
    }

    List<ActiveRun> all() {
        return List.copyOf(runs);
    }

    int size() {
        return runs.size();
    }

    boolean isStopping() {
        return stopping;
    }

    void stop() {
        stopping = true;
        runs.forEach(ActiveRun::stop);
    }
}
