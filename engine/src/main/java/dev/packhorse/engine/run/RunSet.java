package dev.packhorse.engine.run;

import dev.packhorse.engine.queue.Job;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The runs under way. Safe for many threads. Once it is stopping, a run that is added is told so
/// at once: none can slip past the stop.
final class RunSet {
    private final Set<ActiveRun> runs = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private volatile boolean claiming = true;

    /// Adds a run, unless one of the same job or exclusive key has not ended here. That happens
    /// when its lease was lost, as to another server while this process was halted: the queue is
    /// right to give the job out again, but two threads must not work on one account.
    ///
    /// @return whether it was added
    synchronized boolean add(ActiveRun run) {
        if (runs.stream().anyMatch(other -> areRivals(run.lease().job(), other.lease().job()))) {
            return false;
        }
        runs.add(run);
        if (stopping) {
            run.stop();
        }
        return true;
    }

    private static boolean areRivals(Job one, Job other) {
        Optional<String> key = one.request().exclusiveKey();
        return one.id().equals(other.id())
                || (key.isPresent() && key.equals(other.request().exclusiveKey()));
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

    /// Whether new work may be taken.
    boolean isClaiming() {
        return claiming && !stopping;
    }

    void claimNoMore() {
        claiming = false;
    }

    boolean isStopping() {
        return stopping;
    }

    synchronized void stop() {
        stopping = true;
        runs.forEach(ActiveRun::stop);
    }
}
