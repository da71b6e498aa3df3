package dev.packhorse.engine.live;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobEvent;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.QueueException;
import dev.packhorse.engine.queue.WorkListener;
import dev.packhorse.engine.run.RunProgress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells listeners of each move of a job of this process, and of progress. One thread makes the
/// events; the queue's threads only hand it the moves, and never wait. The newest moves are kept,
/// so that a listener that comes back goes on where it was. Give it to the queue as a listener,
/// start it once, close it once; safe for many threads.
public final class LiveFeed implements WorkListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);

    /// So many moves can be told again.
    public static final int KEPT = 1_000;

    private static final int INCOMING = 10_000;
    private static final int AHEAD = 500;

    /// Tells the places of this process from those of one before.
    private final String era = UUID.randomUUID().toString().substring(0, 8);

    private final BlockingQueue<JobEvent> incoming = new ArrayBlockingQueue<>(INCOMING);
    private volatile boolean lostSome;
    private volatile boolean stopped;

    /// Guarded by `this`, as all that follows.
    private final Deque<LiveEvent> kept = new ArrayDeque<>();

    private final Set<Subscription> listeners = new LinkedHashSet<>();

    /// The number of the newest event, and of the newest one that is not kept any more.
    private long newest;

    private long forgotten;

    /// Of the feed's own thread.
    private Map<JobId, String> toldProgress = new HashMap<>();

    @Override
    public void workMayBeThere() {}

    @Override
    public void cancelRequested(JobId job) {}

    @Override
    public void moved(JobEvent move) {
        if (!incoming.offer(move)) {
            lostSome = true;
        }
    }

    /// Begins to tell.
    ///
    /// @param underWay how far the runs of this process are; asked each second while somebody
    ///   listens
    public void start(JobQueue queue, Supplier<List<RunProgress>> underWay) {
        Thread.ofPlatform()
                .name("packhorse-live")
                .daemon()
                .start(() -> {
                    while (!stopped) {
                        tell(queue, underWay);
                    }
                });
    }

    private void tell(JobQueue queue, Supplier<List<RunProgress>> underWay) {
        try {
            JobEvent move = incoming.poll(1, TimeUnit.SECONDS);
            if (lostSome) {
                lostSome = false;
                LOG.warn("more happened than could be told: listeners start anew");
                reset();
            }
            if (move != null) {
                queue.find(move.job()).ifPresent(job -> publish(move, job));
            } else if (hasListeners()) {
                underWay.get().forEach(this::progress);
                toldProgress.keySet().retainAll(ids(underWay.get()));
            }
        } catch (QueueException e) {
            LOG.atWarn().setCause(e).log("a move could not be told");
            lostSome = true;
        } catch (InterruptedException _) {
            LOG.debug("a stray interrupt");
        }
    }

    private static Set<JobId> ids(List<RunProgress> runs) {
        return runs.stream()
                .map(run -> run.job().id())
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    private void progress(RunProgress run) {
        String before = toldProgress.put(run.job().id(), run.progress());
        if (!run.progress().equals(before)) {
            LiveEvent event = EventData.progress(run.job(), run.progress());
            synchronized (this) {
                listeners.forEach(listener -> listener.offer(event));
            }
        }
    }

    private synchronized void publish(JobEvent move, Job job) {
        newest++;
        LiveEvent event = EventData.moved(place(newest), move, job);
        kept.addLast(event);
        if (kept.size() > KEPT) {
            kept.removeFirst();
            forgotten++;
        }
        listeners.forEach(listener -> listener.offer(event));
    }

    private synchronized void reset() {
        newest++;
        forgotten = newest;
        kept.clear();
        LiveEvent event = LiveEvent.toAll(place(newest), "reset");
        listeners.forEach(listener -> listener.offer(event));
    }

    private synchronized boolean hasListeners() {
        return !listeners.isEmpty();
    }

    /// Listens from now on, or from the event after a place. The first event is `ready`, or `reset`
    /// where events after the place are not kept any more: then what one knew has to be asked anew.
    ///
    /// @param after the id of the last event that was seen, empty for a new listener
    public synchronized Subscription subscribe(Optional<String> after) {
        Subscription listener = new Subscription(this, KEPT + AHEAD);
        Optional<Long> place = after.flatMap(this::number);
        boolean resumes = place.isPresent() && place.get() >= forgotten && place.get() <= newest;
        if (resumes) {
            listener.offer(LiveEvent.toAll(after.orElseThrow(), "ready"));
            kept.stream().skip(place.get() - forgotten).forEach(listener::offer);
        } else {
            listener.offer(LiveEvent.toAll(place(newest), after.isPresent() ? "reset" : "ready"));
        }
        if (stopped) {
            listener.end();
        }
        listeners.add(listener);
        return listener;
    }

    private String place(long number) {
        return era + "-" + number;
    }

    private Optional<Long> number(String place) {
        if (!place.matches(era + "-\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(Long.valueOf(place.substring(era.length() + 1)));
    }

    synchronized void forget(Subscription listener) {
        listeners.remove(listener);
    }

    /// Ends all listening.
    @Override
    public synchronized void close() {
        stopped = true;
        listeners.forEach(Subscription::end);
    }
}
